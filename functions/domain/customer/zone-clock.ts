/** The clocks of time zones by Intl: it knows daylight saving, so no table of ours is needed. */

/** Node.js also accepts offsets as time zones; they know no daylight saving. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time there, e.g. `08:00`. */
export function clockFormat(timeZone: string): (at: number) => string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en", {
      timeZone,
      hourCycle: "h23",
      hour: "2-digit",
      minute: "2-digit",
    });
    formats.set(timeZone, format);
  }
  return format.format.bind(format);
}

/** `08:00 in Europe/Berlin`. */
export const timeThere = (at: Date, timeZone: string): string =>
  `${clockFormat(timeZone)(at.getTime())} in ${timeZone}`;

export const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
export const minutesOfDay = 24 * 60;
export const dayMs = minutesOfDay * minuteMs;

/** The minute of the day: 480 for `08:00`. */
export function minuteOf(time: string): number {
  const [hours, minutes] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

export interface ZoneClock {
  timeZone: string;
  minuteAt: (at: number) => number;
}

/** Clocks change only at full quarters of an hour, so one reading holds for a quarter. */
export function clockIn(timeZone: string): ZoneClock {
  const format = clockFormat(timeZone);
  let quarter = Number.NaN;
  let minuteThen = 0;
  return {
    timeZone,
    minuteAt: (at) => {
      const its = Math.floor(at / quarterMs) * quarterMs;
      if (its !== quarter) minuteThen = minuteOf(format(its));
      quarter = its;
      return (minuteThen + Math.floor((at - its) / minuteMs)) % minutesOfDay;
    },
  };
}
