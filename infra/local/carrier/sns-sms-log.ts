/**
 * SNS's delivery log of messages to phone numbers: one record per message, in a log group for success or one for failure.
 * https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
 */
import { SegmentedMessage } from "sms-segments-calculator";
import { withAnswer } from "./later-report.ts";
import type { Report } from "./sends.ts";

export interface SmsOwner {
  region: string;
  accountId: string;
}

const partPriceInUSD = 0.00645;

export const smsLogRecord =
  ({ region, accountId }: SmsOwner, smsType: string): Report =>
  ({ status, at }, send) => {
    const { providerMessageId, address, body, at: publishedAt, values } = send;
    const failed = status === "failed";
    const parts = new SegmentedMessage(body).segmentsCount;
    const group = `sns/${region}/${accountId}/DirectPublishToPhoneNumber`;
    const usual = {
      ...(failed ? {} : { phoneCarrier: "Local Mobile" }),
      mnc: failed ? 0 : 260,
      numberOfMessageParts: parts,
      destination: address,
      priceInUSD: Number((parts * partPriceInUSD).toFixed(5)),
      smsType,
      mcc: failed ? 0 : 310,
      ...(failed ? {} : { providerResponse: "Message has been accepted by phone" }),
      dwellTimeMs: at - publishedAt,
      dwellTimeMsUntilDeviceAck: at - publishedAt,
    };
    return {
      by: "log",
      logGroupName: failed ? `${group}/Failure` : group,
      record: {
        notification: { messageId: providerMessageId, timestamp: logTime(publishedAt) },
        delivery: withAnswer(usual, status, send, values),
        status: failed ? "FAILURE" : "SUCCESS",
      },
    };
  };

/** UTC, without a zone. */
const logTime = (at: number) => new Date(at).toISOString().replace("T", " ").replace("Z", "");
