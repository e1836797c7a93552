import type { Sender } from "./plan.ts";

export interface Observed {
  /** By message: the way it came by, what its callers were answered (the ids, why it was refused), and when its first submission began (real milliseconds). */
  messages: {
    sender: Sender;
    messageIds: Set<string>;
    faults: string[];
    refusals: string[];
    submittedAt: number;
    /** When the opt-out that is planned was acknowledged, ISO 8601 by the storm's clock. */
    optedOutAt?: string;
  }[];
  /** When each execution last changed, by its name, real milliseconds. */
  lastChange: ReadonlyMap<string, number>;
  kills: { function: string; when: "on arrival" | "at a random moment" }[];
  realMs: number;
  localMs: number;
}
