/**
 * The local system's clock: real time plus an offset that `POST /carrier/clock` moves forward. Everything on the one
 * machine that waits (windows, provider delays, visibility time-outs) waits on this clock, so tests move time instead
 * of sleeping. The offset lives in shared memory: worker threads read the same time (see `clock-in-worker.ts`).
 */
export interface Timer {
  /** Forgets the timer; harmless after it fired. */
  clear(): void;
}

export interface Clock {
  /** Milliseconds since the epoch, as the local system sees them. */
  now(): number;
  /** Calls back once `delayMs` have passed on this clock; delays longer than 24 days are fine. */
  schedule(delayMs: number, callback: () => void): Timer;
  /** Moves the clock forward and fires, in order of their due time, the timers that fall due on the way. */
  advance(milliseconds: number): Promise<void>;
  /** One Float64: the offset in milliseconds; hand it to worker threads. */
  readonly offset: SharedArrayBuffer;
  /** Forgets every timer. */
  stop(): void;
}

/** The longest delay that Node's setTimeout takes. */
const longestDelayMs = 2 ** 31 - 1;

interface Entry {
  dueAt: number;
  callback: () => void;
}

export function createClock(): Clock {
  const offset = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const offsetMs = new Float64Array(offset);
  const entries = new Set<Entry>();
  let wakeUp: NodeJS.Timeout | undefined;
  /** When `wakeUp` looks again; a timer that was cleared meanwhile wakes it for nothing. */
  let armedFor = Number.POSITIVE_INFINITY;

  const now = () => Date.now() + (offsetMs[0] ?? 0);
  const earliest = () => {
    let first: Entry | undefined;
    for (const entry of entries) if (first === undefined || entry.dueAt < first.dueAt) first = entry;
    return first;
  };
  const fire = (entry: Entry) => {
    entries.delete(entry);
    entry.callback();
  };
  const rearm = () => {
    clearTimeout(wakeUp);
    const first = earliest();
    armedFor = first?.dueAt ?? Number.POSITIVE_INFINITY;
    if (first === undefined) return;
    wakeUp = setTimeout(fireDue, Math.min(Math.max(first.dueAt - now(), 0), longestDelayMs));
  };
  const fireDue = () => {
    for (let first = earliest(); first !== undefined && first.dueAt <= now(); first = earliest()) fire(first);
    rearm();
  };

  return {
    now,
    offset,
    schedule(delayMs, callback) {
      // Whole milliseconds: providers' timestamps are this clock's time.
      const entry = { dueAt: now() + Math.ceil(delayMs), callback };
      entries.add(entry);
      if (entry.dueAt < armedFor) rearm();
      return {
        clear() {
          entries.delete(entry);
        },
      };
    },
    async advance(milliseconds) {
      const target = now() + milliseconds;
      for (let first = earliest(); first !== undefined && first.dueAt <= target; first = earliest()) {
        offsetMs[0] = (offsetMs[0] ?? 0) + Math.max(first.dueAt - now(), 0);
        fire(first);
        // What the timer woke (a callback that schedules the next timer) runs before time moves on.
        await new Promise(setImmediate);
      }
      offsetMs[0] = (offsetMs[0] ?? 0) + Math.max(target - now(), 0);
      rearm();
    },
    stop() {
      entries.clear();
      clearTimeout(wakeUp);
    },
  };
}
