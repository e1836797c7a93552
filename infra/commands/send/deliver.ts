/**
 * One batch until each of its entries is settled: what was not taken for now is tried again, with backoff and full jitter.
 * Called by the run (send-all.ts), several at a time.
 */
import { CommandError } from "../command-line.ts";
import { type Destination, type Outcome, Unavailable, unanswered } from "./destination.ts";
import type { Journal } from "./journal.ts";
import type { Entry } from "./message.ts";

export interface Delivery {
  destination: Destination;
  journal: Journal;
  /** Rejects at the signal. */
  pause: (milliseconds: number) => Promise<void>;
  /** The run is being stopped: what waits for another try stays unsettled. */
  signal: AbortSignal;
  /** Whether the destination ever answered: if not, its address is wrong. */
  contact: { made: boolean };
}

export const maxAttempts = 8;
const firstPauseMs = 200;
const longestPauseMs = 20_000;
const longestAskedPauseMs = 60_000;

export async function deliver(batch: readonly Entry[], delivery: Delivery): Promise<void> {
  const { signal, pause } = delivery;
  let left = batch;
  for (let tries = 1; left.length > 0; tries++) {
    const { again, askedPauseMs } = await tryOnce(left, tries === maxAttempts, delivery);
    left = again;
    if (left.length === 0 || signal.aborted) return;
    const backoffMs = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** tries);
    await pause(Math.max(backoffMs, Math.min(askedPauseMs, longestAskedPauseMs))).catch(() => {});
    if (signal.aborted) return;
  }
}

async function tryOnce(
  entries: readonly Entry[],
  isLast: boolean,
  { destination, journal, contact }: Delivery,
): Promise<{ again: readonly Entry[]; askedPauseMs: number }> {
  try {
    const outcomes = await destination.send(entries);
    contact.made = true;
    const again = entries.filter(
      (entry, index) => !settle(entry, outcomes[index] ?? unanswered, isLast, journal),
    );
    return { again, askedPauseMs: 0 };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const { message, unreachable, retryAfterMs } = error;
    if (unreachable && !contact.made) throw new CommandError(message);
    contact.made ||= !unreachable;
    if (isLast) throw new CommandError(`${destination.name} was tried ${maxAttempts} times: ${message}`);
    return { again: entries, askedPauseMs: retryAfterMs };
  }
}

/** Whether the entry is done with. */
function settle(entry: Entry, outcome: Outcome, isLast: boolean, journal: Journal): boolean {
  if (outcome.status === "accepted") journal.accept(entry);
  else if (outcome.status === "refused" || isLast) journal.refuse(entry, outcome.faults);
  else return false;
  return true;
}
