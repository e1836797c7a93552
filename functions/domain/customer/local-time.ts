/** The instant of a time that a zone's clock shows, by Intl. Pure. */
import { dayMs } from "./zone-clock.ts";

/**
 * `local`: `2030-01-01T09:00`. Where the clock shows it twice, the first; where it is put forward past it, as much later as the
 * clock is put forward (as Temporal's "compatible": https://tc39.es/proposal-temporal/docs/ambiguity.html).
 */
export function instantOf(local: string, timeZone: string): Date {
  const shown = Date.parse(`${local}Z`);
  const offsetAt = offsetIn(timeZone);
  const [before, after] = [shown - offsetAt(shown - dayMs), shown - offsetAt(shown + dayMs)];
  const matching = [before, after].filter((at) => at + offsetAt(at) === shown);
  return new Date(matching.length > 0 ? Math.min(...matching) : before);
}

/** How much the clock there is ahead of UTC, in milliseconds. */
function offsetIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => {
    const whole = Math.floor(at / 1000) * 1000;
    return Date.parse(`${format.format(whole).replace(" ", "T")}Z`) - whole;
  };
}
