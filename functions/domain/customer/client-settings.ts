/** What a client sets for all its messages: `PUT /settings`. An absent setting has no effect. */
import * as v from "valibot";
import { object } from "../../validation/json-schema.ts";
import { categories } from "../channel.ts";
import { cap } from "./cap.ts";
import { country } from "./phone-number.ts";
import { quietHoursSetting } from "./quiet-hours-setting.ts";

/** `channel`: takes the id of a channel that there is. */
export const clientSettings = (channel: v.GenericSchema<string>) =>
  object(
    v.strictObject({
      defaultCountry: v.exactOptional(
        v.pipe(
          country,
          v.description("Where a phone number without `+` is dialled, unless its message says."),
        ),
      ),
      defaultCategory: v.exactOptional(
        v.pipe(v.picklist(categories), v.description("The category of a message that names none.")),
      ),
      caps: v.exactOptional(
        v.pipe(
          v.array(cap),
          v.maxLength(10, "must have at most 10 caps"),
          v.description(
            "How many messages of these categories a customer gets: more are refused (`capped`).",
          ),
        ),
      ),
      countries: v.exactOptional(
        v.pipe(
          v.array(country),
          v.minLength(1, "must have at least one country"),
          v.maxLength(300, "must have at most 300 countries"),
          v.description("The only countries that phone numbers may be of; without it, all."),
        ),
      ),
      requireOptIn: v.exactOptional(
        v.pipe(v.boolean(), v.description("Messages go only by channels to which the customer opted in.")),
      ),
      quietHours: v.exactOptional(quietHoursSetting(channel)),
    }),
  );
export type ClientSettings = v.InferOutput<ReturnType<typeof clientSettings>>;
