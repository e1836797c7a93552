/** `rules`: the channels in order of preference, or by purpose, or the name of a rule set that the client has stored. */
import * as v from "valibot";
import { type Status, statuses } from "../channels/channel.ts";
import { channelById, channels } from "../channels/registry.ts";
import { type Purpose, purposes } from "../routing/prefer.ts";

/** Windows from a second to a week. */
const longestWindowSeconds = 7 * 24 * 3600;

export const channelIds = channels.map(({ id }) => id);
const channelId = v.picklist(channelIds, `must be one of ${channelIds.join(", ")}`);

const inWords = (list: readonly string[]) =>
  list.length > 1 ? `${list.slice(0, -1).join(", ")} or ${list.at(-1)}` : list.join();

const seconds = v.pipe(
  v.number('must be a whole number of seconds, or "auto"'),
  v.integer("must be a whole number of seconds"),
  v.minValue(1, "must be at least 1 second"),
  v.maxValue(longestWindowSeconds, "must be at most 604,800 seconds (7 days)"),
);
const ruleFields = v.strictObject({
  channel: channelId,
  fallbackAfter: v.optional(v.lazy((input) => (input === "auto" ? v.literal("auto") : seconds))),
  until: v.optional(v.picklist(statuses, `must be ${inWords(statuses)}`)),
});
const ruleObject = v.pipe(
  ruleFields,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { channel, until } = dataset.value;
    const reports = channelById.get(channel)?.reports ?? [];
    if (until === undefined || reports.includes(until)) return;
    addIssue({
      message: `cannot be ${until}: ${channel} reports ${inWords(reports)}`,
      path: [{ type: "object", origin: "value", input: { ...dataset.value }, key: "until", value: until }],
    });
  }),
);

export interface Rule {
  channel: string;
  fallbackAfter?: number | "auto" | undefined;
  until?: Status | undefined;
}

/** A channel id alone, or an object: told apart by hand, so that a fault names the field and not the union. */
const rule = v.pipe(
  v.lazy((input) => (typeof input === "object" && input !== null ? ruleObject : channelId)),
  v.transform((given): Rule => (typeof given === "string" ? { channel: given } : given)),
);

const order = v.pipe(
  v.array(rule, "must be an array of channels in order of preference"),
  v.minLength(1, "must name at least one channel"),
  v.maxLength(channels.length, "must not name more channels than there are"),
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
);

export interface RuleSet {
  prefer?: Purpose | undefined;
  channels: Rule[];
}

const byPurpose = v.strictObject({
  prefer: v.optional(v.picklist(purposes, `must be ${inWords(purposes)}`)),
  channels: order,
});

const isByPurpose = (input: unknown): boolean =>
  typeof input === "object" && input !== null && !Array.isArray(input);

/** What is stored under a name; an order alone is a set without a purpose. */
export const ruleSet = v.pipe(
  v.lazy((input) => (isByPurpose(input) ? byPurpose : order)),
  v.transform((given): RuleSet => (Array.isArray(given) ? { channels: given } : given)),
);

export const ruleSetName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
    "must begin with a letter and have at most 64 letters, digits, - or _",
  ),
);

export const rules = v.lazy((input) => (typeof input === "string" ? ruleSetName : ruleSet));

/** Where a rule stands in a request, to name it in a fault. */
export function pathOfRule(given: unknown, index: number): string {
  if (typeof given === "string") return "rules";
  return Array.isArray(given) ? `rules[${index}]` : `rules.channels[${index}]`;
}
