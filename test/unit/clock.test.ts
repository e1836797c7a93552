/** The clock that tests move. */
import { expect, it } from "vitest";
import { createClock } from "../../infra/local/clock.ts";

it("timers that fall due while the clock is moved fire in order, each at its own time, even those set meanwhile", async () => {
  const clock = createClock();
  const start = clock.now();
  const fired: [string, number][] = [];
  const note = (name: string) => fired.push([name, Math.round((clock.now() - start) / 60_000)]);
  clock.schedule(172_800_000, () => note("two days"));
  clock.schedule(3_600_000, () => {
    note("an hour");
    clock.schedule(3_600_000, () => note("another hour"));
  });
  clock.schedule(7_000_000, () => note("never")).clear();
  clock.schedule(999_000_000_000, () => note("31 years"));
  await clock.advance(172_800_000);
  expect(fired).toEqual([
    ["an hour", 60],
    ["another hour", 120],
    ["two days", 2880],
  ]);
  clock.stop();
});

it("the clock has whole milliseconds, even where a timer ends at a fraction of one", async () => {
  const clock = createClock();
  const told: number[] = [];
  clock.schedule(0.25, () => told.push(clock.now()));
  await clock.advance(1000);
  expect(told).toEqual([Math.round(told[0] ?? Number.NaN)]);
  clock.stop();
});
