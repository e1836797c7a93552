/** The carrier's channels, a send as a provider's module passes it on, and the statuses of receipts. */
import type { LaterAnswer, Provider } from "./answers/answer.ts";
import type { Values } from "./answers/fill.ts";
import type { Outgoing } from "./business.ts";

export const channels = [
  "sms",
  "fbMessenger",
  "whatsApp",
  "appMessaging",
  "nativePush",
  "email",
  "rcs",
  "mms",
] as const;
export type Channel = (typeof channels)[number];

export type ReceiptStatus = "sent" | "delivered" | "read" | "failed";

export interface ReceiptEvent {
  status: ReceiptStatus;
  /** When it happened, milliseconds since the epoch. */
  at: number;
}
/** The receipt in the provider's form; undefined if it sends none. */
export type Report = (event: ReceiptEvent, send: AcceptedSend) => Outgoing | undefined;

/** A chip that the customer can tap; `opens`: a link or a number to call. */
export interface Suggestion {
  text: string;
  payload: string;
  opens?: string;
}
/** What is shown besides title and text. */
export interface Rich {
  card?: true;
  /** The address of an image or another file. */
  media?: string;
  cardSuggestions?: Suggestion[];
  suggestions?: Suggestion[];
  /** Of a push: where the app opens. */
  deepLink?: string;
  /** Of a push: the app alone hears of it. */
  silent?: true;
}

/** What decides how a provider words an answer. */
export type By = Pick<Send, "channel" | "provider">;

export interface Send {
  channel: Channel;
  provider?: Provider;
  address: string;
  /** The senders: the business's number, page or application, and its account. Each can have a fault. */
  identities: readonly string[];
  /** Meta accepts free text within 24 hours of the customer's last message, templates always. */
  freeText: boolean;
  providerMessageId: string;
  title?: string | undefined;
  body: string;
  /** Of an e-mail. */
  html?: string | undefined;
  rich?: Rich | undefined;
  /** So long after it was accepted the provider removes it, where it has not arrived. */
  expiresAfterMs?: number | undefined;
  /** What the provider sends back with receipts: WhatsApp's callback data, Messenger's metadata. */
  callbackData?: string | undefined;
  /** For the placeholders of the catalogue's answers. */
  values: Values;
  report: Report;
}

/** A send that the provider accepted: whether it arrives, and which receipts follow, depends on the phone. */
export interface AcceptedSend extends Send {
  /** When the provider accepted it, milliseconds since the epoch. */
  at: number;
  /** The provider's later report, if not the usual one. */
  later: LaterAnswer | undefined;
}
