/** Where messages go: the queue (queue.ts) or the API (api.ts). */
import type { Entry, Fault } from "./message.ts";

export type Outcome =
  | { status: "accepted" }
  | { status: "refused"; faults: readonly Fault[] }
  /** A temporary failure: a retry may be accepted. */
  | { status: "again"; faults: readonly Fault[] };

export interface Destination {
  /** The name of the destination, for messages and the resume file. */
  name: string;
  /** Limits of one request. */
  maxEntries: number;
  maxBytes: number;
  sizeOf(entry: Entry): number;
  /**
   * Sends one request; returns the outcome of each entry, in order.
   * @throws {Unavailable} if the whole request may be retried; anything else means that no request will work
   */
  send(entries: readonly Entry[]): Promise<Outcome[]>;
}

/** For an entry that the response does not mention: its fate is unknown, and its key makes it safe to send again. */
export const unanswered: Outcome = {
  status: "again",
  faults: [{ path: "", code: "no_answer", message: "the response does not mention it" }],
};

export class Unavailable extends Error {
  /** Nothing listens at that address. */
  readonly unreachable: boolean;
  /** The pause that the response asked for. */
  readonly retryAfterMs: number;

  constructor(message: string, { unreachable = false, retryAfterMs = 0 } = {}) {
    super(message);
    this.unreachable = unreachable;
    this.retryAfterMs = retryAfterMs;
  }
}
