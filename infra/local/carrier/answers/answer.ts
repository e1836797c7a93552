/**
 * The catalogue of the providers' answers, as data: a file for each provider in this directory; each entry has the URL that
 * documents it. fill.ts replaces placeholders such as `{waId}` when the answer is sent.
 */

/**
 * What an answer is about, and only that is affected: `thread` is the conversation with one customer, `identity` the sending
 * number, page or application, `account` everything the business has at the provider.
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

/** Who sends, where it is not the channel's usual provider. */
export type Provider = "endUserMessaging" | "aws";

export interface Answer {
  /** Unique in the whole catalogue: the channel's id, then the provider's own code. */
  name: string;
  /** What it is, in one line. */
  what: string;
  about: Subject;
  source: string;
  /** Only of this provider of the channel's; absent: of the usual one. */
  provider?: Provider;
  /** The response to the call itself. */
  sync?: SyncAnswer;
  /** Reported later of a message that the provider accepted. */
  later?: LaterAnswer;
  /** A webhook event that needs no earlier send. */
  webhook?: Webhook;
}

export interface SyncAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** JSON as an object, anything else as text. */
  body: string | object;
  /** The message is sent nevertheless. */
  takesMessage?: true;
  /** The call that gets this answer; absent: the call that sends. */
  call?: "CreatePlatformEndpoint";
}

/** How this report differs from the provider's usual report of `outcome`. */
export interface LaterAnswer {
  outcome: "delivered" | "failed";
  /** Of a WhatsApp status, a Messenger event, an SMS record's `delivery`, a DeliveryFailure event, or an event of SES. */
  fields: object;
  /** Fields that the usual report has and this one does not. */
  without?: readonly string[];
}

export interface Webhook {
  body: object;
  /** Whether the customer wrote, which opens Meta's 24-hour window. */
  opensWindow?: true;
}

/** When an answer can occur. */
export const occasions = ["sync", "later", "webhook"] as const;
export type Occasion = (typeof occasions)[number];
