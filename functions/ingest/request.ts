/** The body of `POST /messages`; unknown fields are refused. The channels' fields are made from the registry. */
import * as v from "valibot";
import { channels } from "../channels/registry.ts";
import { type Channel, categories } from "../domain/channel.ts";
import { country } from "../domain/customer/phone-number.ts";
import {
  addressEntries,
  fieldName,
  fieldNamesMessage,
  hasAtMostMaxFields,
  hasValidFieldNames,
  identifier,
  maxFields,
  maxFieldsMessage,
  profileId,
} from "../domain/customer/profile.ts";
import { quietRequests } from "../domain/customer/quiet-hours.ts";
import { usd } from "../domain/money/price-table.ts";
import { usualCategory } from "../domain/route/category.ts";
import { buttons, media, richParts } from "../domain/route/rich-content.ts";
import { inJsonSchema, object } from "../validation/json-schema.ts";
import { storedJson } from "../validation/stored-json.ts";
import { rules } from "./rules.ts";
import { sendAt } from "./send-at.ts";
import { timestamp } from "./timestamp.ts";

const text = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(10_000, "must have at most 10,000 characters"),
);

const byChannel = <Schema extends v.GenericSchema>(
  schemaOf: (channel: Channel) => Schema,
): v.GenericSchema<unknown, Record<string, v.InferOutput<Schema>>> =>
  object(
    v.strictObject(
      Object.fromEntries(channels.map((channel) => [channel.id, v.exactOptional(schemaOf(channel))])),
    ),
  );

/** Messages can be found by it (functions/api/find-messages.ts). */
export const reference = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(100, "must have at most 100 characters"),
  v.metadata({
    description: "Your own number of it, such as an order's: messages are found by it, and events have it.",
    examples: ["order-1234"],
  }),
);

const maxMetadataDepth = 8;
const metadata = v.pipe(
  object(
    v.record(
      v.pipe(v.string(), v.maxLength(64, "keys must have at most 64 characters")),
      v.unknown(),
      "must be an object",
    ),
  ),
  // DynamoDB bills every update by the size of the item.
  storedJson<Record<string, unknown>>(4_096),
  inJsonSchema(
    v.check((value) => depthOf(value) <= maxMetadataDepth, "must be nested at most 8 levels deep"),
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
    v.check((value) => Object.keys(value).length > 0, "must have at least one address or a profileId"),
    { minProperties: 1 },
  ),
  inJsonSchema(
    v.check((value) => hasAtMostMaxFields(value), maxFieldsMessage),
    { maxProperties: maxFields },
  ),
  inJsonSchema(
    v.check((value) => hasValidFieldNames(value), fieldNamesMessage),
    { propertyNames: { pattern: fieldName.source } },
  ),
  v.description(
    "Every address of the customer that you know; any further field is an identifier, for channels that the deployment may add. " +
      "They take precedence over those of the profile, and are added to it.",
  ),
);

export const sendRequestEntries = {
  to,
  defaultCountry: v.exactOptional(
    v.pipe(
      country,
      v.description(
        "Where `to.phoneNumber` is dialled, if it has no `+`; without it, that of your settings. Bare digits that are no number there may be an international one.",
      ),
    ),
  ),
  rules,
  category: v.exactOptional(
    v.pipe(
      v.picklist(categories),
      v.metadata({
        description: `What the message is for: it decides which opt-outs of the customer hold. Without it, the \`defaultCategory\` of your settings, or else ${usualCategory}.`,
      }),
    ),
  ),
  requireOptIn: v.exactOptional(
    v.pipe(
      v.boolean(),
      v.description(
        "Only channels to which the customer opted in are tried (`no_opt_in`); without it, as your settings say.",
      ),
    ),
  ),
  quietHours: v.exactOptional(
    v.pipe(
      v.picklist(quietRequests),
      v.description(
        "What becomes of a channel whose turn comes in the quiet hours of your settings; without it, as they say.",
      ),
    ),
  ),
  body: v.exactOptional(
    v.pipe(
      text,
      v.description(
        "The text. Merge fields are filled from the profile and `to`: `{{profile.firstName}}`, with a default `{{profile.firstName|there}}`. Required where a channel of the rules has " +
          "neither a text of its own nor a template; no longer than each channel accepts.",
      ),
    ),
  ),
  title: v.exactOptional(
    v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.maxLength(256, "must have at most 256 characters"),
      v.description("The title, where a channel shows one: App messaging and Push."),
    ),
  ),
  customBody: v.exactOptional(
    v.pipe(
      byChannel(({ name, limit }) =>
        v.pipe(
          text,
          v.description(`At most ${limit.max} ${limit.unit} for ${name}, with merge fields filled.`),
        ),
      ),
      v.description("Texts for individual channels, instead of `body`."),
    ),
  ),
  channelOptions: v.exactOptional(
    v.pipe(
      byChannel(({ options }) => object(options)),
      v.description("Options that only one channel has, by channel."),
    ),
  ),
  media: v.exactOptional(
    v.pipe(
      media,
      v.description(
        "Files: each channel shows them as well as it can, or has their links in its text. What `channelOptions` say goes before it.",
      ),
    ),
  ),
  buttons: v.exactOptional(
    v.pipe(buttons, v.description("The same of answers to tap, links and numbers to call.")),
  ),
  mustHave: v.exactOptional(
    v.pipe(
      v.array(v.picklist(richParts)),
      v.maxLength(2, "must have at most 2"),
      v.description(
        "A channel that does not show these as such, but as text or not at all, is skipped (`cannot_carry`).",
      ),
    ),
  ),
  sendAt: v.exactOptional(sendAt),
  expiresOn: v.exactOptional(
    v.pipe(
      timestamp,
      v.metadata({
        description:
          "ISO 8601 with a time zone. After it no channel is tried; windows are shortened to the time that is left.",
        examples: ["2030-01-01T00:00:00Z"],
      }),
      v.transform((value) => new Date(value).toISOString()),
    ),
  ),
  maxCost: v.exactOptional(
    v.pipe(
      usd,
      v.metadata({
        description:
          "US dollars. A channel is skipped where the total could exceed it: by the price table, as if every channel before it were billed.",
        examples: ["0.05"],
      }),
    ),
  ),
  metadata: v.exactOptional(metadata),
  reference: v.exactOptional(reference),
};
export const sendRequest = object(v.strictObject(sendRequestEntries));
export type SendRequest = v.InferOutput<typeof sendRequest>;

/** The header `Idempotency-Key`. */
export const idempotencyKey = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, "must have 1 to 255 visible ASCII characters"),
);
