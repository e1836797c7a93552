/**
 * WhatsApp by Meta's Cloud API. Numbers always go out with `+`: without it Meta prepends the business's own country code. Free
 * text is accepted within 24 hours of the customer's last message, templates always.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
import * as v from "valibot";
import type { Channel, CreateSender, Outbound, Sent } from "../domain/channel.ts";
import { OutcomeUnknown, prepare, TemplateUnavailable } from "./errors.ts";
import { graphSettings, postToGraph, sendTextOrTemplate, templateIn, templateOption } from "./graph-api.ts";
import { metaWebhookFacts } from "./meta-webhook.ts";
import { freeContent, renderWhatsApp, richOptions } from "./whats-app-content.ts";
import { whatsAppMeaning } from "./whats-app-errors.ts";

export { webhook } from "./whats-app-webhook.ts";

const options = v.strictObject({
  template: v.optional(templateOption),
  ...richOptions,
  previewUrl: v.optional(
    v.pipe(v.boolean(), v.metadata({ description: "Shows a preview of the first link.", default: false })),
  ),
  /** https://developers.facebook.com/documentation/business-messaging/whatsapp/direct-send/configure-message-ttl */
  category: v.optional(
    v.pipe(
      v.picklist(["utility", "authentication"]),
      v.description(
        "Sends free text by Meta's Direct Send, which takes how long a message is worth delivering (beta; a template has its own time to live). Of a message whose category is authentication: authentication.",
      ),
    ),
  ),
});

/** The times to live, in seconds, that Direct Send accepts, by category. */
const timesToLive = {
  utility: { min: 30, max: 12 * 3600 },
  authentication: { min: 30, max: 15 * 60 },
} as const;

const deliveredExample = {
  object: "whatsapp_business_account",
  entry: [
    {
      id: "1",
      changes: [
        {
          field: "messages",
          value: {
            messaging_product: "whatsapp",
            statuses: [
              {
                id: "wamid.HBgLNDQ3MTIzMTIzMTIz",
                status: "delivered",
                timestamp: "1893456000",
                recipient_id: "447123123123",
                biz_opaque_callback_data: "0b0e6a3e-6d9a-4b52-9d5f-1f1d2f3a4b5c",
              },
            ],
          },
        },
      ],
    },
  ],
};

export const whatsApp: Channel = {
  id: "whatsApp",
  name: "WhatsApp",
  address: "phoneNumber",
  reports: ["sent", "delivered", "read"],
  until: "delivered",
  // Receipts carry the messageId; customers' answers have only their number.
  receiptsNameThe: "address",
  freeTextSeconds: 24 * 3600,
  windowSeconds: 300,
  limit: { max: 4096, unit: "characters" },
  options,
  optOutCodes: { "131050": "marketing" },
  // Not for utility: free text within the window is free, and by Direct Send it would cost something.
  categoryOptions: { authentication: { category: "authentication" } },
  // https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
  billedWhen: "delivered",
  // Only Meta knows a template's category: the dearest is assumed until a receipt reports it.
  priceCategory: ({ category, template }) =>
    typeof category === "string" ? category : template === undefined ? "service" : "marketing",
  render: renderWhatsApp,
  sendsWithoutBody: (given) => (given.template ?? given.media) !== undefined,
  settings: {
    ...graphSettings,
    whatsAppPhoneNumberId: "the phone number id of the business's WhatsApp number",
  },
  secrets: { accessToken: "a system user's token with whatsapp_business_messaging" },
  receipts: {
    webhook: { ...metaWebhookFacts, identitySetting: "whatsAppPhoneNumberId", example: deliveredExample },
  },
  missingAccount: (settings) =>
    settings.whatsAppPhoneNumberId
      ? undefined
      : "this deployment has no WhatsApp account (whatsAppPhoneNumberId)",
  identities: ({ whatsAppPhoneNumberId = "" }) => [whatsAppPhoneNumberId],
  templateIn,
  permissions: () => [],
};

function timeToLive(category: keyof typeof timesToLive, windowSeconds: number): number {
  const { min, max } = timesToLive[category];
  return Math.min(Math.max(windowSeconds, min), max);
}

/**
 * `message_status` comes with templates. A message with a paused template is never sent; one that is held is sent later, or
 * fails.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
const answer = v.object({
  // In some countries it is not the number that was sent to. https://github.com/chatwoot/chatwoot/issues/14048
  contacts: v.fallback(v.optional(v.tuple([v.object({ wa_id: v.optional(v.string()) })])), undefined),
  messages: v.tuple([v.object({ id: v.string(), message_status: v.optional(v.unknown()) })]),
});

export const createSender: CreateSender = (context) => {
  const post = async (message: Outbound, content: Record<string, unknown>): Promise<Sent> => {
    const body = await postToGraph({
      provider: "WhatsApp",
      context,
      path: `${context.settings.whatsAppPhoneNumberId}/messages`,
      body: {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: message.addresses.phoneNumber,
        ...content,
        biz_opaque_callback_data: message.messageId,
      },
      identity: context.settings.whatsAppPhoneNumberId,
      meaningOf: whatsAppMeaning,
    });
    const parsed = v.safeParse(answer, body);
    if (!parsed.success) throw new OutcomeUnknown("WhatsApp answered 200 without a message id");
    const { id, message_status: status } = parsed.output.messages[0];
    if (status === "paused")
      throw new TemplateUnavailable("the template is paused: WhatsApp does not send it", { code: status });
    const waId = parsed.output.contacts?.[0].wa_id;
    const knownAs = waId === undefined ? undefined : `+${waId}`;
    return {
      providerMessageIds: [id],
      ...(status === "held_for_quality_assessment" ? { isHeld: true as const } : {}),
      ...(knownAs === undefined || knownAs === message.addresses.phoneNumber ? {} : { knownAs }),
    };
  };
  return async (message) => {
    const {
      template,
      previewUrl = false,
      category,
      media,
    } = await prepare(() => v.parse(options, message.options));
    const directSend = category && { category, ttl_seconds: timeToLive(category, message.timeoutSeconds) };
    return sendTextOrTemplate({ ...message, hasFile: media !== undefined }, template, {
      text: (body) => post(message, { ...freeContent(body, message.options, previewUrl), ...directSend }),
      template: (payload) => post(message, { type: "template", template: payload }),
    });
  };
};
