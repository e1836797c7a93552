/** What the webhooks of Meta's channels share: the check of their signature, and the handshake when they are set up. */
import type { WebhookFacts } from "../domain/channel.ts";
import type { Webhook } from "../domain/receipt-readers.ts";
import { appSecretsIn } from "./app-secrets.ts";
import { isSignedByOneOf } from "./meta-signature.ts";
import { isSameSecret } from "./same-secret.ts";
import type { WebhookContents } from "./webhook-reading.ts";

export const metaWebhookFacts: Omit<WebhookFacts, "example" | "identitySetting"> = {
  by: "Meta",
  proof: {
    scheme: "signature",
    header: "X-Hub-Signature-256",
    description: "`sha256=` and the HMAC-SHA256 of the body, in hex, by the Meta app's secret.",
  },
  handshake: {
    "hub.mode": "`subscribe`",
    "hub.verify_token": "The verify token that was set up.",
    "hub.challenge": "The text that the answer must repeat.",
  },
  reference: "https://developers.facebook.com/docs/graph-api/webhooks",
  secrets: {
    appSecret: "the Meta app's secret: it signs the webhooks; while it is replaced `new,old`",
    verifyToken: "a random text of your own, which Meta sends when the webhook is set up",
  },
};

/** `read`: reads a body of this channel. `ours`: our number or page. */
export const metaWebhook = /* @__NO_SIDE_EFFECTS__ */ (
  read: (body: unknown, ours?: string) => WebhookContents,
): Webhook => ({
  isGenuine: ({ headers, body }, { appSecret }) =>
    isSignedByOneOf(appSecretsIn(appSecret), body, headers["x-hub-signature-256"]),
  /** https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests */
  answerHandshake: (query, { verifyToken = "" }) =>
    query["hub.mode"] === "subscribe" &&
    verifyToken !== "" &&
    isSameSecret(query["hub.verify_token"] ?? "", verifyToken)
      ? (query["hub.challenge"] ?? "")
      : undefined,
  read: (body, { ours, leaveOut }) => {
    const { items, leftOut } = read(body, ours);
    leftOut.forEach(leaveOut);
    return items;
  },
});
