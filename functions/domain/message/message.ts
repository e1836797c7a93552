/**
 * A message as it is stored: one item, what to send, the route, and a map of attempts by channel. Its status and its
 * trace are derived from it (`trace.ts`), never stored beside it.
 */
import type { Addresses, Form, Status } from "../channel.ts";

/** Why a channel of the rules is not on the route. */
export const skipCodes = [
  "unknown_channel",
  "no_account",
  "no_address",
  "window_closed",
  "sms_limit",
  "no_price",
  "max_cost",
] as const;
export interface Skip {
  code: (typeof skipCodes)[number];
  /** For people, with the figures. */
  reason: string;
}

export const purposes = ["cost", "engagement"] as const;
export type Purpose = (typeof purposes)[number];

/** Why a hop has its place, with the numbers. */
export interface Why {
  prefer: Purpose;
  /** Nothing is known of any channel of the route: they keep the order given. */
  nothingKnown?: true;
  /** The chance that the rule's status is reached (cost), or that the message is read (engagement). */
  chance?: number;
  /** cost: US dollars, the expected cost of a try over its chance; absent where the table has no price. */
  costToReach?: string;
  /** engagement: the channel reports no reads, so nobody can know. */
  readsAreNotTold?: true;
  /** engagement: the typical time to read. */
  secondsToRead?: number;
  /** How much it is known from: the customer's own tries, and everyone's in their country. */
  tries?: { own: number; everyone: number };
}

/** Where an `auto` window comes from. */
export interface Fit {
  /** 95 % of so many receipts came within so many seconds; absent: too few receipts to tell, the channel's own window holds. */
  within95Seconds?: number;
  receipts: number;
  /** The bounds in seconds: by the channel's own window. */
  bounds: [least: number, most: number];
}

export interface Hop {
  channel: string;
  timeoutSeconds: number;
  until: Status;
  /** What goes out first, and why: where the message brings a template. */
  form?: Form;
  formReason?: string;
  /** US dollars by the price table, as decimal text; absent where it has no price. */
  estimatedCost?: string;
  /** The provider asks for nothing until then. */
  billedWhen?: "delivered";
  /** Where the rules prefer something: the chance that the hop reaches the customer, and what it is expected to cost. */
  chance?: number;
  expectedCost?: string;
  /** Why it has its place. */
  why?: Why;
  /** Where its window comes from, if that is `auto`. */
  fit?: Fit;
}

/**
 * Whom an error speaks of. `customer` is their address, device or thread; `identity` is what we send as: a phone number, a
 * page, a platform application. Only `identity`, `account` and `provider` may open a circuit; only `customer` is counted
 * among what is known of the customer.
 */
export const subjects = ["request", "template", "customer", "identity", "account", "provider"] as const;
export type Subject = (typeof subjects)[number];

export interface AttemptError {
  name: string;
  code?: string | undefined;
  message: string;
  /** Absent where no provider said it, and in messages of versions before 0.2. */
  speaksOf?: Subject | undefined;
  /** The identity that it speaks of. */
  identity?: string | undefined;
}

export interface Cost {
  /** US dollars, decimal text. */
  usd: string;
  source: "provider" | "priceTable";
}

/** Times are ISO 8601. An empty attempt was not tried yet. */
export interface Attempt {
  claimedAt?: string;
  /** The token of the waiting task; the newest, when a retry adopted the attempt. */
  taskToken?: string;
  sentAt?: string;
  providerMessageIds?: string[];
  deliveredAt?: string;
  /** How far a delivered SMS is known to have come: not every carrier hears from the phone. */
  deliveredTo?: "carrier" | "phone";
  readAt?: string;
  /** The provider said no. */
  failedAt?: string;
  /** The request went out and no answer came. */
  unknownAt?: string;
  /** The provider's id of the free text that it took and then refused, as its window was closed: the template is next. */
  refusedTextId?: string;
  /** Of several devices, those whose copy failed; the attempt fails with the last one. */
  failedIds?: Set<string>;
  /** The route moved on from this channel. */
  endedAt?: string;
  /** When the first news came after that. */
  lateAt?: string;
  /** Its `sent` had ended the message then, and it failed after all: the rest of the route was resumed, or there was none. */
  resumedAt?: string;
  /** When its `sent` had ended the message. */
  reachedAt?: string;
  error?: AttemptError;
  /** As a receipt told it; absent, the hop's estimate holds. */
  cost?: Cost;
}

export interface Message {
  messageId: string;
  client: string;
  createdAt: string;
  /** SHA-256 of the request: the same idempotency key with another content is refused. */
  fingerprint: string;
  addresses: Addresses;
  profileId?: string;
  /** Of the customer's phone number, ISO 3166-1 alpha-2: prices and habits go by it. */
  country?: string;
  /** US dollars that the client's budget keeps for it, decimal text; absent: the client has no budget. */
  reserved?: string;
  title?: string;
  body?: string;
  customBody?: Record<string, string>;
  channelOptions?: Record<string, Record<string, unknown>>;
  metadata?: Record<string, unknown>;
  /** The channels as the rules gave them, or in the order that these prefer. */
  rules: string[];
  route: Hop[];
  /** By channel. */
  skipped: Record<string, Skip>;
  attempts: Record<string, Attempt>;
  /** ISO 8601; past it no channel is tried. */
  expiresOn?: string;
  /** Set once: nothing is tried after it. */
  finishedAt?: string;
  outcome?: "reached" | "undeliverable" | "expired" | "cancelled";
  /** Since when nothing personal is in it (redaction.ts). */
  redactedAt?: string;
  /** Unix seconds: DynamoDB deletes the item some time after. */
  ttl: number;
}
