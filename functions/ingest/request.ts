/** The body of `POST /messages`, strictly: unknown fields are refused. The channels' part follows from the registry. */
import * as v from "valibot";
import { channelById } from "../channels/registry.ts";
import {
  addressEntries,
  fewFields,
  hasFewFields,
  hasUsableNames,
  identifier,
  profileId,
  usableNames,
} from "../profiles/profile.ts";
import { usd } from "../routing/price-table.ts";
import { channelIds, rules } from "./rules.ts";

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
  maxCost: v.optional(usd),
  metadata: v.optional(metadata),
});
export type SendRequest = v.InferOutput<typeof sendRequest>;

/** The header `Idempotency-Key`. */
export const idempotencyKey = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, "must have 1 to 255 visible ASCII characters"),
);
