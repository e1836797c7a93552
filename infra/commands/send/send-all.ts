/**
 * Sends all messages of a file. For each message:
 * 1. Read a line; skip it if an earlier run settled it; record it as bad if it holds no message.
 * 2. Add it to a batch, up to the destination's limits of one request.
 * 3. Send batches (deliver.ts), several at a time, no faster than the rate. Ends with the file, when the signal aborts, or
 *    when no request works any more; requests in flight are always finished.
 */
import { deliver } from "./deliver.ts";
import type { Destination } from "./destination.ts";
import type { Journal } from "./journal.ts";
import { type Defaults, type Entry, type Line, toEntry } from "./message.ts";

export interface Run {
  lines: AsyncIterable<Line>;
  /** For the keys of messages that have none. */
  fileName: string;
  defaults: Defaults;
  destination: Destination;
  journal: Journal;
  concurrency: number;
  /** Messages a second. */
  rate: number | undefined;
  /** Stops reading; aborted by the caller or by the run itself. */
  stopping: AbortController;
  onRead: (line: Line) => void;
  pause: (milliseconds: number) => Promise<void>;
  /** Milliseconds. */
  now: () => number;
}

/** Returns whether it reached the end of the file. @throws whatever stopped the run */
export async function sendAll(run: Run): Promise<boolean> {
  const { lines, destination, journal, stopping, rate = Number.POSITIVE_INFINITY } = run;
  const { signal } = stopping;
  const dispatch = createDispatcher(run);
  const maxEntries = Math.max(1, Math.min(destination.maxEntries, Math.floor(rate)));
  let batch: Entry[] = [];
  let bytes = 0;
  const flush = async () => {
    const full = batch;
    batch = [];
    bytes = 0;
    if (full.length > 0) await dispatch.start(full);
  };
  try {
    for await (const line of lines) {
      run.onRead(line);
      const position = journal.read();
      if (position === undefined) continue;
      const entry = toEntry(line, position, run.fileName, run.defaults);
      if ("faults" in entry) {
        journal.refuseAsBad(position, entry);
        continue;
      }
      const size = destination.sizeOf(entry);
      if (batch.length >= maxEntries || bytes + size > destination.maxBytes) await flush();
      if (signal.aborted) break;
      batch.push(entry);
      bytes += size;
    }
    if (signal.aborted) return false;
    await flush();
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  } finally {
    await dispatch.end();
  }
}

/** Sends at most `concurrency` batches at a time, and spaces their starts by the rate. */
function createDispatcher({ concurrency, rate, destination, journal, stopping, pause, now }: Run) {
  const { signal } = stopping;
  const delivery = { destination, journal, pause, signal, contact: { made: false } };
  const inFlight = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let nextStart = 0;
  return {
    async start(batch: Entry[]): Promise<void> {
      while (inFlight.size >= concurrency) await Promise.race(inFlight);
      if (rate !== undefined) {
        const start = Math.max(now(), nextStart);
        nextStart = start + (batch.length / rate) * 1000;
        if (start > now()) await pause(start - now()).catch(() => {});
      }
      if (signal.aborted) return;
      const delivered = deliver(batch, delivery)
        .catch((error: unknown) => {
          failure ??= { error };
          stopping.abort();
        })
        .finally(() => inFlight.delete(delivered));
      inFlight.add(delivered);
    },
    /** Waits for the requests in flight; throws what stopped the run. */
    async end(): Promise<void> {
      await Promise.all(inFlight);
      if (failure) throw failure.error;
    },
  };
}
