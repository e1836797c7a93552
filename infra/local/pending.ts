/**
 * What one part of the local system has still to do on the clock, so that it can all be dropped at once: timers, and tries
 * that are made again. Used by the carrier and by the log subscriptions.
 */
import type { Clock, Timer, TimerKind } from "./clock.ts";

/** Answers whether it worked; what it throws is a failure too. Gives up where the signal aborts. */
export type Attempt = (signal: AbortSignal) => Promise<boolean>;

export class Pending {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #ending = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts when what is pending now is dropped. */
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

  /** Tries now, and again after each of the delays for as long as it fails; then `giveUp`. Ends after the first try. */
  async retry(
    attempt: Attempt,
    [delayMs, ...others]: readonly number[],
    giveUp: () => void = () => {},
  ): Promise<void> {
    const { signal } = this;
    const worked = await this.#clock.work
      .during("something that the carrier or a log tells", attempt(signal))
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
