/**
 * The Retry field of one visit of a state: which retrier takes a failure, and after how long. Kept apart from the engine,
 * whose waits run on real time and whose `States.TaskFailed` would also take `States.Timeout`. Used by `task.ts`.
 */
import type { Retrier } from "./definition.ts";

export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
  }

  /** Milliseconds until the next attempt; nothing when the failure stands. */
  delayAfter(error: string): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) => ErrorEquals.some((name) => takes(name, error)));
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.MaxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    const backoff = retrier.IntervalSeconds * retrier.BackoffRate ** used;
    const seconds = Math.min(backoff, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return seconds * 1000 * (retrier.JitterStrategy === "FULL" ? Math.random() : 1);
  }
}

const takes = (name: string, error: string) =>
  name === error || name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout");
