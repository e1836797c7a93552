/**
 * Facebook Messenger by the Send API. Errors need code and subcode together; outside the 24-hour window only utility
 * templates go out. https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
 */
import { createHmac } from "node:crypto";
import * as v from "valibot";
import type { Channel, CreateSender, Outbound } from "../domain/channel.ts";
import { appSecretsIn } from "./app-secrets.ts";
import { OutcomeUnknown, prepare } from "./errors.ts";
import { options, renderMessenger } from "./fb-messenger-content.ts";
import { messengerMeaning } from "./fb-messenger-errors.ts";
import { graphSettings, postToGraph, sendTextOrTemplate, templateIn } from "./graph-api.ts";
import { metaWebhookFacts } from "./meta-webhook.ts";

export { webhook } from "./fb-messenger-webhook.ts";

const deliveredExample = {
  object: "page",
  entry: [
    {
      id: "1",
      time: 1893456000000,
      messaging: [{ sender: { id: "5" }, recipient: { id: "1" }, delivery: { watermark: 1893456000000 } }],
    },
  ],
};

export const fbMessenger: Channel = {
  id: "fbMessenger",
  name: "Facebook Messenger",
  address: "fbMessengerId",
  reports: ["sent", "delivered", "read"],
  until: "delivered",
  receiptsNameThe: "address",
  freeTextSeconds: 24 * 3600,
  windowSeconds: 300,
  limit: { max: 2000, unit: "characters" },
  options,
  render: renderMessenger,
  sendsWithoutBody: ({ template, attachment }) => (template ?? attachment) !== undefined,
  settings: { ...graphSettings, fbMessengerPageId: "the id of the business's Facebook page" },
  secrets: {
    accessToken: "the page's access token with pages_messaging",
    appSecret: "the Meta app's secret; while it is replaced `new,old`",
  },
  receipts: {
    webhook: { ...metaWebhookFacts, identitySetting: "fbMessengerPageId", example: deliveredExample },
  },
  missingAccount: (settings) =>
    settings.fbMessengerPageId ? undefined : "this deployment has no Messenger account (fbMessengerPageId)",
  identities: ({ fbMessengerPageId = "" }) => [fbMessengerPageId],
  templateIn,
  permissions: () => [],
};

const answer = v.object({ message_id: v.string() });

export const createSender: CreateSender = (context) => {
  // https://developers.facebook.com/docs/graph-api/guides/secure-requests
  const proof = createHmac("sha256", appSecretsIn(context.secrets.appSecret)[0] ?? "")
    .update(context.secrets.accessToken ?? "")
    .digest("hex");
  const post = async (message: Outbound, content: Record<string, unknown>) => {
    const body = await postToGraph({
      provider: "Messenger",
      context,
      path: `${context.settings.fbMessengerPageId}/messages`,
      query: { appsecret_proof: proof },
      body: { recipient: { id: message.addresses.fbMessengerId }, ...content },
      identity: context.settings.fbMessengerPageId,
      meaningOf: messengerMeaning,
    });
    const parsed = v.safeParse(answer, body);
    if (!parsed.success) throw new OutcomeUnknown("Messenger answered 200 without a message id");
    return { providerMessageIds: [parsed.output.message_id] as [string] };
  };
  return async (message) => {
    const given = await prepare(() => v.parse(options, message.options));
    const { template, attachment, quickReplies, messagingType } = given;
    return sendTextOrTemplate({ ...message, hasFile: attachment !== undefined }, template, {
      text: (text) =>
        post(message, {
          messaging_type: messagingType ?? "UPDATE",
          message: {
            ...(attachment === undefined ? { text } : { attachment }),
            ...(quickReplies === undefined ? {} : { quick_replies: quickReplies }),
            metadata: message.messageId,
          },
        }),
      template: (payload) => post(message, { messaging_type: "UTILITY", message: { template: payload } }),
    });
  };
};
