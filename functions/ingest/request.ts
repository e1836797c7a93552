/** The body of `POST /messages`, strictly: unknown fields are refused. The channels' part follows from the registry. */
import * as v from "valibot";
import { channels } from "../channels/registry.ts";
import type { Channel } from "../domain/channel.ts";
import {
  addressEntries,
  fewFields,
  hasFewFields,
  hasUsableNames,
  identifier,
  mostFields,
  profileId,
  usableName,
  usableNames,
} from "../domain/customer/profile.ts";
import { usd } from "../domain/money/price-table.ts";
import { inJsonSchema, object } from "../validation/json-schema.ts";
import { storedJson } from "../validation/stored-json.ts";
import { rules } from "./rules.ts";

const text = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(10_000, "must have at most 10,000 characters"),
);

const byChannel = <Schema extends v.GenericSchema>(schemaOf: (channel: Channel) => Schema) =>
  object(
    v.strictObject(
      Object.fromEntries(channels.map((channel) => [channel.id, v.optional(schemaOf(channel))])),
    ),
  );

const isoDateAndTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** ISO 8601 with a zone; kept as UTC, so that times compare as strings. */
const timestamp = v.pipe(
  v.string(),
  inJsonSchema(
    v.check(
      (given) => isoDateAndTime.test(given) && !Number.isNaN(Date.parse(given)),
      "must be an ISO 8601 date and time with its zone, e.g. 2030-01-01T00:00:00Z",
    ),
    { pattern: isoDateAndTime.source },
  ),
);

const deepestMetadata = 8;
const metadata = v.pipe(
  object(
    v.record(
      v.pipe(v.string(), v.maxLength(64, "keys must have at most 64 characters")),
      v.unknown(),
      "must be an object",
    ),
  ),
  // Every kilobyte is billed with every update.
  storedJson<Record<string, unknown>>(4_096),
  inJsonSchema(
    v.check((given) => depthOf(given) <= deepestMetadata, "must not be nested deeper than 8 levels"),
    {},
  ),
  v.description(
    "Your own data, kept with the message and in its trace: at most 4,096 characters as JSON, 8 levels deep.",
  ),
);

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? 1 + Object.values(value).reduce<number>((deepest, inner) => Math.max(deepest, depthOf(inner)), 0)
    : 0;

const to = v.pipe(
  object(v.objectWithRest({ profileId: v.optional(profileId), ...addressEntries }, identifier)),
  inJsonSchema(
    v.check((given) => Object.keys(given).length > 0, "must hold at least one address or a profileId"),
    { minProperties: 1 },
  ),
  inJsonSchema(
    v.check((given) => hasFewFields(given), fewFields),
    { maxProperties: mostFields },
  ),
  inJsonSchema(
    v.check((given) => hasUsableNames(given), usableNames),
    { propertyNames: { pattern: usableName.source } },
  ),
  v.description(
    "Every address that you have of the customer; any further field is an identifier, for channels that may join the deployment. " +
      "They go before those of the profile, and are added to it.",
  ),
);

export const sendRequestEntries = {
  to,
  rules,
  body: v.optional(
    v.pipe(
      text,
      v.description(
        "The text. Merge fields are filled from the profile and `to`: `{{profile.firstName}}`. Needed where a channel of the rules has " +
          "neither a text of its own nor a template; no longer than each channel takes.",
      ),
    ),
  ),
  title: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.maxLength(256, "must have at most 256 characters"),
      v.description("The title, where a channel shows one: App messaging."),
    ),
  ),
  customBody: v.optional(
    v.pipe(
      byChannel(({ name, limit }) =>
        v.pipe(text, v.description(`${name} takes at most ${limit.max} ${limit.unit}, merge fields filled.`)),
      ),
      v.description("Texts for single channels, instead of `body`."),
    ),
  ),
  channelOptions: v.optional(
    v.pipe(
      byChannel(({ options }) => object(options)),
      v.description("What only one channel knows, by channel."),
    ),
  ),
  expiresOn: v.optional(
    v.pipe(
      timestamp,
      v.metadata({
        description: "ISO 8601 with its zone. Past it no channel is tried; windows are cut to what is left.",
        examples: ["2030-01-01T00:00:00Z"],
      }),
      v.transform((given) => new Date(given).toISOString()),
    ),
  ),
  maxCost: v.optional(
    v.pipe(
      usd,
      v.metadata({
        description:
          "US dollars. Channels that would make the possible total pass it are skipped: by the price table, as if every channel before were billed.",
        examples: ["0.05"],
      }),
    ),
  ),
  metadata: v.optional(metadata),
};
export const sendRequest = object(v.strictObject(sendRequestEntries));
export type SendRequest = v.InferOutput<typeof sendRequest>;

/** The header `Idempotency-Key`. */
export const idempotencyKey = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, "must have 1 to 255 visible ASCII characters"),
);
