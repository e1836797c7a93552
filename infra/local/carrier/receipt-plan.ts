/**
 * Which receipts a send gets and when, by its channel and the phone's behaviour. Pure; used by receipts.ts. Real providers,
 * too, send receipts late, twice, out of order, or not at all.
 */

import type { Behaviour } from "./behaviour.ts";
import type { Channel, ReceiptStatus } from "./sends.ts";

/** What happens to a message, and how long after the provider accepted it. */
export interface StatusChange {
  status: ReceiptStatus;
  atMs: number;
}
/** `afterMs`: how long after acceptance the business gets the receipt. */
export interface PlannedReceipt extends StatusChange {
  afterMs: number;
}

/** Messenger reports no failures, SMS no reads; an app reports only what its device did. */
const reports: Readonly<Record<Channel, readonly ReceiptStatus[]>> = {
  sms: ["delivered", "failed"],
  fbMessenger: ["delivered", "read"],
  whatsApp: ["sent", "delivered", "read", "failed"],
  appMessaging: ["delivered", "read", "failed"],
  nativePush: ["delivered", "read", "failed"],
  email: ["sent", "delivered", "read", "failed"],
  rcs: ["delivered", "read", "failed"],
  mms: ["delivered", "failed"],
};

/** `fails`: the provider accepts the message, and later reports that it failed. */
export function planReceipts(
  channel: Channel,
  { delivers, reads, delayMs, receipts }: Behaviour,
  fails: boolean,
): PlannedReceipt[] {
  const statusChanges: StatusChange[] = fails
    ? [{ status: "failed", atMs: delayMs }]
    : [
        { status: "sent", atMs: 0 },
        ...(delivers ? [{ status: "delivered", atMs: delayMs } as const] : []),
        ...(delivers && reads ? [{ status: "read", atMs: delayMs } as const] : []),
      ];
  const reported = statusChanges.filter(({ status }) => reports[channel].includes(status));
  return orderReceipts(reported.slice(receipts.lose), receipts);
}

/** The receipts in the order in which they are sent. If reversed, all of them wait for the last one. */
export function orderReceipts(
  statusChanges: readonly StatusChange[],
  { duplicates, order, afterMs }: Pick<Behaviour["receipts"], "duplicates" | "order" | "afterMs">,
): PlannedReceipt[] {
  const latestMs = Math.max(...statusChanges.map(({ atMs }) => atMs));
  const receipts =
    order === "reversed"
      ? statusChanges.toReversed().map((one) => ({ ...one, afterMs: latestMs + afterMs }))
      : statusChanges.map((one) => ({ ...one, afterMs: one.atMs + afterMs }));
  return receipts.flatMap((receipt) => Array.from({ length: duplicates + 1 }, () => receipt));
}
