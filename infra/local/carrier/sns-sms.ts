/**
 * Amazon SNS, `Publish` to a phone number. index.ts passes the calls. SNS's response only says that it accepted the message;
 * the rest is in the delivery log. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and
 * https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html (attributes)
 */
import { randomUUID } from "node:crypto";
import type { Phones } from "./phones.ts";
import { messageFor } from "./sns-message.ts";
import { type SmsOwner, smsLogRecord } from "./sns-sms-log.ts";
import {
  failure,
  invalidParameter,
  type MessageAttribute,
  messageAttributesOf,
  type SnsResult,
  success,
} from "./sns-wire.ts";

const e164 = /^\+[1-9]\d{6,14}$/;
const longestText = 1600;

const senderId = "AWS.SNS.SMS.SenderID";
const originationNumber = "AWS.MM.SMS.OriginationNumber";
const attributeRules: Readonly<Record<string, { type: string; value: RegExp }>> = {
  [senderId]: { type: "String", value: /^(?=.*[A-Za-z])[A-Za-z0-9-]{3,11}$/ },
  "AWS.SNS.SMS.SMSType": { type: "String", value: /^(Promotional|Transactional)$/ },
  "AWS.SNS.SMS.MaxPrice": { type: "Number", value: /^\d+(\.\d+)?$/ },
  [originationNumber]: { type: "String", value: /^\+?\d{5,14}$/ },
  "AWS.MM.SMS.EntityId": { type: "String", value: /^.{1,50}$/ },
  "AWS.MM.SMS.TemplateId": { type: "String", value: /^.{1,50}$/ },
};

const breaksItsRule = ({ name, type, value }: MessageAttribute) => {
  const rule = attributeRules[name];
  return rule !== undefined && (type !== rule.type || !rule.value.test(value));
};

export async function publishSms(
  phones: Phones,
  owner: SmsOwner,
  phoneNumber: string,
  form: URLSearchParams,
): Promise<SnsResult> {
  if (!e164.test(phoneNumber))
    return invalidParameter(`PhoneNumber Reason: ${phoneNumber} is not valid to publish to`);
  const message = messageFor("sms", form);
  if ("refused" in message) return message.refused;
  if ([...message.text].length > longestText) return invalidParameter("Message too long");
  const attributes = messageAttributesOf(form);
  const broken = attributes.find(breaksItsRule);
  if (broken !== undefined)
    return failure("ParameterValueInvalid", `The value of message attribute ${broken.name} is invalid`);

  const attribute = (wanted: string) => attributes.find(({ name }) => name === wanted)?.value;
  const providerMessageId = randomUUID();
  const send = {
    channel: "sms",
    address: phoneNumber,
    identities: [attribute(originationNumber), attribute(senderId), owner.accountId].filter(
      (id) => id !== undefined,
    ),
    freeText: false,
    providerMessageId,
    body: message.text,
    values: { requestId: randomUUID(), phoneNumber, target: phoneNumber },
    report: smsLogRecord(owner, attribute("AWS.SNS.SMS.SMSType") ?? "Promotional"),
  } as const;
  return phones.send(send, success("Publish", `<MessageId>${providerMessageId}</MessageId>`));
}
