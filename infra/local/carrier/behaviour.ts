/**
 * How a phone or account behaves, and what `PUT /carrier/{channel}/{address}` may set of it. Used by control.ts (to check
 * and merge) and phones.ts (to act on). infra/local/README.md lists its calls.
 */
import * as v from "valibot";

/** Longer than anyone moves the clock; beyond it dates end. */
const longestMs = 100 * 365 * 24 * 3_600_000;
export const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(longestMs));

const mostDuplicates = 1000;

const fault = v.picklist(["throttled", "unavailable", "rejected", "lost-answer", "fails-later"]);
export type Fault = v.InferOutput<typeof fault>;

export const behaviourChange = v.strictObject({
  registered: v.optional(v.boolean()),
  delivers: v.optional(v.boolean()),
  reads: v.optional(v.boolean()),
  delayMs: v.optional(milliseconds),
  fault: v.optional(v.nullable(fault)),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  window: v.optional(v.picklist(["open", "closed"])),
  receipts: v.optional(
    v.strictObject({
      // How many times more each receipt comes; `true` for once more.
      duplicates: v.optional(
        v.union(
          [
            v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostDuplicates)),
            v.pipe(v.boolean(), v.transform(Number)),
          ],
          `Invalid value: Expected an integer from 0 to ${mostDuplicates} or a boolean`,
        ),
      ),
      order: v.optional(v.picklist(["in-order", "reversed"])),
      beforeAnswer: v.optional(v.boolean()),
      afterMs: v.optional(milliseconds),
      // The first so many receipts of each message are never sent.
      lose: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    }),
  ),
});
export type BehaviourChange = v.InferOutput<typeof behaviourChange>;

export interface Behaviour {
  /** What each provider says where this is false: see the refusals of sns-sms.ts, sns-push.ts, whats-app.ts, fb-messenger.ts. */
  registered: boolean;
  /** False: the provider takes the message, and it never reaches the phone. */
  delivers: boolean;
  reads: boolean;
  delayMs: number;
  fault: Fault | null;
  /** How many sends the fault still lasts; absent: for good. */
  times?: number;
  /** Meta's 24 hours after the customer's last message: outside them only templates are taken. */
  window: "open" | "closed";
  receipts: {
    duplicates: number;
    order: "in-order" | "reversed";
    beforeAnswer: boolean;
    afterMs: number;
    lose: number;
  };
}

export const newBehaviour = (): Behaviour => ({
  registered: true,
  delivers: true,
  reads: false,
  delayMs: 0,
  fault: null,
  window: "open",
  receipts: { duplicates: 0, order: "in-order", beforeAnswer: false, afterMs: 0, lose: 0 },
});

/** What is not named stays; a fault that is set anew forgets how long the one before would have lasted. */
export function merge(behaviour: Behaviour, change: BehaviourChange): Behaviour {
  const { times: timesBefore, ...rest } = behaviour;
  const { times: timesSet, receipts, ...set } = change;
  const times = timesSet ?? (change.fault === undefined ? timesBefore : undefined);
  return {
    ...rest,
    ...defined(set),
    receipts: { ...rest.receipts, ...defined(receipts ?? {}) },
    ...(times === undefined ? {} : { times }),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
