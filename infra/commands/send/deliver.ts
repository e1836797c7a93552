/**
 * Sends one batch until each entry is settled (accepted or refused): entries that were not accepted for now are retried with
 * backoff and full jitter. Called by send-all.ts, several at a time.
 */
import { CommandError } from "../command-line.ts";
import { type Destination, type Outcome, Unavailable, unanswered } from "./destination.ts";
import type { Journal } from "./journal.ts";
import type { Entry } from "./message.ts";

export interface Delivery {
  destination: Destination;
  journal: Journal;
  /** Rejects when the signal aborts. */
  pause: (milliseconds: number) => Promise<void>;
  /** Aborts when the run is stopped: entries that wait for a retry stay unsettled. */
  signal: AbortSignal;
  /** Whether the destination ever responded: if not, its address is wrong. */
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

/** Records the outcome; false if the entry is to be retried. */
function settle(entry: Entry, outcome: Outcome, isLast: boolean, journal: Journal): boolean {
  if (outcome.status === "accepted") journal.accept(entry);
  else if (outcome.status === "refused" || isLast) journal.refuse(entry, outcome.faults);
  else return false;
  return true;
}
