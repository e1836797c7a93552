/** What a client's webhook is posted, for the document: OpenAPI's `webhooks`, signed as Standard Webhooks says. */
import { ref } from "./ref.ts";

const header = (name: string, description: string) => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string" },
});

const told = (id: string, summary: string, schema: "MessageEvent" | "InboundEvent") => ({
  post: {
    operationId: id,
    tags: ["Webhook"],
    summary,
    // The signature is the receiver's to check; no key is sent.
    security: [],
    parameters: [
      header("webhook-id", "The event's `id`: the same when it is told again."),
      header("webhook-timestamp", "Of this call, in seconds since 1970."),
      header(
        "webhook-signature",
        "`v1,` and the HMAC-SHA256 of id, timestamp and body, by the webhook's secret; two while a secret is replaced. https://www.standardwebhooks.com",
      ),
    ],
    requestBody: { required: true, content: { "application/json": { schema: ref(schema) } } },
    responses: {
      "2XX": { description: "Taken." },
      410: { description: "Tell no more: the webhook is switched off." },
      default: { description: "Tell it again later, for 24 hours." },
    },
  },
});

export const toldByWebhook = {
  messageEvent: told("tellMessageEvent", "A message's status has changed", "MessageEvent"),
  inboundEvent: told("tellInboundEvent", "A customer has answered", "InboundEvent"),
};
