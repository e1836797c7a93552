/**
 * One execution's history in the event types of AWS. Written by `execution.ts` (states, start, end) and `task.ts` (events
 * within a Task), read by `GetExecutionHistory`.
 */
import type { Clock } from "../clock.ts";

export interface HistoryEvent {
  /** Counts from 1. */
  id: number;
  /** 0 for the first event. */
  previousEventId: number;
  /** Seconds since the epoch, as in the API. */
  timestamp: number;
  type: string;
  [details: `${string}EventDetails`]: Record<string, unknown>;
}

export class History {
  readonly events: HistoryEvent[] = [];
  readonly #clock: Clock;
  readonly #changed: () => void;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  add(type: string, details?: Record<string, unknown>): void {
    const previousEventId = this.events.length;
    this.events.push({
      id: previousEventId + 1,
      previousEventId,
      timestamp: this.#clock.now() / 1000,
      type,
      ...(details === undefined ? {} : { [detailsKey(type)]: details }),
    });
    this.#changed();
  }
}

/** All `…StateEntered` types share `stateEnteredEventDetails`; every other type has its own. */
function detailsKey(type: string): `${string}EventDetails` {
  const shared = type.replace(/^\w+State(?=Entered$|Exited$)/, "State");
  return `${shared.charAt(0).toLowerCase()}${shared.slice(1)}EventDetails`;
}

const executionData = new Set(["input", "output", "parameters"]);

/** For `includeExecutionData: false`. */
export function withoutExecutionData(event: HistoryEvent): HistoryEvent {
  const strip = (value: unknown) =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([key]) => !executionData.has(key)))
      : value;
  const { id, previousEventId, timestamp, type, ...details } = event;
  const stripped = Object.fromEntries(Object.entries(details).map(([key, value]) => [key, strip(value)]));
  return { id, previousEventId, timestamp, type, ...stripped };
}
