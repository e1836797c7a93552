/** A time zone as requests and profiles have it; kept apart from time-zones.ts, whose table of area codes few functions need. */
import * as v from "valibot";
import { inJsonSchema } from "../../validation/json-schema.ts";
import { isTimeZone } from "./zone-clock.ts";

export const timeZone = v.pipe(
  v.string(),
  v.maxLength(64, "must have at most 64 characters"),
  inJsonSchema(
    v.check(isTimeZone, "must be a time zone by its name in the IANA database, e.g. Europe/Berlin"),
    {},
  ),
  v.metadata({
    description: "The customer's time zone, by its name in the IANA database: quiet hours go by it.",
    examples: ["Europe/Berlin"],
  }),
);
