/**
 * A record of SNS's delivery status log for SMS. SUCCESS has two texts: the carrier accepted it, or the phone did; where only the
 * carrier reports, nothing more ever comes. https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
 */
import Big from "big.js";
import * as v from "valibot";
import type { Receipt } from "../domain/message/queued-receipt.ts";
import type { ReadLogRecord } from "../domain/receipt-readers.ts";
import { toLaterFailure } from "./attempt-error.ts";
import { ChannelMisconfigured, type Meaning, means, Rejected, Throttled, Undeliverable } from "./errors.ts";

/** `2026-11-23 14:00:00.123`, UTC, without a zone. */
const timestamp = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/),
  v.transform((text) => new Date(`${text.replace(" ", "T")}Z`)),
);
/** Not every carrier reports it: it may be absent or null. */
const milliseconds = v.fallback(v.optional(v.number(), 0), 0);
/** An invalid price is left out: the receipt itself still counts. */
const price = v.pipe(v.number(), v.minValue(0), v.maxValue(1000));
const record = v.looseObject({
  notification: v.looseObject({ messageId: v.string(), timestamp }),
  delivery: v.looseObject({
    destination: v.string(),
    providerResponse: v.fallback(v.optional(v.string(), ""), ""),
    dwellTimeMs: milliseconds,
    dwellTimeMsUntilDeviceAck: milliseconds,
    priceInUSD: v.fallback(v.optional(price), undefined),
    numberOfMessageParts: v.optional(v.unknown()),
  }),
  status: v.picklist(["SUCCESS", "FAILURE"]),
});

/**
 * By the text of `providerResponse`, without case and full stop. The first eleven are AWS's list; the others have been seen in
 * logs.
 * https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
 */
const failures: Readonly<Record<string, Meaning & { code?: string }>> = {
  "blocked as spam by phone carrier": means(Undeliverable, "request"),
  "destination is on a blocked list": means(Undeliverable),
  "invalid phone number": means(Undeliverable),
  "message body is invalid": means(Rejected),
  "phone carrier has blocked this message": means(Undeliverable, "request"),
  "phone carrier is currently unreachable/unavailable": means(Undeliverable),
  "phone has blocked sms": means(Undeliverable),
  "phone is on a blocked list": means(Undeliverable),
  "phone is currently unreachable/unavailable": means(Undeliverable),
  // The code that the same error has as an answer; the log has none.
  "phone number is opted out": { ...means(Undeliverable), code: "OptedOut" },
  // The price is this destination's: other countries cost less.
  "this delivery would exceed max price": means(ChannelMisconfigured, "request"),
  "unknown error attempting to reach phone": means(Undeliverable),
  "destination is blacklisted": means(Undeliverable),
  "phone is blacklisted": means(Undeliverable),
  // The month's spend limit: https://repost.aws/knowledge-center/sns-sms-message-errors
  "no quota left for account": means(ChannelMisconfigured),
  "no origination entities available to send": means(ChannelMisconfigured),
  // More a second than carriers take from one number: https://github.com/cds-snc/notification-terraform/pull/274
  "rate exceeded": means(Throttled),
};
/** The text may have the number in place of "Phone number": https://github.com/GSA/notifications-admin/issues/935 */
const meaningOf = (text: string): Meaning & { code?: string } =>
  failures[
    text
      .trim()
      .replace(/\.$/, "")
      .toLowerCase()
      .replace(/^\+?\d+ is/, "phone number is")
  ] ?? means(Undeliverable, "request");

export const readLogRecord: ReadLogRecord = (text) => readSmsDeliveryLog(text);

export function readSmsDeliveryLog(message: string): Receipt {
  const { notification, delivery, status } = v.parse(record, JSON.parse(message));
  const { destination: address, providerResponse, numberOfMessageParts } = delivery;
  // A message that SNS did not pass to a carrier has neither parts nor a price:
  // https://github.com/mozilla/fxa-auth-server/issues/2243
  const isUnsent =
    status === "FAILURE" && delivery.priceInUSD === undefined && numberOfMessageParts === undefined;
  const priceInUSD = isUnsent ? 0 : delivery.priceInUSD;
  const sentAt = notification.timestamp;
  const dwelt = Math.max(delivery.dwellTimeMs, delivery.dwellTimeMsUntilDeviceAck);
  const names = {
    names: "address" as const,
    channel: "sms",
    address,
    sentAt: sentAt.toISOString(),
    providerMessageId: notification.messageId,
    at: new Date(sentAt.getTime() + dwelt).toISOString(),
    // JavaScript's shortest text of the number is what SNS wrote.
    ...(priceInUSD === undefined ? {} : { pricing: { usd: new Big(String(priceInUSD)).toFixed() } }),
  };
  if (status === "SUCCESS")
    return {
      ...names,
      status: "delivered",
      deliveredTo: /carrier/i.test(providerResponse) ? "carrier" : "phone",
    };
  const { Kind, speaksOf, code } = meaningOf(providerResponse);
  return {
    ...names,
    status: "failed",
    error: toLaterFailure(new Kind(providerResponse || "SNS reported a failure", { speaksOf, code })),
  };
}
