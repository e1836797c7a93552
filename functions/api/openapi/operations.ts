/** The requests and the answers of each route: the part of the API's document that is not in the schemas. */
import type { Channel } from "../../domain/channel.ts";
import { examples } from "./examples.ts";
import { messageOperations } from "./message-operations.ts";
import { notValid, type Operation, problem } from "./operation.ts";
import { profileId, ruleSetName } from "./parameters.ts";
import { receiptOperations } from "./receipt-operations.ts";
import { ref } from "./ref.ts";

const inPath = (name: string, schema: object, description: string) => ({
  name,
  in: "path",
  required: true,
  schema,
  description,
});
const messageId = inPath("messageId", { type: "string" }, "As `POST /messages` answered it.");
const profileId = inPath("profileId", ref("ProfileId"), "Percent-encoded.");
const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  schema: ref("IdempotencyKey"),
  description:
    "Makes it safe to repeat: the same key with the same content gives the first answer again, with another content 422. " +
    "Keys are your own, and end after a day where the deployment says no other.",
};
const ruleSetName = inPath("name", ref("RuleSetName"), "As the rules of a message name it.");
const noMessage = problem("No message of yours has this id.");

const messages: Operation[] = [
  {
    route: "POST /messages",
    id: "sendMessage",
    tag: "Messages",
    summary: "Sends a message by the first channel that reaches the customer",
    description: "Stores the message and starts it; the answer says what will be tried.",
    caller: "send",
    parameters: [idempotencyKey],
    request: { schema: "Message", examples: examples.messages },
    answers: {
      201: {
        description: "Accepted.",
        schema: "Accepted",
        headers: {
          Location: {
            description: "The message's trace.",
            required: true,
            schema: { type: "string", format: "uri-reference" },
          },
        },
      },
      400: notValid,
      422: problem("No channel is left to try, with each reason; or the key was used for another content."),
    },
  },
  {
    route: "POST /messages/plan",
    id: "planMessage",
    tag: "Messages",
    summary: "Says what would be done, and does nothing",
    description: "Takes what `POST /messages` takes, and refuses what it refuses. Nothing is stored.",
    caller: "send",
    request: { schema: "Message", examples: examples.messages },
    answers: {
      200: { description: "The plan: channels, windows, SMS parts, expected cost.", schema: "Plan" },
      400: notValid,
    },
  },
  {
    route: "POST /messages/batch",
    id: "sendBatch",
    tag: "Messages",
    summary: "Sends many messages",
    description: "A bad item refuses itself, not the batch.",
    caller: "send",
    request: { schema: "Batch", examples: examples.batches },
    answers: { 202: { description: "One result an item.", schema: "BatchResults" }, 400: notValid },
  },
  {
    route: "GET /messages/{messageId}",
    id: "getMessage",
    tag: "Messages",
    summary: "The trace: each channel, tried or skipped and why",
    description: "It is kept for 30 days, unless the deployment is set to another time.",
    caller: "read",
    parameters: [messageId],
    answers: { 200: { description: "The trace.", schema: "Trace" }, 404: noMessage },
  },
  {
    route: "DELETE /messages/{messageId}",
    id: "cancelMessage",
    tag: "Messages",
    summary: "Stops trying",
    description: "What is out stays out, and its receipts are still recorded.",
    caller: "send",
    parameters: [messageId],
    answers: { 202: { description: "The status that it has now.", schema: "Cancelled" }, 404: noMessage },
  },
  {
    route: "POST /messages/{messageId}/redact",
    id: "redactMessage",
    tag: "Messages",
    summary: "Removes what is personal",
    description: "Text, addresses and metadata go, the trace stays. Done again, it says when it was done.",
    caller: "send",
    parameters: [messageId],
    answers: {
      200: { description: "When it was done.", schema: "Redacted" },
      404: noMessage,
      409: problem("The message is not finished: wait until it is, or cancel it first."),
    },
  },
];

const profiles: Operation[] = [
  {
    route: "PUT /profiles/{profileId}",
    id: "putProfile",
    tag: "Profiles",
    summary: "Replaces what is known of a customer",
    description:
      "A field that is left out is forgotten. Messages that name the profile use its addresses, and add the new ones that they bring.",
    caller: "profiles",
    parameters: [profileId],
    request: { schema: "Profile", examples: examples.profiles },
    answers: { 200: { description: "The profile as it is stored.", schema: "StoredProfile" }, 400: notValid },
  },
  {
    route: "GET /profiles/{profileId}",
    id: "getProfile",
    tag: "Profiles",
    summary: "What is known of a customer",
    description: "The addresses and fields as they were last put or added by a message.",
    caller: "profiles",
    parameters: [profileId],
    answers: {
      200: { description: "The profile.", schema: "StoredProfile" },
      400: notValid,
      404: problem("You have no profile with this id."),
    },
  },
  {
    route: "DELETE /profiles/{profileId}",
    id: "deleteProfile",
    tag: "Profiles",
    summary: "Forgets a customer",
    description:
      "With the profile go its devices at the push service and what was learned of the customer. Messages keep their addresses until they are redacted or expire from the table.",
    caller: "profiles",
    parameters: [profileId],
    answers: { 204: { description: "It is deleted, or did not exist." }, 400: notValid },
  },
];

const ruleSets: Operation[] = [
  {
    route: "PUT /rules/{name}",
    id: "putRuleSet",
    tag: "Rules",
    summary: "Stores rules under a name",
    description: "A message that names them uses them as they are when it is accepted.",
    caller: "send",
    parameters: [ruleSetName],
    request: { schema: "RuleSet", examples: examples.ruleSets },
    answers: {
      200: { description: "The rules as they are stored.", schema: "StoredRuleSet" },
      400: notValid,
    },
  },
  {
    route: "GET /rules/{name}",
    id: "getRuleSet",
    tag: "Rules",
    summary: "The rules that have the name",
    description: "As they were last put. Another client's rule set of the same name is another one.",
    caller: "send",
    parameters: [ruleSetName],
    answers: {
      200: { description: "The rules.", schema: "StoredRuleSet" },
      400: notValid,
      404: problem("You have no rule set with this name."),
    },
  },
  {
    route: "DELETE /rules/{name}",
    id: "deleteRuleSet",
    tag: "Rules",
    summary: "Deletes the rules that have the name",
    description: "Messages that were accepted with them keep them.",
    caller: "send",
    parameters: [ruleSetName],
    answers: { 204: { description: "They are deleted, or did not exist." }, 400: notValid },
  },
];

const webhook: Operation[] = [
  {
    route: "PUT /webhook",
    id: "putWebhook",
    tag: "Webhook",
    summary: "Sets where you receive events about your messages",
    description:
      "Events are CloudEvents in JSON, signed according to Standard Webhooks. Putting the webhook again also switches it on again.",
    caller: "webhook",
    request: { schema: "WebhookRequest", examples: examples.webhooks },
    answers: {
      200: {
        description: "The webhook, with its secret where a new one was created: it is shown only this once.",
        schema: "NewWebhook",
      },
      400: notValid,
      409: problem("The webhook was changed at the same time: send the request again."),
    },
  },
  {
    route: "GET /webhook",
    id: "getWebhook",
    tag: "Webhook",
    summary: "Your webhook",
    description:
      "Where you are told of your messages, and whether that works. The secret is not shown again.",
    caller: "webhook",
    answers: {
      200: { description: "The webhook.", schema: "Webhook" },
      404: problem("You have no webhook."),
    },
  },
  {
    route: "DELETE /webhook",
    id: "deleteWebhook",
    tag: "Webhook",
    summary: "Stops sending you events",
    description: "Events that wait for it are dropped.",
    caller: "webhook",
    answers: { 204: { description: "It is deleted, or did not exist." } },
  },
];

const thisDocument: Operation = {
  route: "GET /openapi.json",
  id: "getDocument",
  tag: "This document",
  summary: "The API as an OpenAPI 3.1 document",
  description: "As this deployment has it, with its channels and windows.",
  caller: "open",
  answers: { 200: { description: "This document.", schema: "OpenApiDocument" } },
};

/** The operations of a deployment with these channels. */
export const operationsOf = (enabledChannels: readonly Channel[]): Operation[] => [
  ...messageOperations,
  ...ruleSets,
  ...profiles,
  ...webhook,
  ...receiptOperations(enabledChannels),
  thisDocument,
];
