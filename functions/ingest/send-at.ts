/** `sendAt`: when a message is to go out. An instant, or a time by the customer's own clock. */
import * as v from "valibot";
import { instantOf } from "../domain/customer/local-time.ts";
import type { Profile } from "../domain/customer/profile.ts";
import { timeZone } from "../domain/customer/time-zone.ts";
import { dayMs, isTimeZone } from "../domain/customer/zone-clock.ts";
import { notValid, type Problem } from "../http/problem.ts";
import { chosenFrom, inJsonSchema, object } from "../validation/json-schema.ts";
import { hasDayThatExists, timestamp } from "./timestamp.ts";

/** A year. */
export const mostDaysAhead = 366;

/** Limited to years that Intl shows with four digits in every time zone. */
const localTime = /^2\d{3}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const isDay = (value: string) => !Number.isNaN(Date.parse(`${value}Z`)) && hasDayThatExists(value);
const local = object(
  v.strictObject({
    local: v.pipe(
      v.string(),
      v.regex(localTime, "must be a date and time without a time zone, e.g. 2030-01-01T09:00"),
      inJsonSchema(
        v.check((value) => !localTime.test(value) || isDay(value), "must be on a day that exists"),
        {},
      ),
    ),
    timeZone: v.exactOptional(timeZone),
  }),
);

export const sendAt = v.pipe(
  chosenFrom([timestamp, local], (input) =>
    typeof input === "object" && input !== null ? local : timestamp,
  ),
  v.metadata({
    description: `When it is to go out, at most ${mostDaysAhead} days ahead: ISO 8601 with a time zone, or \`local\`, a time of the customer's own clock, in \`timeZone\` or else the profile's. A time that is past is now.`,
    examples: ["2030-01-01T09:00:00Z", { local: "2030-01-01T09:00", timeZone: "Europe/Berlin" }],
  }),
);
type SendAt = v.InferOutput<typeof sendAt>;

/** Undefined: at once. */
export function timeToSend(
  asked: SendAt | undefined,
  profile: Profile,
  expiresOn: string | undefined,
  now: Date,
): { at: Date | undefined } | { refused: Problem } {
  if (asked === undefined) return { at: undefined };
  const zone = typeof asked === "string" ? "UTC" : (asked.timeZone ?? profile.timeZone);
  if (typeof zone !== "string" || !isTimeZone(zone))
    return {
      refused: notValid({
        path: "sendAt.timeZone",
        code: "missing",
        message:
          "must be a time zone by its name in the IANA database, e.g. Europe/Berlin: the profile has no timeZone",
      }),
    };
  const exact = typeof asked === "string" ? new Date(asked) : instantOf(asked.local, zone);
  // A schedule has no milliseconds: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
  const at = new Date(Math.ceil(exact.getTime() / 1000) * 1000);
  if (at <= now) return { at: undefined };
  if (at.getTime() > now.getTime() + mostDaysAhead * dayMs)
    return {
      refused: notValid({
        path: "sendAt",
        code: "future",
        message: `must be at most ${mostDaysAhead} days ahead`,
      }),
    };
  if (expiresOn !== undefined && expiresOn <= at.toISOString())
    return { refused: notValid({ path: "expiresOn", code: "past", message: "must be after sendAt" }) };
  return { at };
}
