/** The document's `webhooks`: the requests that a client's webhook receives, signed according to Standard Webhooks. */
import { ref } from "./ref.ts";

const header = (name: string, description: string) => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string" },
});

const webhook = (id: string, summary: string, schema: "MessageEvent" | "InboundEvent" | "ConsentEvent") => ({
  post: {
    operationId: id,
    tags: ["Webhook"],
    summary,
    // No API key is sent: the receiver verifies the signature.
    security: [],
    parameters: [
      header("webhook-id", "The event's `id`: the same when the delivery is repeated."),
      header("webhook-timestamp", "The time of this request, in seconds since 1970."),
      header(
        "webhook-signature",
        "`v1,` and the HMAC-SHA256 of id, timestamp and body with the webhook's secret as the key; two signatures while a secret is replaced. https://www.standardwebhooks.com",
      ),
    ],
    requestBody: { required: true, content: { "application/json": { schema: ref(schema) } } },
    responses: {
      "2XX": { description: "The event is received." },
      410: { description: "No more events are wanted: the webhook is switched off." },
      default: { description: "The delivery is repeated later, for up to 24 hours." },
    },
  },
});

export const webhooks = {
  messageEvent: webhook("tellMessageEvent", "The status of a message has changed", "MessageEvent"),
  inboundEvent: webhook("tellInboundEvent", "A customer has answered", "InboundEvent"),
  consentEvent: webhook(
    "tellConsentEvent",
    "A customer wants no more messages, or wants them again",
    "ConsentEvent",
  ),
};
