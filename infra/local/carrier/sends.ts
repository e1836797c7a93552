/** The channels that the carrier has, a send that a provider took, and how its receipts are worded. */
import type { Outgoing } from "./business.ts";

export const channels = ["sms", "fbMessenger", "whatsApp", "appMessaging"] as const;
export type Channel = (typeof channels)[number];

export type ReceiptStatus = "sent" | "delivered" | "read" | "failed";

export interface ReceiptEvent {
  status: ReceiptStatus;
  /** When it happened, milliseconds since the epoch. */
  at: number;
}
/** How a provider says it; undefined: it says nothing of it. */
export type Report = (event: ReceiptEvent, send: AcceptedSend) => Outgoing | undefined;

/** A send that its provider took: whether it arrives, and what is heard of it, is the phone's business. */
export interface AcceptedSend {
  channel: Channel;
  address: string;
  providerMessageId: string;
  title?: string | undefined;
  body: string;
  /** When the provider took it, milliseconds since the epoch. */
  at: number;
  /** It never arrives, and the provider says so later. */
  fails: boolean;
  /** How the provider words its receipts. */
  report: Report;
}
