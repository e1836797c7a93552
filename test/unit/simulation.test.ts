/** Simulated messages by their seeds: nothing breaks, and a seed is the same run again. More of them: `npm run simulate`. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type Simulated, simulate } from "../simulation/simulate.ts";
import { type LocalTables, startTables } from "./fixtures/routing-in-process.ts";

const seeds = 30;
let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(() => {
  // What fails is logged, each time.
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation(() => {});
});

it("simulated messages end well, whatever faults and order of events they meet", {
  timeout: 120_000,
}, async () => {
  const all: Simulated[] = [];
  for (let seed = 1; seed <= seeds; seed++) all.push(await simulate(tables, seed));
  expect(all.filter(({ broken }) => broken.length > 0).map(({ seed, broken }) => ({ seed, broken }))).toEqual(
    [],
  );
  const sum = (of: (one: Simulated) => number) => all.reduce((total, one) => total + of(one), 0);
  expect(sum(({ faults }) => faults)).toBeGreaterThan(seeds / 2);
  expect(sum(({ sends }) => sends)).toBeGreaterThan(seeds / 2);
});

it("the same seed gives the same log line by line, and another seed another log", {
  timeout: 60_000,
}, async () => {
  const [one, again, other] = [
    await simulate(tables, 6),
    await simulate(tables, 6),
    await simulate(tables, 7),
  ];
  expect(again.log).toEqual(one.log);
  expect(again.hash).toBe(one.hash);
  expect(other.hash).not.toBe(one.hash);
});

it("a simulation ends even where a call still hangs after its function has ended", {
  timeout: 60_000,
}, async () => {
  expect((await simulate(tables, 902)).broken).toEqual([]);
});
