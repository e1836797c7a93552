/**
 * A record of SNS's delivery status log for SMS. SUCCESS has two texts: the carrier took it, or the phone did; where only the
 * carrier tells, nothing more ever comes. https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
 */
import Big from "big.js";
import * as v from "valibot";
import { ChannelMisconfigured, type ErrorClass, Rejected, Undeliverable } from "../channels/errors.ts";
import type { Receipt } from "../domain/message/queued-receipt.ts";
import { toLaterFailure } from "../hop/attempt-error.ts";

/** `2026-11-23 14:00:00.123`, UTC, without a zone. */
const timestamp = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/),
  v.transform((text) => new Date(`${text.replace(" ", "T")}Z`)),
);
const milliseconds = v.optional(v.number(), 0);
/** What is no price is left out: the receipt itself counts. */
const price = v.pipe(v.number(), v.minValue(0), v.maxValue(1000));
const record = v.looseObject({
  notification: v.looseObject({ messageId: v.string(), timestamp }),
  delivery: v.looseObject({
    destination: v.string(),
    providerResponse: v.optional(v.string(), ""),
    dwellTimeMs: milliseconds,
    dwellTimeMsUntilDeviceAck: milliseconds,
    priceInUSD: v.fallback(v.optional(price), undefined),
  }),
  status: v.picklist(["SUCCESS", "FAILURE"]),
});

/** Any other text is of a phone that cannot be reached. */
const failures: Readonly<Record<string, ErrorClass>> = {
  "Message body is invalid": Rejected,
  "This delivery would exceed max price": ChannelMisconfigured,
};

export function readSmsDeliveryLog(message: string): Receipt {
  const { notification, delivery, status } = v.parse(record, JSON.parse(message));
  const { destination: address, providerResponse, priceInUSD } = delivery;
  const sentAt = notification.timestamp;
  const dwelt = Math.max(delivery.dwellTimeMs, delivery.dwellTimeMsUntilDeviceAck);
  const names = {
    names: "address" as const,
    channel: "sms",
    address,
    sentAt: sentAt.toISOString(),
    providerMessageId: notification.messageId,
    at: new Date(sentAt.getTime() + dwelt).toISOString(),
    // A number's shortest text is what SNS wrote.
    ...(priceInUSD === undefined ? {} : { pricing: { usd: new Big(String(priceInUSD)).toFixed() } }),
  };
  if (status === "SUCCESS")
    return {
      ...names,
      status: "delivered",
      deliveredTo: /carrier/i.test(providerResponse) ? "carrier" : "phone",
    };
  const Kind = failures[providerResponse] ?? Undeliverable;
  return {
    ...names,
    status: "failed",
    error: toLaterFailure(new Kind(providerResponse || "SNS reported a failure")),
  };
}
