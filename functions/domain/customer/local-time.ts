/** The instant of a local time in a time zone, by Intl. Pure. */
import { dayMs } from "./zone-clock.ts";

/**
 * `local`: `2030-01-01T09:00`. A time that the clock shows twice is the first of the two; one that the clock skips is moved
 * forward by the gap (as Temporal's "compatible": https://tc39.es/proposal-temporal/docs/ambiguity.html).
 */
export function instantOf(local: string, timeZone: string): Date {
  const shown = Date.parse(`${local}Z`);
  const offsetAt = offsetIn(timeZone);
  const [before, after] = [shown - offsetAt(shown - dayMs), shown - offsetAt(shown + dayMs)];
  const matching = [before, after].filter((at) => at + offsetAt(at) === shown);
  return new Date(matching.length > 0 ? Math.min(...matching) : before);
}

/** How far the zone's clock is ahead of UTC, in milliseconds. */
function offsetIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => {
    const whole = Math.floor(at / 1000) * 1000;
    return Date.parse(`${format.format(whole).replace(" ", "T")}Z`) - whole;
  };
}
