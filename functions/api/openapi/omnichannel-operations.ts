/**
 * The routes of the Omnichannel API (functions/api/omnichannel). They are described below `/cpaas`; below
 * `/apispaces/{apiSpaceId}` they are the same.
 */
import { type RouteKey, routes } from "../omnichannel/routes.ts";
import { notValid, type Operation, problem } from "./operation.ts";

const to = { phoneNumber: "447123123123" };
const examples = {
  message: { to, body: "Your order is on its way", rules: ["fbMessenger", "sms"] },
  profile: { firstName: "Anna", address: { city: "London" } },
  webhook: {
    name: "crm",
    url: "https://shop.example/comapi",
    secret: "f946b0e7-5fe9-4f57-9d8f-62b3ac0b4a13",
    subscriptions: [{ type: "message.delivered", filters: [{ name: "channel", value: "sms" }] }],
  },
};
const inPath = (name: string, description: string, schema: object = { type: "string" }) => ({
  name,
  in: "path",
  required: true,
  schema,
  description,
});
const inQuery = (name: string, description: string, schema: object = { type: "string" }) => ({
  name,
  in: "query",
  schema,
  description,
});
const parameters: Record<string, object> = {
  messageId: inPath("messageId", "The id of the message."),
  inboundId: inPath("inboundId", "The id that posting it answered."),
  profileId: inPath("profileId", "Your id of the customer, percent-encoded."),
  webhookId: inPath("webhookId", "The webhook's id."),
  status: inPath("status", "The status that is reported."),
};
const ifMatch = {
  name: "If-Match",
  in: "header",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]+$" },
  description: "The `ETag` of the version that is meant.",
};
const changed = {
  409: problem("It was changed at the same time: send the request again."),
  412: problem("It is another version by now than `If-Match` means."),
};
const noMessage = { 404: problem("You have no message with this id.") };
const noProfile = { 404: problem("You have no profile with this id.") };
const noWebhook = { 404: problem("You have no webhook with this id.") };
const conflict = { 409: problem("The message is not finished.") };
const profileAnswer = { description: "The profile.", schema: "OmnichannelProfile" } as const;
const webhookAnswer = { description: "The webhook.", schema: "OmnichannelWebhook" } as const;

type Described = Pick<Operation, "id" | "summary" | "description" | "request" | "answers"> & {
  more?: readonly object[];
};
const operations: Record<RouteKey, Described> = {
  "POST /messages": {
    id: "omnichannelSend",
    summary: "Sends a message",
    description:
      "Channels that are not here, or have no address, are skipped; where none is left the message has `failed`. What is done otherwise than asked is in `warnings`.",
    request: { schema: "OmnichannelMessage", examples: { short: examples.message } },
    answers: {
      201: { description: "It is accepted.", schema: "OmnichannelSent" },
      400: notValid,
      422: problem(
        "The `Idempotency-Key`, which this API does not know and which is taken, was used for another request.",
      ),
    },
  },
  "POST /messages/batch": {
    id: "omnichannelSendBatch",
    summary: "Sends up to 5,000 messages",
    description: "Where one of them is not valid none is sent.",
    request: { schema: "OmnichannelBatch", examples: { two: [examples.message, examples.message] } },
    answers: { 202: { description: "All are accepted.", schema: "OmnichannelBatchAnswer" }, 400: notValid },
  },
  "POST /messages/inbounds": {
    id: "omnichannelPostInbound",
    summary: "Tells of what a customer wrote by a channel of your own",
    request: {
      schema: "OmnichannelInbound",
      examples: { short: { channel: "chat", from: { profileId: "anna@example.com" }, body: "Hello" } },
    },
    answers: {
      201: { description: "The event is published.", schema: "OmnichannelInboundTaken" },
      400: notValid,
    },
  },
  "POST /messages/inbounds/{inboundId}/statuses/{status}": {
    id: "omnichannelPostInboundStatus",
    summary: "Tells that it was delivered or read",
    request: { schema: "OmnichannelInboundStatus", examples: { now: { timestamp: "2030-01-01T00:00:00Z" } } },
    answers: { 200: { description: "It is noted." }, 400: notValid, ...noMessage },
  },
  "GET /messages/{messageId}": {
    id: "omnichannelGetMessage",
    summary: "What became of a message",
    answers: { 200: { description: "The message.", schema: "OmnichannelSent" }, ...noMessage },
  },
  "PATCH /messages/{messageId}": {
    id: "omnichannelRedactMessage",
    summary: "Removes what is personal from a finished message",
    request: { schema: "OmnichannelRedaction", examples: { short: { redact: true } } },
    answers: { 202: { description: "It is removed." }, 400: notValid, ...noMessage, ...conflict },
  },
  "DELETE /messages/{messageId}": {
    id: "omnichannelDeleteMessage",
    summary: "Removes a message",
    description: "It does not stop it: what is under way goes on, and its content is removed when it ends.",
    answers: { 204: { description: "It is removed." }, ...noMessage, ...conflict },
  },
  "POST /messages/{messageId}/statuses/{status}": {
    id: "omnichannelPostStatus",
    summary: "Reports a status of a message",
    request: { schema: "OmnichannelStatus", examples: { delivered: { channel: "sms" } } },
    answers: { 200: { description: "It is taken." }, 400: notValid, ...noMessage },
  },
  "GET /profiles": {
    id: "omnichannelFindProfiles",
    summary: "Profiles whose fields are equal to these",
    description: "Any other parameter is a field: `?address.city=London`.",
    more: [
      inQuery("$limit", "The most that are answered.", {
        type: "integer",
        minimum: 0,
        maximum: 500,
        default: 100,
      }),
      inQuery("$skip", "How many are passed over.", { type: "integer", minimum: 0, maximum: 100_000 }),
      inQuery("$fields", "The fields to answer, with commas between them."),
    ],
    answers: { 200: { description: "The profiles.", schema: "OmnichannelProfiles" }, 400: notValid },
  },
  "POST /profiles": {
    id: "omnichannelCreateProfile",
    summary: "Makes a profile",
    request: {
      schema: "OmnichannelNewProfile",
      examples: { short: { id: "anna@example.com", ...examples.profile } },
    },
    answers: { 201: profileAnswer, 400: notValid, 409: problem("There is a profile with this id.") },
  },
  "PATCH /profiles/bulk": {
    id: "omnichannelPatchProfiles",
    summary: "Makes or changes up to 100 profiles",
    request: {
      schema: "OmnichannelNewProfiles",
      examples: { one: [{ id: "anna@example.com", ...examples.profile }] },
    },
    answers: {
      200: { description: "The profiles.", schema: "OmnichannelProfiles" },
      400: notValid,
      409: changed[409],
    },
  },
  "DELETE /profiles/bulk": {
    id: "omnichannelDeleteProfiles",
    summary: "Deletes up to 100 profiles",
    more: [inQuery("id", "Their ids, with commas between them.")],
    answers: { 200: { description: "Their ids.", schema: "OmnichannelDeletedProfiles" }, 400: notValid },
  },
  "GET /profiles/{profileId}": {
    id: "omnichannelGetProfile",
    summary: "A profile",
    answers: { 200: profileAnswer, 400: notValid, ...noProfile },
  },
  "PUT /profiles/{profileId}": {
    id: "omnichannelPutProfile",
    summary: "Replaces a profile's fields",
    more: [ifMatch],
    request: { schema: "OmnichannelFields", examples: { short: examples.profile } },
    answers: { 200: profileAnswer, 400: notValid, ...noProfile, ...changed },
  },
  "PATCH /profiles/{profileId}": {
    id: "omnichannelPatchProfile",
    summary: "Changes fields of a profile",
    more: [
      inQuery("allowcreate", "`true`: makes it where there is none.", { enum: ["true", "false"] }),
      inQuery("deletes", "Fields to take away, with commas between them."),
      ifMatch,
    ],
    request: { schema: "OmnichannelFields", examples: { short: examples.profile } },
    answers: { 200: profileAnswer, 400: notValid, ...noProfile, ...changed },
  },
  "DELETE /profiles/{profileId}": {
    id: "omnichannelDeleteProfile",
    summary: "Deletes a profile",
    more: [
      inQuery("forget", "`true`: also what is kept of the customer's messages.", { enum: ["true", "false"] }),
      ifMatch,
    ],
    answers: { 204: { description: "It is deleted." }, 400: notValid, ...noProfile, ...changed },
  },
  "PUT /profiles/{profileId}/optin": {
    id: "omnichannelOptIn",
    summary: "Notes that a customer opted in to channels",
    request: { schema: "OmnichannelOptIns", examples: { short: { channels: ["sms"] } } },
    answers: { 200: profileAnswer, 400: notValid, ...noProfile },
  },
  "DELETE /profiles/{profileId}/optin": {
    id: "omnichannelOptOut",
    summary: "Takes opt-ins back",
    description: "An opt-out that the customer said stays.",
    more: [inQuery("channel", "The channels, with commas between them; without it, all.")],
    answers: { 200: profileAnswer, 400: notValid, ...noProfile },
  },
  "GET /profiles/{profileId}/messages": {
    id: "omnichannelHistory",
    summary: "Messages to a customer, and what they wrote",
    description: "Newest first.",
    more: [
      inQuery("channelId", "Of this channel alone."),
      inQuery("direction", "Of this direction alone.", { enum: ["inbound", "outbound"] }),
      inQuery("from", "Back from this time.", { type: "string", format: "date-time" }),
      inQuery("limit", "The most that are answered.", {
        type: "integer",
        minimum: 1,
        maximum: 500,
        default: 50,
      }),
    ],
    answers: { 200: { description: "The messages.", schema: "OmnichannelHistory" }, 400: notValid },
  },
  "POST /channels/facebook/state": {
    id: "omnichannelFacebookState",
    summary: "A text by which a customer is known when they come to Messenger",
    description:
      "For `data-ref` of the plugin Send to Messenger, or `m.me/PAGE?ref=`: who comes by it gets their `fbMessengerId` into this profile. Further fields go into the profile.",
    request: { schema: "OmnichannelFacebookState", examples: { short: { profileId: "anna@example.com" } } },
    answers: {
      200: { description: "The text.", schema: "OmnichannelState" },
      400: notValid,
      409: changed[409],
    },
  },
  "GET /webhooks": {
    id: "omnichannelListWebhooks",
    summary: "Your webhooks for events in the Omnichannel API's form",
    answers: { 200: { description: "The webhooks.", schema: "OmnichannelWebhooks" } },
  },
  "POST /webhooks": {
    id: "omnichannelCreateWebhook",
    summary: "Makes a webhook",
    description:
      "Each call is signed with `X-Comapi-Signature`: HMAC-SHA1 of its body by the secret, in hexadecimal.",
    request: { schema: "OmnichannelWebhookRequest", examples: { short: examples.webhook } },
    answers: { 201: webhookAnswer, 400: notValid },
  },
  "GET /webhooks/availableevents": {
    id: "omnichannelAvailableEvents",
    summary: "The events that a webhook may ask for",
    answers: { 200: { description: "The events.", schema: "OmnichannelAvailableEvents" } },
  },
  "GET /webhooks/availabletemplates": {
    id: "omnichannelAvailableTemplates",
    summary: "Groups of these events",
    answers: { 200: { description: "The groups.", schema: "OmnichannelAvailableTemplates" } },
  },
  "GET /webhooks/{webhookId}": {
    id: "omnichannelGetWebhook",
    summary: "A webhook",
    answers: { 200: webhookAnswer, ...noWebhook },
  },
  "PUT /webhooks/{webhookId}": {
    id: "omnichannelPutWebhook",
    summary: "Replaces a webhook",
    more: [ifMatch],
    request: { schema: "OmnichannelWebhookRequest", examples: { short: examples.webhook } },
    answers: { 200: webhookAnswer, 400: notValid, ...noWebhook, ...changed },
  },
  "DELETE /webhooks/{webhookId}": {
    id: "omnichannelDeleteWebhook",
    summary: "Deletes a webhook",
    more: [ifMatch],
    answers: { 204: { description: "It is deleted." }, ...noWebhook, 412: changed[412] },
  },
};

const asTheirs =
  "As dotdigital's documentation has it; the page on moving from the Omnichannel API lists what differs.";

export const omnichannelOperations: Operation[] = Object.entries(operations).map(
  ([key, { more = [], description = asTheirs, ...operation }]) => {
    const [method = "", path = ""] = key.split(" ");
    const named = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = ""]) => parameters[name] ?? []);
    return {
      ...operation,
      description,
      route: `${method} /cpaas${path}`,
      tag: "Omnichannel API",
      caller: routes[key as RouteKey],
      ...(named.length + more.length > 0 ? { parameters: [...named, ...more] } : {}),
    };
  },
);
