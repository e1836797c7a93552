/** `rules`: channels in order of preference, channels ordered by a purpose, or the name of a rule set that the client has stored. */
import * as v from "valibot";
import { channels } from "../channels/registry.ts";
import { type Channel, statuses } from "../domain/channel.ts";
import { purposes } from "../domain/message/message.ts";
import type { Rule, RuleSet } from "../domain/route/rules.ts";
import { chosenFrom, inJsonSchema, object } from "../validation/json-schema.ts";

/** A week. */
const maxWindowSeconds = 7 * 24 * 3600;

const channelIds = channels.map(({ id }) => id);
export const channelId = v.picklist(channelIds);

const seconds = v.pipe(
  v.number('must be a whole number of seconds, or "auto"'),
  v.integer("must be a whole number of seconds"),
  v.minValue(1, "must be at least 1 second"),
  v.maxValue(maxWindowSeconds, "must be at most 604,800 seconds (7 days)"),
);
const fallbackAfter = chosenFrom([seconds, v.literal("auto")], (input) =>
  input === "auto" ? v.literal("auto") : seconds,
);

/** For an object without a known channel: reports that, and whatever else is wrong with the object. */
const ruleOfUnknownChannel = object(
  v.strictObject({
    channel: channelId,
    fallbackAfter: v.optional(fallbackAfter),
    until: v.optional(v.picklist(statuses)),
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
                "The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came.",
              default: windowSeconds,
            }),
          ),
        ),
        until: v.optional(
          v.pipe(
            v.picklist(reports, `must be one of ${reports.join(", ")}, which ${id} reports`),
            v.metadata({
              description: "The status at which the customer counts as reached.",
              default: until,
            }),
          ),
        ),
      }),
    ),
    v.description(`${name}, with a window and a status for this message.`),
  );
/** The rule objects by channel. */
export const ruleObjects: ReadonlyMap<string, v.GenericSchema<unknown, Rule>> = new Map(
  channels.map((channel) => [channel.id, ruleOf(channel)]),
);

const ruleSchemaOf = (channel: unknown) =>
  (typeof channel === "string" && ruleObjects.get(channel)) || ruleOfUnknownChannel;

/** A channel id, or an object. */
export const rule = v.pipe(
  chosenFrom([channelId, ...ruleObjects.values()], (input) =>
    typeof input === "object" && input !== null
      ? ruleSchemaOf("channel" in input && input.channel)
      : channelId,
  ),
  v.transform((value): Rule => (typeof value === "string" ? { channel: value } : value)),
);

/** In JSON Schema: at most one rule for this channel, whether it is only the id or an object. */
const atMostOnce = ({ id }: Channel) => ({
  contains: { anyOf: [{ const: id }, { type: "object", properties: { channel: { const: id } } }] },
  minContains: 0,
  maxContains: 1,
});

export const order = v.pipe(
  v.array(rule, "must be an array of channels in order of preference"),
  v.minLength(1, "must have at least one channel"),
  v.maxLength(channels.length, `must have at most ${channels.length} channels`),
  inJsonSchema(
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const seen = new Set<string>();
      for (const [index, { channel }] of dataset.value.entries()) {
        if (seen.has(channel))
          addIssue({
            message: `must name each channel only once: ${channel} is repeated`,
            path: [{ type: "array", origin: "value", input: dataset.value, key: index, value: channel }],
          });
        seen.add(channel);
      }
    }),
    { uniqueItems: true, allOf: channels.map(atMostOnce) },
  ),
  v.description(
    "The channels in order of preference, each once. They are tried one after another, not all at once; a channel without an address is skipped.",
  ),
);

const byPurpose = v.pipe(
  object(
    v.strictObject({
      prefer: v.optional(
        v.pipe(
          v.picklist(purposes),
          v.description(
            "Orders the channels for this customer. `cost`: by the expected cost to reach them; `engagement`: by how likely they read. " +
              "Where nothing is known, `cost` goes by the prices, and by `engagement` the channels keep their order.",
          ),
        ),
      ),
      channels: order,
    }),
  ),
  v.description("Channels, and what they are ordered by."),
);

const isObject = (input: unknown): boolean =>
  typeof input === "object" && input !== null && !Array.isArray(input);
const toRuleSet = (rules: Rule[] | RuleSet): RuleSet => (Array.isArray(rules) ? { channels: rules } : rules);

/** A rule set as stored under a name; a list of channels is a rule set without a purpose. */
export const ruleSet = v.pipe(
  chosenFrom([order, byPurpose], (input) => (isObject(input) ? byPurpose : order)),
  v.transform(toRuleSet),
);

export const ruleSetName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, ({ input }) =>
    channelIds.some((id) => input.split(/\W+/).includes(id))
      ? `must be a list where it names channels: ["fbMessenger", "sms"], in a CSV file and after --rules: fbMessenger sms`
      : "must be the name of a rule set, which begins with a letter and has at most 64 letters, digits, - or _",
  ),
  v.description("The name of a rule set that you have stored: `PUT /rules/{name}`."),
);

export const rules = v.pipe(
  chosenFrom([order, byPurpose, ruleSetName], (input) => {
    if (typeof input === "string") return ruleSetName;
    return isObject(input) ? byPurpose : order;
  }),
  v.transform((value): RuleSet | string => (typeof value === "string" ? value : toRuleSet(value))),
);

/** The path of a rule in the request, for faults. */
export function pathOfRule(request: unknown, index: number): string {
  const rules = typeof request === "object" && request !== null && "rules" in request ? request.rules : "";
  if (typeof rules === "string") return "rules";
  return Array.isArray(rules) ? `rules[${index}]` : `rules.channels[${index}]`;
}
