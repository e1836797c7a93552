/**
 * SMS by Amazon SNS, `Publish` to a phone number. SNS has no client token, so the SDK must not retry: a retry after a lost
 * answer would send twice. Errors: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * Attributes: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
 */
import { PublishCommand } from "@aws-sdk/client-sns";
import * as v from "valibot";
import type { CreateSender } from "../domain/channel.ts";
import { means, prepare, Rejected, Undeliverable } from "./errors.ts";
import { isIdOrArn, isNumber, smsOptions } from "./sms-options.ts";
import { createSnsCaller, type SpecialMeaning } from "./sns.ts";

export const createSender: CreateSender = ({ settings }) => {
  const callSns = createSnsCaller();
  return async ({ addresses, body, options }) => {
    const { from, type = "Transactional", dlt } = await prepare(() => v.parse(smsOptions, options));
    if (from !== undefined && isIdOrArn(from))
      throw new Rejected(`Amazon SNS does not know ${from}: it sends from a number or a sender id`);
    const isFromNumber = from !== undefined && isNumber(from);
    const attributes = {
      "AWS.SNS.SMS.SMSType": type,
      "AWS.SNS.SMS.SenderID": isFromNumber ? undefined : (from ?? settings.smsSenderId),
      "AWS.MM.SMS.OriginationNumber": isFromNumber ? from : undefined,
      "AWS.MM.SMS.EntityId": dlt?.entityId,
      "AWS.MM.SMS.TemplateId": dlt?.templateId,
    };
    const answer = await callSns(
      new PublishCommand({
        PhoneNumber: addresses.phoneNumber,
        Message: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes)
            .filter(([, value]) => value)
            .map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
        ),
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
