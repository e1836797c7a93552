/**
 * The Retry field during one visit of a state: which retrier matches a failure, and its delay. Not left to the engine, whose
 * delays use real time and whose `States.TaskFailed` also matches `States.Timeout`. Used by `task.ts`.
 */
import type { Retrier } from "./definition.ts";

export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
  }

  /** Milliseconds until the next attempt; undefined if there is none. */
  delayAfter(error: string): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) =>
      ErrorEquals.some((name) => matches(name, error)),
    );
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.MaxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    const backoff = retrier.IntervalSeconds * retrier.BackoffRate ** used;
    const seconds = Math.min(backoff, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return seconds * 1000 * (retrier.JitterStrategy === "FULL" ? Math.random() : 1);
  }
}

const matches = (name: string, error: string) =>
  name === error || name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout");
