/**
 * The timers and retries of one part of the local system, so that all of them can be dropped at once. Used by the carrier and
 * the log subscriptions.
 */
import type { Clock, Timer, TimerKind } from "./clock.ts";

/** Returns whether it worked; throwing is a failure too. Stops when the signal aborts. */
export type Attempt = (signal: AbortSignal) => Promise<boolean>;

export class Pending {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #ending = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts when the present timers and retries are dropped. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  after(delayMs: number, callback: () => void, kind: TimerKind): void {
    const timer = this.#clock.schedule(
      delayMs,
      () => {
        this.#timers.delete(timer);
        callback();
      },
      kind,
    );
    this.#timers.add(timer);
  }

  /** Tries now, and retries after each of the delays while it fails; then calls `giveUp`. Resolves after the first try. */
  async retry(
    attempt: Attempt,
    [delayMs, ...others]: readonly number[],
    giveUp: () => void = () => {},
  ): Promise<void> {
    const { signal } = this;
    const worked = await this.#clock.work
      .during("a notification of the carrier or of a log group", attempt(signal))
      .catch(() => false);
    if (worked || signal.aborted) return;
    if (delayMs === undefined) giveUp();
    else this.after(delayMs, () => void this.retry(attempt, others, giveUp), "retry");
  }

  drop(): void {
    for (const timer of this.#timers) timer.clear();
    this.#timers.clear();
    this.#ending.abort();
    this.#ending = new AbortController();
  }
}
