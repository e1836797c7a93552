/** The slots of a report's charts: pieces of the report's days, of a length at which a chart is legible. Pure. */

/** UTC, both included. */
export interface Days {
  from: string;
  to: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The finest that is kept; every slot is made of whole ones. */
export const gridMs = 5 * minute;

/** The size of a slot for spans up to a length. */
const sizes = [
  { name: "5 minutes", ms: gridMs, upTo: 3 * hour },
  { name: "Hour", ms: hour, upTo: 3 * day },
  { name: "Day", ms: day, upTo: 120 * day },
  { name: "Week from", ms: 7 * day, upTo: Number.POSITIVE_INFINITY },
] as const;

export interface Slots {
  /** What a slot is, e.g. `Hour`. */
  size: string;
  /** `2030-01-31`, or `2030-01-31 09:00`; UTC. */
  names: string[];
  /** The index of the slot of a time (milliseconds since 1970). */
  placeOf: (time: number) => number;
}

const endOf = (to: string): number => Date.parse(to) + day;

/** Of whole days: by hour for up to three, by day for up to 120, otherwise by week. */
export function slotsOfDays({ from, to }: Days): Slots {
  const span = endOf(to) - Date.parse(from);
  return cut(
    Date.parse(from),
    endOf(to),
    sizes.find(({ ms, upTo }) => ms > gridMs && span <= upTo),
  );
}

/** Only from the first to the last of these times: an hour of messages needs no chart of a week. */
export function slotsOfTimes(first: number, last: number): Slots {
  return cut(
    first,
    last + 1,
    sizes.find(({ upTo }) => last - first < upTo),
  );
}

function cut(from: number, end: number, size: (typeof sizes)[number] | undefined): Slots {
  const { name, ms } = size ?? sizes[3];
  // A week begins where the report does, a shorter slot by the clock.
  const start = ms > day ? Math.floor(from / day) * day : Math.floor(from / ms) * ms;
  const names = Array.from({ length: Math.ceil((end - start) / ms) }, (_, index) =>
    nameAt(start + index * ms, ms),
  );
  return { size: name, names, placeOf: (time) => Math.floor((time - start) / ms) };
}

function nameAt(time: number, ms: number): string {
  const at = new Date(time).toISOString();
  return ms < day ? at.slice(0, 16).replace("T", " ") : at.slice(0, 10);
}
