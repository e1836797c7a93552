/** SMS, by Amazon SNS or AWS End User Messaging, as the setting says, or by the one where the other refuses. */
import { type Channel, type Permission, providersOf, type Settings } from "../domain/channel.ts";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { renderAsText } from "../domain/route/rich-content.ts";
import { readEvent } from "./end-user-messaging-events.ts";
import { readAnswer } from "./sms-answer.ts";
import { smsOptions } from "./sms-options.ts";

export { createSender as createSenderByEndUserMessaging } from "./sms-by-end-user-messaging.ts";
export { createSender as createSenderBySns } from "./sms-by-sns.ts";
export { readLogRecord } from "./sms-delivery-log.ts";

export const readTopicMessage: ReadTopicMessage = (message, publishedAt) =>
  readEvent(message, "TEXT_") ?? readAnswer(message, publishedAt);

/** Of what is under way nothing is to be known; `SUCCESSFUL` is the carrier's word, in some countries the last. */
const events = [
  "TEXT_DELIVERED",
  "TEXT_SUCCESSFUL",
  "TEXT_INVALID",
  "TEXT_INVALID_MESSAGE",
  "TEXT_UNREACHABLE",
  "TEXT_CARRIER_UNREACHABLE",
  "TEXT_BLOCKED",
  "TEXT_CARRIER_BLOCKED",
  "TEXT_SPAM",
  "TEXT_TTL_EXPIRED",
  "TEXT_PROTECT_BLOCKED",
];

const topic = {
  name: "SmsAnswers",
  displayName: "What customers answer to SMS, and the events of End User Messaging",
  use: "For two-way SMS of an origination number: see infra/README.md",
  publisher: "sms-voice.amazonaws.com",
};
const deliveryLogs = {
  name: "SmsDeliveryLogs",
  use: "For aws sns set-sms-attributes: see infra/README.md",
  groups: { Success: "DirectPublishToPhoneNumber", Failure: "DirectPublishToPhoneNumber/Failure" },
};

const providers = {
  setting: "smsProviders",
  known: ["sns", "endUserMessaging"],
  inOrder: true,
} as const satisfies Channel["providers"];
const isBy = (settings: Settings) => {
  const names = providersOf({ providers }, settings);
  return { sns: names.includes("sns"), endUserMessaging: names.includes("endUserMessaging") };
};

export const sms: Channel = {
  id: "sms",
  name: "SMS",
  address: "phoneNumber",
  reports: ["sent", "delivered"],
  until: "delivered",
  receiptsNameThe: "address",
  windowSeconds: 600,
  limit: { max: 1600, unit: "characters" },
  billedPer: "SMS part",
  hasPrefixLimit: true,
  render: renderAsText,
  options: smsOptions,
  optOutCodes: { OptedOut: "all", DESTINATION_PHONE_NUMBER_OPTED_OUT: "all" },
  categoryOptions: { marketing: { type: "Promotional" } },
  providers,
  settings: {
    smsProviders: "sns, endUserMessaging, or both in the order in which they are tried",
    smsSenderId: "the sender id that customers see, where their country allows one",
    smsOriginationIdentity: "the number, pool or sender id in AWS End User Messaging that SMS come from",
    smsTwoWay: "false where customers cannot answer the SMS of AWS End User Messaging",
  },
  secrets: {},
  receipts: { topic, deliveryLogs },
  deployedAs: (settings) => {
    const by = isBy(settings);
    // The events bring our messageId: the number finds the message only for what customers answer, and in searches.
    const isFoundByNumber = by.sns || settings.smsTwoWay !== "false";
    const configurationSet = { events, defaultSenderId: settings.smsSenderId };
    return {
      receiptsNameThe: isFoundByNumber ? "address" : undefined,
      receipts: {
        topic: { ...topic, ...(by.endUserMessaging ? { configurationSet } : {}) },
        ...(by.sns ? { deliveryLogs } : {}),
      },
    };
  },
  missingAccount: () => undefined,
  permissions: (settings) => {
    const by = isBy(settings);
    return [...(by.sns ? ofSns : []), ...(by.endUserMessaging ? [ofEndUserMessaging(settings)] : [])];
  },
};

/** A phone number has no ARN: "*" is the only resource that allows it, and the Deny excludes topics and endpoints. */
const ofSns: Permission[] = [
  {
    actions: ["sns:Publish"],
    resources: ["*"],
    why: "a phone number has no ARN; all that has one is denied",
  },
  { effect: "Deny", actions: ["sns:Publish"], resources: ["arn:aws:sns:*:*:*"] },
];
/** One that another account shares is named by its ARN. */
const ofEndUserMessaging = ({ smsOriginationIdentity = "" }: Settings): Permission => ({
  actions: ["sms-voice:SendTextMessage"],
  resources: [
    ...["phone-number", "pool", "sender-id"].map((kind) => `arn:aws:sms-voice:{region}:{account}:${kind}/*`),
    ...(smsOriginationIdentity.startsWith("arn:") ? [smsOriginationIdentity] : []),
  ],
  why: "a message may name any number, pool or sender id of the account",
});
