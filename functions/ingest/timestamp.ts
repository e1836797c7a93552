/** Times in requests. */
import * as v from "valibot";
import { inJsonSchema } from "../validation/json-schema.ts";

const isoDateAndTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** ISO 8601 with a time zone; stored as UTC, so that times compare as strings. */
export const timestamp = v.pipe(
  v.string(),
  inJsonSchema(
    v.check(
      (value) => isoDateAndTime.test(value) && !Number.isNaN(Date.parse(value)),
      "must be an ISO 8601 date and time with a time zone, e.g. 2030-01-01T00:00:00Z",
    ),
    { pattern: isoDateAndTime.source },
  ),
  inJsonSchema(v.check(hasDayThatExists, "must be on a day that exists"), {}),
);

/** JavaScript reads February 30 as March 2. */
export function hasDayThatExists(value: string): boolean {
  const day = value.slice(0, 10);
  const start = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(start.getTime()) || start.toISOString().startsWith(day);
}
