/**
 * What is under way in the local system: invocations, requests, records, messages. The clock waits here until there is nothing
 * before it moves on to the next timer. Every part says what it does by `during`; what works outside this thread is looked at.
 */
import { setTimeout as pause } from "node:timers/promises";

/** What is seen of something outside this thread. */
export interface Seen {
  /** What it has still to do now, in words. */
  busy: string[];
  /** When it will have something to do, by the local clock. */
  dueAt: number | undefined;
}

/** Real time, longer than any function of the template may run. */
const longestMs = 100_000;
/** What one callback left behind begins before the second look. */
const quietLooks = 2;

/** Where something goes on and on. Its status is for the caller of the carrier's control API. */
export class NotSettled extends Error {
  readonly statusCode = 503;
}

export class Work {
  readonly #longestMs: number;
  readonly #underWay = new Map<string, number>();
  readonly #looks: (() => Promise<Seen>)[] = [];
  /** How often something began: what began and ended between two looks was work too. */
  #begun = 0;

  constructor(longest = longestMs) {
    this.#longestMs = longest;
  }

  /** Counts `work` as under way until it is settled; answers and throws what it does. */
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

  /** Looks there too before it is said that nothing is under way. */
  alsoLookAt(look: () => Promise<Seen>): void {
    this.#looks.push(look);
  }

  /**
   * Ends when nothing is under way; answers when something outside this thread falls due next.
   * @throws {NotSettled} with what is still under way, where that takes too long
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
      if (performance.now() > giveUpAt) throw new NotSettled(this.#complaint(outside));
      if (!isQuiet) await pause(1);
    }
  }

  #complaint(outside: string[]): string {
    const here = [...this.#underWay].map(([what, times]) => (times === 1 ? what : `${times} times ${what}`));
    const what = [...here, ...outside].join(", ") || "something that begins again and again";
    return `the clock stopped on its way: after ${this.#longestMs / 1000} seconds there is still under way: ${what}`;
  }
}
