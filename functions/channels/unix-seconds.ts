/** WhatsApp's times. */
import * as v from "valibot";

/** Seconds since 1970, documented as text (other fields of the same webhooks are numbers), to ISO 8601. */
export const unixSeconds = v.pipe(
  v.union([v.pipe(v.string(), v.digits()), v.pipe(v.number(), v.integer(), v.minValue(0))]),
  v.transform((given) => new Date(Number(given) * 1000)),
  v.date(),
  v.transform((at) => at.toISOString()),
);
