/** The clock that tests move. */
import { describe, expect, it, onTestFinished } from "vitest";
import { createClock } from "../../infra/local/clock.ts";
import { timeIn } from "../../infra/local/clock-in-worker.ts";
import { Work } from "../../infra/local/work.ts";

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
  const firedAt: number[] = [];
  clock.schedule(0.25, () => firedAt.push(clock.now()));
  await clock.advance(1000);
  expect(firedAt).toEqual([Math.round(firedAt[0] ?? Number.NaN)]);
  clock.stop();
});

describe("a clock that lets the system come to rest", () => {
  it("what a timer wakes is over, and saw the timer's time, before the next one fires", async () => {
    const clock = createClock();
    onTestFinished(() => clock.stop());
    const shared = new Float64Array(clock.offset);
    const start = clock.now();
    clock.pauseClock();
    const seen: [string, number, number][] = [];
    const note = (what: string) =>
      seen.push([what, clock.now() - start, timeIn(shared, Date.now) - clock.now()]);
    const slowly = async () => {
      note("begun");
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
      note("done");
    };
    const from = clock.now() - start;
    clock.schedule(1000, () => void clock.work.during("something slow", slowly()), "window");
    clock.schedule(1001, () => note("next"), "receipt");
    expect(await clock.pass(5000)).toEqual({ steps: 2, timers: { window: 1, receipt: 1 } });
    expect(seen).toEqual([
      ["begun", from + 1000, 0],
      ["done", from + 1000, 0],
      ["next", from + 1001, 0],
    ]);
    expect(clock.now() - start).toBe(from + 5000);
  });

  it("what falls due outside the clock is stopped at too", async () => {
    const clock = createClock();
    onTestFinished(() => clock.stop());
    const dueAt = clock.now() + 60_000;
    const seen: number[] = [];
    clock.work.alsoLookAt(async () => {
      if (clock.now() === dueAt) seen.push(clock.now());
      return { busy: [], dueAt: clock.now() < dueAt ? dueAt : undefined };
    });
    expect(await clock.pass(3_600_000)).toEqual({ steps: 1, timers: { queue: 1 } });
    expect(seen.length).toBeGreaterThan(0);
  });

  it("a system that never comes to rest ends the move with what is still under way, and the clock where it was", async () => {
    const clock = createClock(new Work(20));
    onTestFinished(() => clock.stop());
    const resume = clock.pauseClock();
    const stuckAt = clock.now() + 1000;
    const stuck = Promise.withResolvers<void>();
    clock.schedule(1000, () => void clock.work.during("the function Hop", stuck.promise));
    await expect(clock.pass(3_600_000)).rejects.toThrow(
      "the clock stopped on its way: after 0.02 seconds these are still pending: the function Hop",
    );
    expect(clock.now()).toBe(stuckAt);
    stuck.resolve();
    expect(await clock.pass(1000)).toEqual({ steps: 0, timers: {} });
    resume();
  });

  it("two moves at once are made one after the other, and an idle clock moves by 30 days in no step", async () => {
    const clock = createClock();
    onTestFinished(() => clock.stop());
    clock.pauseClock();
    const start = clock.now();
    const month = 30 * 86_400_000;
    expect(await Promise.all([clock.pass(month), clock.pass(1)])).toEqual([
      { steps: 0, timers: {} },
      { steps: 0, timers: {} },
    ]);
    expect(clock.now() - start).toBe(month + 1);
  });
});
