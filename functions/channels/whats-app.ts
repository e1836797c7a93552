/** WhatsApp, by Meta's Cloud API or by AWS End User Messaging Social, as the setting says. */
import { type Channel, providersOf, type Settings } from "../domain/channel.ts";
import { graphSettings, templateIn } from "./graph-api.ts";
import { metaWebhookFacts } from "./meta-webhook.ts";
import { isFileAlone, longestBody, longestText, options, renderWhatsApp } from "./whats-app-content.ts";
import { idIn } from "./whats-app-event.ts";

export { createSender as createSenderByAws } from "./whats-app-by-aws.ts";
export { createSender as createSenderByMeta } from "./whats-app-by-meta.ts";
export { readTopicMessage } from "./whats-app-event.ts";
export { webhook } from "./whats-app-webhook.ts";

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

const webhook = { ...metaWebhookFacts, identitySetting: "whatsAppPhoneNumberId", example: deliveredExample };
const topic = {
  name: "WhatsAppEvents",
  displayName: "The events of WhatsApp by End User Messaging Social",
  use: "For the event destination of the WhatsApp Business Account: see infra/README.md",
  publisher: "social-messaging.amazonaws.com",
  // As far as is documented; the reader takes the events of our number alone.
  publisherNamesNoAccount: true,
  identitySetting: "whatsAppPhoneNumberId",
} as const;

const providers = {
  setting: "whatsAppProvider",
  known: ["meta", "aws"],
} as const satisfies Channel["providers"];
const isByAws = (settings: Settings) => providersOf({ providers }, settings).includes("aws");

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
  limit: { max: longestText, unit: "characters", maxOf: longestBody },
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
  sendsWithoutBody: (given) => given.template !== undefined || isFileAlone(given),
  providers,
  settings: {
    ...graphSettings,
    whatsAppProvider: "meta, or aws for AWS End User Messaging Social",
    whatsAppPhoneNumberId: "the phone number id of the business's WhatsApp number, Meta's or AWS's",
  },
  secrets: { accessToken: "a system user's token with whatsapp_business_messaging" },
  receipts: { webhook, topic },
  deployedAs: (settings) =>
    isByAws(settings) ? { secrets: {}, receipts: { topic } } : { receipts: { webhook } },
  missingAccount: (settings) => {
    const { whatsAppPhoneNumberId = "" } = settings;
    if (whatsAppPhoneNumberId === "")
      return "this deployment has no WhatsApp account (whatsAppPhoneNumberId)";
    return isByAws(settings) && idIn(whatsAppPhoneNumberId) === whatsAppPhoneNumberId
      ? "whatsAppPhoneNumberId is not the id of a number in AWS End User Messaging Social (phone-number-id-…)"
      : undefined;
  },
  identities: ({ whatsAppPhoneNumberId = "" }) => [whatsAppPhoneNumberId],
  templateIn,
  permissions: (settings) =>
    isByAws(settings)
      ? [
          {
            actions: ["social-messaging:SendWhatsAppMessage"],
            resources: [
              `arn:aws:social-messaging:{region}:{account}:phone-number-id/${idIn(settings.whatsAppPhoneNumberId ?? "")}`,
            ],
          },
        ]
      : [],
};
