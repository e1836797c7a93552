/**
 * A customer's answer to an SMS, as AWS End User Messaging publishes it to the topic of a number with two-way messaging.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
 */
import type { Outgoing } from "./business.ts";
import type { Written } from "./written.ts";

const businessNumber = "+12125550101";

export const smsAnswer = (id: string, address: string, { body, answers }: Written): Outgoing => ({
  by: "endUserMessaging",
  channel: "sms",
  message: {
    originationNumber: address,
    destinationNumber: businessNumber,
    messageKeyword: `KEYWORD_${businessNumber.slice(1)}`,
    messageBody: body,
    inboundMessageId: id,
    ...(answers === undefined ? {} : { previousPublishedMessageId: answers }),
  },
});
