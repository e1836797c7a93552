/** The channels that the carrier has, a send as its provider's part of the carrier hands it over, and the words of receipts. */
import type { LaterAnswer } from "./answers/answer.ts";
import type { Values } from "./answers/fill.ts";
import type { Outgoing } from "./business.ts";

export const channels = ["sms", "fbMessenger", "whatsApp", "appMessaging"] as const;
export type Channel = (typeof channels)[number];

export type ReceiptStatus = "sent" | "delivered" | "read" | "failed";

export interface ReceiptEvent {
  status: ReceiptStatus;
  /** When it happened, milliseconds since the epoch. */
  at: number;
}
/** A receipt as the provider sends it; undefined where it sends none. */
export type Report = (event: ReceiptEvent, send: AcceptedSend) => Outgoing | undefined;

export interface Send {
  channel: Channel;
  address: string;
  /** Who sends: our number, page or application, and the account that it belongs to. Each can be faulty as a whole. */
  identities: readonly string[];
  /** Meta takes free text within 24 hours of the customer's last message, templates always. */
  freeText: boolean;
  providerMessageId: string;
  title?: string | undefined;
  body: string;
  /** What the business gave the provider to send back: WhatsApp's callback data, Messenger's metadata. */
  callbackData?: string | undefined;
  /** For the words in braces of the catalogue's answers. */
  values: Values;
  report: Report;
}

/** A send that its provider took: whether it arrives, and which receipts follow, depends on the phone. */
export interface AcceptedSend extends Send {
  /** When the provider took it, milliseconds since the epoch. */
  at: number;
  /** What its provider tells later in place of the usual. */
  later: LaterAnswer | undefined;
}
