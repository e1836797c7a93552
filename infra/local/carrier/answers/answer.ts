/**
 * The catalogue of what the providers answer, as data: a file for each provider in this directory, and beside each entry the
 * public address where its form was found. A word in braces, such as `{waId}`, is filled in by fill.ts when the answer is given.
 */

/**
 * Whom an answer speaks of. What it says holds for them and for nobody else: `thread` is the conversation with one customer,
 * `identity` our number, page or application that sends, `account` all that we have at the provider.
 */
export const subjects = [
  "customer",
  "thread",
  "request",
  "template",
  "identity",
  "account",
  "provider",
] as const;
export type Subject = (typeof subjects)[number];

export interface Answer {
  /** Unique in the whole catalogue: the channel's id, then the provider's own code. */
  name: string;
  /** What it is, in one line. */
  what: string;
  about: Subject;
  source: string;
  /** Answered to the call itself. */
  sync?: SyncAnswer;
  /** Told later of a message that the provider took. */
  later?: LaterAnswer;
  /** Posted by itself, whatever was sent before. */
  webhook?: Webhook;
}

export interface SyncAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** JSON as an object, anything else as text. */
  body: string | object;
  /** The message is on its way all the same. */
  takesMessage?: true;
  /** The call that is answered so; absent: the one that sends. */
  call?: "CreatePlatformEndpoint";
}

/** What the provider's usual report of `outcome` says in place of its own fields. */
export interface LaterAnswer {
  outcome: "delivered" | "failed";
  /** Of a WhatsApp status, a Messenger event, an SMS record's `delivery`, or a DeliveryFailure event. */
  fields: object;
  /** Fields that the usual report has and this one does not. */
  without?: readonly string[];
}

export interface Webhook {
  body: object;
  /** Whether the customer wrote, by which Meta's window of 24 hours opens. */
  opensWindow?: true;
}

/** The ways in which an answer can come. */
export const occasions = ["sync", "later", "webhook"] as const;
export type Occasion = (typeof occasions)[number];
