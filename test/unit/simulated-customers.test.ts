/** What rules by purpose are worth: 200 simulated customers with known habits, through the real functions. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Comparison, compare, isWorthIt } from "../habits/compare.ts";
import { type LocalTables, startTables } from "./fixtures/routing-in-process.ts";

const minutes = 60_000;
let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

it("`prefer: engagement` has more readers than any fixed order, and `prefer: cost` costs less than any that reaches as many", {
  timeout: 10 * minutes,
}, async () => {
  const comparison = await compare(tables, {
    customers: 200,
    seed: 1,
    channels: ["sms", "fbMessenger", "whatsApp"],
    known: 2,
  });
  expect(comparison.fixed).toHaveLength(6);
  const mostReaders = Math.max(...comparison.fixed.map(({ readers }) => readers));
  expect(comparison.engagement.readers).toBeGreaterThan(mostReaders);
  // Each order meets the same luck, so each reaches as many: the cheapest of them is beaten.
  for (const { reached } of comparison.fixed) expect(reached).toBe(comparison.cost.reached);
  const cheapest = Math.min(...comparison.fixed.map(({ usd }) => Number(usd)));
  expect(Number(comparison.cost.usd)).toBeLessThan(cheapest);
  expect(isWorthIt(comparison)).toBe(true);
});

it.each<[what: string, change: (comparison: Comparison) => void]>([
  [
    "readers are not more",
    ({ fixed: [first], engagement }) => Object.assign(engagement, { readers: first?.readers }),
  ],
  ["cost is not less", ({ fixed: [first], cost }) => Object.assign(cost, { usd: first?.usd })],
])("rules with `prefer` are not worth it where the %s", (_, change) => {
  const result = (readers: number, usd: string) => ({ order: "", reached: 9, readers, usd });
  const comparison = { fixed: [result(5, "1.0")], cost: result(5, "0.9"), engagement: result(6, "2.0") };
  expect(isWorthIt(comparison)).toBe(true);
  change(comparison);
  expect(isWorthIt(comparison)).toBe(false);
});
