/** A clock that only moves when it is moved: nothing of the machine's own time is in it. */
import type { Clock } from "../../infra/local/clock.ts";
import { Work } from "../../infra/local/work.ts";

/**
 * `settled`: until nothing works any more. What falls due within one move of the clock begins together, so that functions
 * meet; what these schedule comes when they are done.
 */
export function createVirtualClock(start: number, settled: () => Promise<void>): Clock {
  let now = start;
  let entries: { dueAt: number; callback: () => void }[] = [];
  return {
    now: () => now,
    offset: new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT),
    schedule(delayMs, callback) {
      const entry = { dueAt: now + Math.ceil(delayMs), callback };
      entries.push(entry);
      return {
        clear() {
          entries = entries.filter((one) => one !== entry);
        },
      };
    },
    work: new Work(),
    // It never moves by itself.
    pauseClock: () => () => {},
    async pass(milliseconds) {
      await this.advance(milliseconds);
      return { steps: 0, timers: {} };
    },
    async advance(milliseconds) {
      const target = now + milliseconds;
      for (;;) {
        const due = entries.filter(({ dueAt }) => dueAt <= target).sort((a, b) => a.dueAt - b.dueAt);
        if (due.length === 0) break;
        for (const entry of due) {
          // One that went before may have cleared it.
          if (!entries.includes(entry)) continue;
          entries = entries.filter((one) => one !== entry);
          now = Math.max(now, entry.dueAt);
          entry.callback();
        }
        await settled();
      }
      now = target;
    },
    stop: () => {
      entries = [];
    },
  };
}
