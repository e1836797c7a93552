/** The client's setting `quietHours`. */
import * as v from "valibot";
import { inJsonSchema, object } from "../../validation/json-schema.ts";
import { categories } from "../channel.ts";
import { country } from "./phone-number.ts";
import { quietActions } from "./quiet-hours.ts";

const timeOfDay = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, from 00:00 to 23:59"),
);
const listOf = <Item extends v.GenericSchema>(item: Item, most: number) =>
  v.pipe(
    v.array(item),
    v.minLength(1, "must not be empty: leave it out for all"),
    v.maxLength(most, `must have at most ${most}`),
  );

/** `channel`: takes the id of a channel that there is. */
export const quietHoursSetting = (channel: v.GenericSchema<string>) =>
  v.pipe(
    v.array(
      v.pipe(
        object(
          v.strictObject({
            channels: v.exactOptional(v.pipe(listOf(channel, 50), v.description("Without it, all."))),
            categories: v.exactOptional(
              v.pipe(
                listOf(v.picklist(categories), categories.length),
                v.description("Without it, all but `authentication`, which is quiet only where it is named."),
              ),
            ),
            countries: v.exactOptional(
              v.pipe(listOf(country, 300), v.description("Of the customer's phone number; without it, all.")),
            ),
            from: v.pipe(timeOfDay, v.metadata({ examples: ["21:00"] })),
            to: v.pipe(timeOfDay, v.metadata({ examples: ["08:00"] })),
            // biome-ignore lint/suspicious/noThenProperty: the name in the API
            then: v.optional(
              v.pipe(
                v.picklist(quietActions),
                v.description("A channel whose turn comes waits for the end, or is skipped."),
              ),
              "wait",
            ),
          }),
        ),
        inJsonSchema(
          v.forward(
            v.check(({ from, to }) => from !== to, "must not be the time at which they begin"),
            ["to"],
          ),
          {},
        ),
      ),
    ),
    v.maxLength(20, "must have at most 20 entries"),
    v.description(
      "The hours in which customers are left alone, in their own time; from one day to the next too.",
    ),
  );
