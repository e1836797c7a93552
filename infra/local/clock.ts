/**
 * The local system's clock: real time plus an offset that `POST /carrier/clock` moves forward. Everything that waits
 * (windows, provider delays, visibility time-outs) waits on this clock, so tests move time instead of sleeping. While it is
 * moved it stands still between timers, so that everything a timer causes happens at that timer's time. It is kept in shared
 * memory: worker threads read the same time (see `clock-in-worker.ts`).
 */
import { timeIn } from "./clock-in-worker.ts";
import { Work } from "./work.ts";

export interface Timer {
  /** Cancels the timer; has no effect after it fired. */
  clear(): void;
}

export type TimerKind = "window" | "wait" | "retry" | "arrival" | "receipt" | "schedule" | "queue" | "other";

/** What happened while the clock was moved. */
export interface Passed {
  /** How often the clock stopped on the way. */
  steps: number;
  /** How many timers fired, by their kind; `queue`: how often queue messages became visible again. */
  timers: Partial<Record<TimerKind, number>>;
}

export interface Clock {
  /** Milliseconds since the epoch, as the local system sees them. */
  now(): number;
  /** Calls back once `delayMs` have passed on this clock; delays longer than 24 days are fine. */
  schedule(delayMs: number, callback: () => void, kind?: TimerKind): Timer;
  /** Moves the clock forward and fires the timers that become due, in order; does not wait for what they cause. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Moves the clock forward from timer to timer, and waits until nothing is pending before each, and at the end.
   * @throws {NotSettled} if that takes too long; the clock then stays at the time it has reached
   */
  pass(milliseconds: number): Promise<Passed>;
  /** Stops time, except for `advance` and `pass`. Returns a function that ends this. */
  pauseClock(): () => void;
  /** What `pass` waits for. */
  readonly work: Work;
  /** Two Float64 (see `timeIn`), for worker threads. */
  readonly offset: SharedArrayBuffer;
  /** Cancels every timer. */
  stop(): void;
}

/** The longest delay of Node's setTimeout. */
const longestDelayMs = 2 ** 31 - 1;

interface Entry {
  dueAt: number;
  callback: () => void;
  kind: TimerKind;
}

export function createClock(work = new Work()): Clock {
  const offset = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT);
  const shared = new Float64Array(offset);
  const entries = new Set<Entry>();
  let wakeUp: NodeJS.Timeout | undefined;
  /** When `wakeUp` fires; it may find that the timer was cleared meanwhile. */
  let armedFor = Number.POSITIVE_INFINITY;
  /** How many callers keep time stopped. */
  let holding = 0;
  let passed: Passed | undefined;
  let moving: Promise<unknown> = Promise.resolve();

  const now = () => timeIn(shared, Date.now);
  const earliest = () => {
    let first: Entry | undefined;
    for (const entry of entries) if (first === undefined || entry.dueAt < first.dueAt) first = entry;
    return first;
  };
  const count = (kind: TimerKind) => {
    if (passed !== undefined) passed.timers[kind] = (passed.timers[kind] ?? 0) + 1;
  };
  const fire = (entry: Entry) => {
    entries.delete(entry);
    count(entry.kind);
    entry.callback();
  };
  const rearm = () => {
    clearTimeout(wakeUp);
    const first = earliest();
    armedFor = first?.dueAt ?? Number.POSITIVE_INFINITY;
    if (first === undefined) return;
    const waitMs = Math.max(first.dueAt - now(), 0);
    if (holding === 0 || waitMs === 0) wakeUp = setTimeout(fireDue, Math.min(waitMs, longestDelayMs));
    else armedFor = Number.POSITIVE_INFINITY;
  };
  const fireDue = () => {
    for (let first = earliest(); first !== undefined && first.dueAt <= now(); first = earliest()) fire(first);
    rearm();
  };
  const standAt = (time: number) => {
    shared[1] = time;
    shared[0] = time - Date.now();
  };
  const pauseClock = () => {
    holding += 1;
    if (holding === 1) standAt(now());
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      holding -= 1;
      if (holding > 0) return;
      shared[0] = now() - Date.now();
      shared[1] = 0;
      rearm();
    };
  };
  /** `settle` returns when the next thing becomes due that is not a timer of this clock. */
  const move = async (milliseconds: number, settle: () => Promise<number | undefined>): Promise<Passed> => {
    const resume = pauseClock();
    passed = { steps: 0, timers: {} };
    try {
      const target = now() + milliseconds;
      for (;;) {
        const outside = (await settle()) ?? Number.POSITIVE_INFINITY;
        const first = earliest();
        const dueAt = Math.min(first?.dueAt ?? Number.POSITIVE_INFINITY, outside);
        if (dueAt > target) break;
        if (dueAt > now()) {
          standAt(dueAt);
          passed.steps += 1;
        }
        if (first !== undefined && first.dueAt <= dueAt) fire(first);
        if (outside === dueAt) count("queue");
      }
      standAt(target);
      return passed;
    } finally {
      passed = undefined;
      resume();
    }
  };
  /** Serializes moves. */
  const inTurn = (settle: () => Promise<number | undefined>) => (milliseconds: number) => {
    const moved = moving.then(() => move(milliseconds, settle));
    moving = moved.catch(() => {});
    return moved;
  };
  // Callbacks of the timer (which may schedule another) run before time moves on.
  const nextTurn = () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
  const advance = inTurn(nextTurn);

  return {
    now,
    offset,
    work,
    pauseClock,
    schedule(delayMs, callback, kind = "other") {
      // Whole milliseconds, because providers' timestamps come from this clock.
      const entry = { dueAt: now() + Math.ceil(delayMs), callback, kind };
      entries.add(entry);
      if (entry.dueAt < armedFor) rearm();
      return {
        clear() {
          entries.delete(entry);
        },
      };
    },
    async advance(milliseconds) {
      await advance(milliseconds);
    },
    pass: inTurn(() => work.rest()),
    stop() {
      entries.clear();
      clearTimeout(wakeUp);
    },
  };
}
