/**
 * The pending work of the local system: invocations, requests, records, messages. The clock waits until there is none before
 * it moves on to the next timer. Each part reports its work by `during`; work outside this thread is polled.
 */
import { setTimeout as pause } from "node:timers/promises";

/** The state of something outside this thread. */
export interface Seen {
  /** Its pending work, in words. */
  busy: string[];
  /** When its next work is due, by the local clock. */
  dueAt: number | undefined;
}

/** Real time, longer than any function of the template may run. */
const longestMs = 100_000;
/** Two polls in a row, because work that a callback started may only be visible to the second. */
const quietLooks = 2;

/** Work that does not end. The status is for callers of the carrier's control API. */
export class StillBusy extends Error {
  readonly statusCode = 503;
}

export class Work {
  readonly #longestMs: number;
  readonly #underWay = new Map<string, number>();
  readonly #looks: (() => Promise<Seen>)[] = [];
  /** Counts begun work, to notice what began and ended between two polls. */
  #begun = 0;

  constructor(longest = longestMs) {
    this.#longestMs = longest;
  }

  /** Counts `work` as pending until it settles; returns or throws its outcome. */
  async during<T>(what: string, work: Promise<T>): Promise<T> {
    this.#begun += 1;
    this.#underWay.set(what, (this.#underWay.get(what) ?? 0) + 1);
    try {
      return await work;
    } finally {
      const left = (this.#underWay.get(what) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(what);
      else this.#underWay.set(what, left);
    }
  }

  /** Adds a poll of work outside this thread. */
  alsoLookAt(look: () => Promise<Seen>): void {
    this.#looks.push(look);
  }

  /**
   * Resolves when no work is pending, to the time when something outside this thread is next due.
   * @throws {StillBusy} naming the pending work, if that takes too long
   */
  async rest(): Promise<number | undefined> {
    const giveUpAt = performance.now() + this.#longestMs;
    for (let quiet = 0; ; ) {
      const begun = this.#begun;
      const seen = await Promise.all(this.#looks.map((look) => look()));
      await new Promise(setImmediate);
      const outside = seen.flatMap(({ busy }) => busy);
      const isQuiet = this.#underWay.size === 0 && this.#begun === begun && outside.length === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      if (quiet === quietLooks) {
        const due = seen.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt !== undefined);
        return due.length === 0 ? undefined : Math.min(...due);
      }
      if (performance.now() > giveUpAt) throw new StillBusy(this.#complaint(outside));
      if (!isQuiet) await pause(1);
    }
  }

  #complaint(outside: string[]): string {
    const here = [...this.#underWay].map(([what, times]) => (times === 1 ? what : `${times} times ${what}`));
    const what = [...here, ...outside].join(", ") || "something that is repeated again and again";
    return `the clock stopped on its way: after ${this.#longestMs / 1000} seconds these are still pending: ${what}`;
  }
}
