/**
 * How a channel's receipts are read: exports of the channel's file, which are bundled only into the functions that receive
 * receipts. Where receipts come from is in `receipts` of the channel's facts (channel.ts); each source there needs the export
 * that is named beside it.
 */
import type { Queued } from "./message/queued-receipt.ts";

type Texts = Readonly<Record<string, string | undefined>>;

/** The export `webhook`, for `receipts.webhook`. */
export interface Webhook {
  /** Whether the provider posted it. `headers`: by name in lower case. Compares in constant time; false without the secret. */
  isGenuine: (post: { headers: Texts; body: Uint8Array }, secrets: Texts) => boolean;
  /** The answer to the provider's GET when the webhook is set up, for `handshake`; undefined where it is refused. */
  answerHandshake?: (query: Texts, secrets: Texts) => string | undefined;
  /** Reads the JSON of a genuine post. Throws where its form is not known: the provider gets a 400. */
  read: (body: unknown, reading: Reading) => Queued[];
}

export interface Reading {
  /** Our account at the provider, by `identitySetting`: a number, a page. What is read may be about others too. */
  ours: string | undefined;
  /** Says why a part is left out: field names and types, nothing personal. */
  leaveOut: (reason: string) => void;
}

/**
 * The export `readTopicMessage`, for `receipts.topic`. Undefined where the JSON (or the text, where it is no JSON) is not from the
 * topic; empty where it is about no message. `publishedAt`: for topic messages without a time.
 */
export type ReadTopicMessage = (
  message: unknown,
  publishedAt: Date,
  reading?: Partial<Reading>,
) => Queued[] | undefined;

/** The export `readLogRecord`, for `receipts.deliveryLogs`. Throws where the text is no such record. */
export type ReadLogRecord = (record: string) => Queued;
