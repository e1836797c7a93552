/** The routes of messages. */
import { testOutcomes } from "../../domain/test-addresses.ts";
import { examples } from "./examples.ts";
import { type Answer, notValid, type Operation, problem } from "./operation.ts";
import {
  batchKey,
  force,
  idempotencyKey,
  messageId,
  paging,
  replayedHeader,
  waysToFind,
} from "./parameters.ts";

const noMessage = problem("You have no message with this id.");

const accepted: Answer = {
  description: "Accepted.",
  schema: "Accepted",
  headers: {
    Location: {
      description: "The URL of the message's trace.",
      required: true,
      schema: { type: "string", format: "uri-reference" },
    },
    ...replayedHeader,
  },
};

const testRows = Object.entries(testOutcomes)
  .map(([number, { what }]) => `- \`${number}\`: ${what}`)
  .join("\n");

export const messageOperations: Operation[] = [
  {
    route: "POST /messages",
    id: "sendMessage",
    tag: "Messages",
    summary: "Sends a message by the first channel that reaches the customer",
    description: `Stores the message and starts sending it; the answer says what will be tried.

A message of a test key reaches no provider, costs nothing, and goes to test addresses alone: \`phoneNumber\` is +44 20 7946 0000 or +1 202 555 0100, \`fbMessengerId\`, any other identifier and a device's \`token\` are \`test-0000\`, and the number at the end says what becomes of it:

${testRows}`,
    caller: "send",
    parameters: [idempotencyKey],
    request: { schema: "Message", examples: examples.messages },
    answers: {
      201: accepted,
      400: notValid,
      422: problem(
        "No channel is left to try, with the reason for each; or the key was used for other content.",
      ),
    },
  },
  {
    route: "POST /messages/plan",
    id: "planMessage",
    tag: "Messages",
    summary: "Answers what would be done, without doing it",
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
    description: "An invalid item is refused, the others are accepted.",
    caller: "send",
    parameters: [batchKey],
    request: { schema: "Batch", examples: examples.batches },
    answers: {
      202: {
        description: "One result for each item.",
        schema: "BatchResults",
        headers: replayedHeader,
      },
      400: notValid,
    },
  },
  {
    route: "GET /messages",
    id: "findMessages",
    tag: "Messages",
    summary: "Your messages of a customer, with a reference, or with a status",
    description: "Newest first. Exactly one of the first parameters is needed.",
    caller: "read",
    parameters: [...waysToFind, ...paging],
    answers: { 200: { description: "A page of messages.", schema: "FoundMessages" }, 400: notValid },
  },
  {
    route: "GET /messages/{messageId}",
    id: "getMessage",
    tag: "Messages",
    summary: "The trace: which channels were tried or skipped, and why",
    description: "The trace is kept for 30 days, unless the deployment is set to another time.",
    caller: "read",
    parameters: [messageId],
    answers: { 200: { description: "The trace.", schema: "Trace" }, 404: noMessage },
  },
  {
    route: "DELETE /messages/{messageId}",
    id: "cancelMessage",
    tag: "Messages",
    summary: "Stops trying",
    description: "What was sent cannot be taken back, and its receipts are still recorded.",
    caller: "send",
    parameters: [messageId],
    answers: { 202: { description: "The message's status now.", schema: "Cancelled" }, 404: noMessage },
  },
  {
    route: "POST /messages/resolve",
    id: "resolveMessages",
    tag: "Messages",
    summary: "Ends all open messages with a reference",
    description:
      "What they are about was settled by other means: no further channel is tried, as if each had been cancelled, and their status is `resolved`. What was sent cannot be taken back. One call looks at up to 500 messages.",
    caller: "send",
    request: { schema: "ResolveRequest", examples: examples.resolutions },
    answers: { 200: { description: "Which messages are resolved.", schema: "Resolved" }, 400: notValid },
  },
  {
    route: "POST /messages/{messageId}/resend",
    id: "resendMessage",
    tag: "Messages",
    summary: "Sends a message again that did not reach the customer",
    description:
      "A new message with the same content, to the same addresses, by the same rules; its trace has `resendOf`. The profile is not changed.",
    caller: "send",
    parameters: [messageId, force, idempotencyKey],
    answers: {
      201: accepted,
      400: notValid,
      404: noMessage,
      409: problem("The message is not finished, is redacted, or reached the customer."),
      422: problem("No channel is left to try, with the reason for each; or the key was used before."),
    },
  },
  {
    route: "POST /messages/{messageId}/redact",
    id: "redactMessage",
    tag: "Messages",
    summary: "Removes the personal data of a message",
    description:
      "Text, addresses and metadata are removed, the trace stays. Repeated, it answers the time of the first redaction.",
    caller: "send",
    parameters: [messageId],
    answers: {
      200: { description: "The time of the redaction.", schema: "Redacted" },
      404: noMessage,
      409: problem("The message is not finished: wait until it is, or cancel it first."),
    },
  },
];
