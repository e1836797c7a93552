/**
 * How a phone or account behaves, and what `PUT /carrier/{channel}/{address}` may set of it. Used by control.ts (to check and
 * merge) and phones.ts (to act on). infra/local/README.md lists the calls.
 */
import * as v from "valibot";
import { namesOf } from "./answers/index.ts";
import { type Fault, faults } from "./faults.ts";
import type { Channel } from "./sends.ts";

/** Longer than anyone moves the clock; beyond it dates end. */
const longestMs = 100 * 365 * 24 * 3_600_000;
export const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(longestMs));

const mostDuplicates = 1000;

const answerName = (names: readonly string[]) =>
  v.optional(
    v.nullable(
      v.picklist(
        names,
        ({ received }) => `there is no answer ${received} here; there are ${names.join(", ")}`,
      ),
    ),
  );

/** Answers of the catalogue, of one channel or of any. */
const answerEntries = (channel?: Channel) => ({
  answer: answerName(namesOf("sync", channel)),
  laterAnswer: answerName(namesOf("later", channel)),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

const phoneEntries = {
  registered: v.optional(v.boolean()),
  delivers: v.optional(v.boolean()),
  reads: v.optional(v.boolean()),
  delayMs: v.optional(milliseconds),
  fault: v.optional(v.nullable(v.picklist(faults))),
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
};

export const behaviourChange = (channel: Channel) =>
  v.strictObject({ ...phoneEntries, ...answerEntries(channel) });
export type BehaviourChange = v.InferOutput<ReturnType<typeof behaviourChange>>;

export const identityChange = v.strictObject(answerEntries());

/** What is wrong at a phone or account, or with who sends. */
export interface FaultSettings {
  /** A fault that every channel has; an identity has only answers. */
  fault?: Fault | null;
  /** Names in the catalogue: the answer to the call itself, and what is told later of a message that was taken. */
  answer: string | null;
  laterAnswer: string | null;
  /** How many sends it still lasts; absent: for good. */
  times?: number;
}
type FaultSettingsChange = { [Name in keyof FaultSettings]?: FaultSettings[Name] | undefined };

export interface Behaviour extends FaultSettings {
  /** A provider refuses what is sent to an address that it does not know. */
  registered: boolean;
  /** False: the provider takes the message, and it never reaches the phone. */
  delivers: boolean;
  reads: boolean;
  delayMs: number;
  fault: Fault | null;
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
  answer: null,
  laterAnswer: null,
  window: "open",
  receipts: { duplicates: 0, order: "in-order", beforeAnswer: false, afterMs: 0, lose: 0 },
});

/** What is not named stays, except as `mergeFaultSettings` says. */
export function merge(behaviour: Behaviour, { receipts, ...change }: BehaviourChange): Behaviour {
  return {
    ...mergeFaultSettings(behaviour, change),
    receipts: { ...behaviour.receipts, ...defined(receipts ?? {}) },
  };
}

/**
 * A fault takes the place of the named answers, and they that of the fault. What is set anew forgets how long it would have
 * lasted before.
 */
export function mergeFaultSettings<T extends FaultSettings>(state: T, change: FaultSettingsChange): T {
  const { times: timesBefore, ...before } = state;
  const { times: timesSet, ...set } = change;
  const { fault, answer, laterAnswer } = set;
  const isNew = [fault, answer, laterAnswer].some((given) => given !== undefined);
  const times = timesSet ?? (isNew ? undefined : timesBefore);
  const instead = fault ? { answer: null, laterAnswer: null } : answer || laterAnswer ? noFault(state) : {};
  const merged = { ...before, ...instead, ...defined(set) };
  return { ...merged, ...(times === undefined || !isFaulty(merged) ? {} : { times }) } as T;
}

const noFault = (state: FaultSettings) => ("fault" in state ? { fault: null } : {});

export const isFaulty = ({ fault, answer, laterAnswer }: FaultSettingsChange) =>
  [fault, answer, laterAnswer].some((given) => given !== undefined && given !== null);

/** After one more send: the last one ends it. */
export function withOneSendFewer<T extends FaultSettings>(state: T): T {
  if (state.times === undefined) return state;
  return mergeFaultSettings(
    state,
    state.times > 1 ? { times: state.times - 1 } : { ...noFault(state), answer: null, laterAnswer: null },
  );
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
