/**
 * What the Omnichannel API takes as a message, as far as its contract says. What is not of these types is refused with 400; all
 * else is kept, echoed, and translated as far as it can be (translate.ts).
 * https://developer.dotdigital.com/reference/post_cpaas-messages
 */
import * as v from "valibot";
import { inJsonSchema } from "../../validation/json-schema.ts";

const anyObject = v.record(v.string(), v.unknown(), "must be an object");

export const messagePart = v.looseObject({
  type: v.string(),
  channels: v.nullish(v.array(v.string())),
  name: v.nullish(v.string()),
  url: v.nullish(v.string()),
  data: v.optional(v.unknown()),
});
export type MessagePart = v.InferOutput<typeof messagePart>;

const entries = {
  rules: v.nullish(
    v.pipe(v.array(v.string()), v.description("Channels in order; those that are not here are skipped.")),
  ),
  ruleSet: v.nullish(
    v.pipe(v.string(), v.description("The name of rules that were stored with `PUT /rules/{name}`.")),
  ),
  to: v.pipe(
    v.record(v.string(), v.nullish(v.union([v.string(), v.number(), v.boolean()])), "must be an object"),
    v.description("The customer's addresses, and the id of their profile."),
  ),
  title: v.nullish(v.string()),
  body: v.nullish(v.string()),
  templateId: v.nullish(v.string()),
  customBody: v.nullish(v.record(v.string(), v.nullish(v.union([v.string(), anyObject])))),
  overrides: v.nullish(anyObject),
  channelOptions: v.nullish(v.record(v.string(), v.nullish(anyObject))),
  conversationId: v.nullish(v.string()),
  expiresOn: v.nullish(
    v.pipe(
      v.string(),
      inJsonSchema(
        v.check((text) => !Number.isNaN(Date.parse(text)), "must be an ISO 8601 date and time"),
        {},
      ),
    ),
  ),
  messageParts: v.nullish(v.array(messagePart)),
  metadata: v.nullish(anyObject),
  requireOptIn: v.nullish(v.boolean()),
  shortenLinks: v.nullish(v.picklist(["on", "marked", "off"])),
};
export const knownFields: ReadonlySet<string> = new Set(Object.keys(entries));

export const omnichannelMessage = v.pipe(
  v.looseObject(entries),
  inJsonSchema(
    v.check(
      ({ rules, ruleSet }) => (rules ?? []).length > 0 || typeof ruleSet === "string",
      "must have rules: at least one channel",
    ),
    {},
  ),
  // https://developer.dotdigital.com/reference/custom-messages
  inJsonSchema(
    v.check(
      ({ customBody, channelOptions }) => Object.keys(customBody ?? {}).every((id) => !channelOptions?.[id]),
      "must have for a channel either customBody or channelOptions, not both",
    ),
    {},
  ),
);
export type OmnichannelMessage = v.InferOutput<typeof omnichannelMessage>;

/** As its page says. https://docs.cpaas.dotdigital.com/reference/apispacesapispaceidmessagesbatch-1 */
export const maxMessages = 5000;
export const omnichannelBatch = v.pipe(
  v.array(v.unknown(), "must be an array of messages"),
  v.minLength(1, "must have at least one message"),
  v.maxLength(maxMessages, `must have at most ${maxMessages.toLocaleString("en")} messages`),
);
