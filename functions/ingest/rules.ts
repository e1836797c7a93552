/** `rules`: the channels in order of preference, or by purpose, or the name of a rule set that the client has stored. */
import * as v from "valibot";
import { channels } from "../channels/registry.ts";
import { type Channel, statuses } from "../domain/channel.ts";
import { purposes } from "../domain/message/message.ts";
import type { Rule, RuleSet } from "../domain/route/rules.ts";
import { chosenFrom, inJsonSchema, object } from "../validation/json-schema.ts";

/** Windows from a second to a week. */
const longestWindowSeconds = 7 * 24 * 3600;

const channelIds = channels.map(({ id }) => id);
export const channelId = v.picklist(channelIds, `must be one of ${channelIds.join(", ")}`);

const inWords = (list: readonly string[]) =>
  list.length > 1 ? `${list.slice(0, -1).join(", ")} or ${list.at(-1)}` : list.join();

const seconds = v.pipe(
  v.number('must be a whole number of seconds, or "auto"'),
  v.integer("must be a whole number of seconds"),
  v.minValue(1, "must be at least 1 second"),
  v.maxValue(longestWindowSeconds, "must be at most 604,800 seconds (7 days)"),
);
const fallbackAfter = chosenFrom([seconds, v.literal("auto")], (input) =>
  input === "auto" ? v.literal("auto") : seconds,
);

/** An object that names no channel: the fault is there, and in whatever else is wrong with it. */
const ruleOfNone = object(
  v.strictObject({
    channel: channelId,
    fallbackAfter: v.optional(fallbackAfter),
    until: v.optional(v.picklist(statuses, `must be ${inWords(statuses)}`)),
  }),
);
const ruleOf = ({ id, name, reports, until, windowSeconds }: Channel) =>
  v.pipe(
    object(
      v.strictObject({
        channel: v.literal(id),
        fallbackAfter: v.optional(
          v.pipe(
            fallbackAfter,
            v.metadata({
              description:
                "The window, in seconds: without a sign in time the next channel is tried. `auto`: as long as 95 % of the channel's receipts in the country took.",
              default: windowSeconds,
            }),
          ),
        ),
        until: v.optional(
          v.pipe(
            v.picklist(reports, `must be ${inWords(reports)}, which ${id} reports`),
            v.metadata({ description: "The status that ends the search.", default: until }),
          ),
        ),
      }),
    ),
    v.description(`${name}, with a window and a status of this message's own.`),
  );
/** By channel. */
export const ruleObjects: ReadonlyMap<string, v.GenericSchema<unknown, Rule>> = new Map(
  channels.map((channel) => [channel.id, ruleOf(channel)]),
);

const ruleNamed = (channel: unknown) =>
  (typeof channel === "string" && ruleObjects.get(channel)) || ruleOfNone;

/** A channel id alone, or an object. */
export const rule = v.pipe(
  chosenFrom([channelId, ...ruleObjects.values()], (input) =>
    typeof input === "object" && input !== null ? ruleNamed("channel" in input && input.channel) : channelId,
  ),
  v.transform((given): Rule => (typeof given === "string" ? { channel: given } : given)),
);

/** In JSON Schema: at most one rule of this channel, be it its id alone or an object. */
const atMostOnce = ({ id }: Channel) => ({
  contains: { anyOf: [{ const: id }, { type: "object", properties: { channel: { const: id } } }] },
  minContains: 0,
  maxContains: 1,
});

export const order = v.pipe(
  v.array(rule, "must be an array of channels in order of preference"),
  v.minLength(1, "must name at least one channel"),
  v.maxLength(channels.length, "must not name more channels than there are"),
  inJsonSchema(
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const seen = new Set<string>();
      for (const [index, { channel }] of dataset.value.entries()) {
        if (seen.has(channel))
          addIssue({
            message: `names ${channel} twice: a channel is tried once`,
            path: [{ type: "array", origin: "value", input: dataset.value, key: index, value: channel }],
          });
        seen.add(channel);
      }
    }),
    { uniqueItems: true, allOf: channels.map(atMostOnce) },
  ),
  v.description(
    "The channels in order of preference, each once. It is an order, not a broadcast; a channel without an address is skipped.",
  ),
);

const byPurpose = v.pipe(
  object(
    v.strictObject({
      prefer: v.optional(
        v.pipe(
          v.picklist(purposes, `must be ${inWords(purposes)}`),
          v.description(
            "What orders the channels for this customer. `cost`: the cheapest expected cost to reach them; `engagement`: where they read. " +
              "With nothing known they keep the order given.",
          ),
        ),
      ),
      channels: order,
    }),
  ),
  v.description("Channels, and what to order them by."),
);

const isObject = (input: unknown): boolean =>
  typeof input === "object" && input !== null && !Array.isArray(input);
const toRuleSet = (given: Rule[] | RuleSet): RuleSet => (Array.isArray(given) ? { channels: given } : given);

/** What is stored under a name; an order alone is a set without a purpose. */
export const ruleSet = v.pipe(
  chosenFrom([order, byPurpose], (input) => (isObject(input) ? byPurpose : order)),
  v.transform(toRuleSet),
);

export const ruleSetName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
    "must begin with a letter and have at most 64 letters, digits, - or _",
  ),
  v.description("The name of a rule set that you have stored: `PUT /rules/{name}`."),
);

export const rules = v.pipe(
  chosenFrom([order, byPurpose, ruleSetName], (input) => {
    if (typeof input === "string") return ruleSetName;
    return isObject(input) ? byPurpose : order;
  }),
  v.transform((given): RuleSet | string => (typeof given === "string" ? given : toRuleSet(given))),
);

/** Where a rule stands in a request, to name it in a fault. */
export function pathOfRule(given: unknown, index: number): string {
  if (typeof given === "string") return "rules";
  return Array.isArray(given) ? `rules[${index}]` : `rules.channels[${index}]`;
}
