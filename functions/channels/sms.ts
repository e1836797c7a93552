/**
 * SMS by Amazon SNS `Publish` to a phone number. SNS has no client token, so the SDK must not retry: a retry after a lost
 * answer would send twice. Errors: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
import { PublishCommand } from "@aws-sdk/client-sns";
import * as v from "valibot";
import type { Channel, CreateSender } from "../domain/channel.ts";
import { renderAsText } from "../domain/route/rich-content.ts";
import { object } from "../validation/json-schema.ts";
import { means, Undeliverable } from "./errors.ts";
import { createSnsCaller, type SpecialMeaning } from "./sns.ts";

export { readTopicMessage } from "./sms-answer.ts";
export { readLogRecord } from "./sms-delivery-log.ts";

const convertUnicodeToGsm = v.optional(
  v.pipe(
    v.boolean(),
    v.metadata({
      description:
        "Puts look-alikes of GSM-7 in the place of characters that are not in it, as ' of ’, where the whole text then fits into GSM-7.",
      default: false,
    }),
  ),
);
const replacement = v.strictObject({
  from: v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.maxLength(100, "must have at most 100 characters"),
  ),
  to: v.pipe(v.string(), v.maxLength(100, "must have at most 100 characters")),
});
const customReplacements = v.optional(
  v.pipe(
    v.array(object(replacement)),
    v.maxLength(100, "must have at most 100 replacements"),
    v.description("Replaces `from` by `to`, one after another, before anything else is replaced."),
  ),
);

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
  options: v.strictObject({
    from: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          /^(?=.*[A-Za-z])[A-Za-z0-9-]{3,11}$/,
          "must be 3 to 11 letters, digits or hyphens, with at least one letter",
        ),
        v.metadata({
          description:
            "The sender id that the customer sees: 3 to 11 letters, digits or hyphens with at least one letter; ignored where a country has none.",
          examples: ["MyShop"],
        }),
      ),
    ),
    type: v.optional(
      v.pipe(
        v.picklist(["Transactional", "Promotional"]),
        v.metadata({
          description:
            "How SNS weighs reliability against cost. Of a message whose category is marketing: Promotional.",
          default: "Transactional",
        }),
      ),
    ),
    allowUnicode: v.optional(
      v.pipe(
        v.boolean(),
        v.metadata({
          description: "`false` refuses a text that does not fit into GSM-7, instead of sending it as UCS-2.",
          default: true,
        }),
      ),
    ),
    unicodeConversion: v.optional(
      v.pipe(
        object(v.strictObject({ convertUnicodeToGsm, customReplacements })),
        v.description("Replaces characters of the text for SMS, so that it needs fewer parts."),
      ),
    ),
  }),
  optOutCodes: { OptedOut: "all" },
  categoryOptions: { marketing: { type: "Promotional" } },
  settings: { smsSenderId: "the sender id that customers see, where their country allows one" },
  secrets: {},
  receipts: {
    topic: {
      name: "SmsAnswers",
      displayName: "What customers answer to SMS",
      use: "For two-way SMS of an origination number: see infra/README.md",
      publisher: "sms-voice.amazonaws.com",
    },
    deliveryLogs: {
      name: "SmsDeliveryLogs",
      use: "For aws sns set-sms-attributes: see infra/README.md",
      groups: { Success: "DirectPublishToPhoneNumber", Failure: "DirectPublishToPhoneNumber/Failure" },
    },
  },
  missingAccount: () => undefined,
  // A phone number has no ARN: "*" is the only resource that allows it, and the Deny excludes topics and endpoints.
  permissions: () => [
    {
      actions: ["sns:Publish"],
      resources: ["*"],
      why: "a phone number has no ARN; all that has one is denied",
    },
    { effect: "Deny", actions: ["sns:Publish"], resources: ["arn:aws:sns:*:*:*"] },
  ],
};

export const createSender: CreateSender = ({ settings }) => {
  const callSns = createSnsCaller();
  return async ({ addresses, body, options }) => {
    const senderId = options.from ?? settings.smsSenderId;
    const type = options.type ?? "Transactional";
    const attribute = (value: unknown) => ({ DataType: "String", StringValue: String(value) });
    const answer = await callSns(
      new PublishCommand({
        PhoneNumber: addresses.phoneNumber,
        Message: body,
        MessageAttributes: {
          "AWS.SNS.SMS.SMSType": attribute(type),
          ...(senderId ? { "AWS.SNS.SMS.SenderID": attribute(senderId) } : {}),
        },
      }),
      ofNumber,
    );
    return { providerMessageIds: [answer.MessageId ?? ""] };
  };
};

/** AWS answers both a bad number and a region without SMS with "Invalid parameter: PhoneNumber Reason: …". */
const ofNumber: SpecialMeaning = (code, message) =>
  code === "InvalidParameter" && message.startsWith("Invalid parameter: PhoneNumber")
    ? means(Undeliverable)
    : undefined;
