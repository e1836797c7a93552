/** The body of `POST /messages`, strictly: unknown fields are refused. The channels' part follows from the registry. */
import * as v from "valibot";
import { type Status, statuses } from "../channels/channel.ts";
import { channelById, channels } from "../channels/registry.ts";
import {
  addressEntries,
  fewFields,
  hasFewFields,
  hasUsableNames,
  identifier,
  profileId,
  usableNames,
} from "../profiles/profile.ts";

/** Windows from a second to a week. */
const longestWindowSeconds = 7 * 24 * 3600;

const channelIds = channels.map(({ id }) => id);
const channelId = v.picklist(channelIds, `must be one of ${channelIds.join(", ")}`);

const inWords = (list: readonly string[]) =>
  list.length > 1 ? `${list.slice(0, -1).join(", ")} or ${list.at(-1)}` : list.join();

const ruleFields = v.strictObject({
  channel: channelId,
  fallbackAfter: v.optional(
    v.pipe(
      v.number(),
      v.integer("must be a whole number of seconds"),
      v.minValue(1, "must be at least 1 second"),
      v.maxValue(longestWindowSeconds, "must be at most 604,800 seconds (7 days)"),
    ),
  ),
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
  fallbackAfter?: number | undefined;
  until?: Status | undefined;
}

/** A channel id alone, or an object: told apart by hand, so that a fault names the field and not the union. */
const rule = v.pipe(
  v.lazy((input) => (typeof input === "object" && input !== null ? ruleObject : channelId)),
  v.transform((given): Rule => (typeof given === "string" ? { channel: given } : given)),
);

const rules = v.pipe(
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

const text = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(10_000, "must have at most 10,000 characters"),
);

const byChannel = <Schema extends v.GenericSchema>(schemaOf: (id: string) => Schema) =>
  v.strictObject(Object.fromEntries(channelIds.map((id) => [id, v.optional(schemaOf(id))])));

/** ISO 8601 with a zone; kept as UTC, so that times compare as strings. */
const timestamp = v.pipe(
  v.string(),
  v.check(
    (given) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(given) &&
      !Number.isNaN(Date.parse(given)),
    "must be an ISO 8601 date and time with its zone, e.g. 2030-01-01T00:00:00Z",
  ),
  v.transform((given) => new Date(given).toISOString()),
);

/** DynamoDB keeps 400 KB an item, and every kilobyte is billed with every update. */
const metadata = v.pipe(
  v.record(
    v.pipe(v.string(), v.maxLength(64, "keys must have at most 64 characters")),
    v.unknown(),
    "must be an object",
  ),
  v.check((given) => JSON.stringify(given).length <= 4096, "must have at most 4,096 characters as JSON"),
  v.check((given) => depthOf(given) <= 8, "must not be nested deeper than 8 levels"),
);

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

export const sendRequest = v.strictObject({
  to: v.pipe(
    v.objectWithRest({ profileId: v.optional(profileId), ...addressEntries }, identifier),
    v.check((to) => Object.keys(to).length > 0, "must hold at least one address or a profileId"),
    v.check((to) => hasFewFields(to), fewFields),
    v.check((to) => hasUsableNames(to), usableNames),
  ),
  rules,
  body: v.optional(text),
  title: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.maxLength(256, "must have at most 256 characters"),
    ),
  ),
  customBody: v.optional(byChannel(() => text)),
  channelOptions: v.optional(byChannel((id) => channelById.get(id)?.options ?? v.never())),
  expiresOn: v.optional(timestamp),
  metadata: v.optional(metadata),
});
export type SendRequest = v.InferOutput<typeof sendRequest>;

/** The header `Idempotency-Key`. */
export const idempotencyKey = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, "must have 1 to 255 visible ASCII characters"),
);
