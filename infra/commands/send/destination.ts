/** Where messages go: the queue (queue.ts) or the API (api.ts). */
import type { Entry, Fault } from "./message.ts";

export type Outcome =
  | { status: "accepted" }
  | { status: "refused"; faults: readonly Fault[] }
  /** Not now: the same may be accepted a moment later. */
  | { status: "again"; faults: readonly Fault[] };

export interface Destination {
  /** Who gets it, for people and the resume file. */
  name: string;
  /** Of one request. */
  maxEntries: number;
  maxBytes: number;
  sizeOf(entry: Entry): number;
  /**
   * One request: an outcome for each entry, in order. Throws `Unavailable` where the request as a whole may be tried again,
   * and anything else where no request will work.
   */
  send(entries: readonly Entry[]): Promise<Outcome[]>;
}

/** An entry that the answer leaves out: nobody knows what became of it, and its key makes it safe to send again. */
export const unanswered: Outcome = {
  status: "again",
  faults: [{ path: "", code: "no_answer", message: "the answer does not mention it" }],
};

export class Unavailable extends Error {
  /** Nothing answers at that address. */
  readonly unreachable: boolean;
  /** The answer asked for this pause. */
  readonly retryAfterMs: number;

  constructor(message: string, { unreachable = false, retryAfterMs = 0 } = {}) {
    super(message);
    this.unreachable = unreachable;
    this.retryAfterMs = retryAfterMs;
  }
}
