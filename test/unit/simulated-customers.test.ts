/** What rules by purpose are worth: 200 simulated customers with known habits, through the real functions. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { savedOf, totalOf } from "../../functions/domain/money/cost.ts";
import { statusOf } from "../../functions/domain/outcome/trace.ts";
import { courseFor } from "../../infra/local/console/compare/compare-orders.ts";
import { makeCustomers } from "../../infra/local/console/compare/customers.ts";
import { type Comparison, compare, isWorthIt } from "../habits/compare.ts";
import { prices, sendThrough } from "../habits/send-through.ts";
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

it("the comparison of orders on the console page comes to the same as the real functions, message by message", async () => {
  const channels = ["sms", "fbMessenger", "whatsApp", "appMessaging"];
  const started = new Date("2030-02-01T12:00:00.000Z");
  const facts = { prices, windows: {}, absentChannels: {} };
  const reachedBy = new Set<string | undefined>();
  for (const order of [channels, channels.toReversed()])
    for (const customer of makeCustomers(30, 7, channels)) {
      const rules = order.map((channel) => ({ channel, until: "delivered" }));
      const { message, isRead } = await sendThrough(tables, customer, rules, "compared", started);
      const saved = savedOf(message)?.usd ?? "0";
      const isReached = ["delivered", "read"].includes(statusOf(message));
      const finishedAfter = (Date.parse(message.finishedAt ?? "") - started.getTime()) / 1000;
      const { reached, ...course } = courseFor(customer, order, facts);
      expect(course).toEqual({ isRead, usd: totalOf(message), savedUsd: saved, unpriced: 0 });
      expect(reached?.afterSeconds).toBe(isReached ? finishedAfter : undefined);
      reachedBy.add(reached?.by);
    }
  // Otherwise it would say little.
  expect(reachedBy.size).toBeGreaterThanOrEqual(channels.length);
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
