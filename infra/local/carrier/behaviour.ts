/**
 * How a phone or account behaves, and what `PUT /carrier/{channel}/{address}` can change. Used by control.ts (to check and
 * merge) and phones.ts. infra/local/README.md lists the calls.
 */
import * as v from "valibot";
import { namesOf } from "./answers/index.ts";
import { type Fault, faults } from "./faults.ts";
import type { Channel } from "./sends.ts";

/** Longer than anyone moves the clock, and within the range of dates. */
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
      // How many times each receipt is repeated; `true` is once.
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
      // So many receipts of each message, from the first, are never sent.
      lose: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    }),
  ),
};

export const behaviourChange = (channel: Channel) =>
  v.strictObject({ ...phoneEntries, ...answerEntries(channel) });
export type BehaviourChange = v.InferOutput<ReturnType<typeof behaviourChange>>;

export const identityChange = v.strictObject(answerEntries());

/** What is wrong with a phone, an account or a sender. */
export interface FaultSettings {
  /** A fault common to all channels; a sender's identity has only answers. */
  fault?: Fault | null;
  /** Catalogue names: the answer to the call itself, and the later report of an accepted message. */
  answer: string | null;
  laterAnswer: string | null;
  /** For how many more sends; absent: for good. */
  times?: number;
}
type FaultSettingsChange = { [Name in keyof FaultSettings]?: FaultSettings[Name] | undefined };

export interface Behaviour extends FaultSettings {
  /** Whether the provider knows the address; otherwise it refuses messages to it. */
  registered: boolean;
  /** False: the provider accepts messages that never reach the phone. */
  delivers: boolean;
  reads: boolean;
  delayMs: number;
  fault: Fault | null;
  /** Meta's 24 hours after the customer's last message: outside them only templates are accepted. */
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

/** The test addresses of functions/api/README.md, by the number at their end: how the phone behaves where it is a usual one. */
const ofTestAddresses: Readonly<Record<string, Partial<Behaviour>>> = {
  "0001": { registered: false },
  "0002": { delivers: false },
  "0003": { fault: "fails-later", delayMs: 2_000 },
  "0004": { delayMs: 60_000 },
  "0005": { reads: true },
  "0006": { fault: "unavailable" },
  "0007": { fault: "lost-answer" },
  "0008": { window: "closed" },
};
const testAddress = /^(?:\+44207946|\+1202555(?=01)|test-)(\d{4})(?:@example\.com)?$/;

/** The behaviour of a phone whose behaviour was never set. */
export function usualBehaviour(address: string): Behaviour {
  const [, digits = ""] = testAddress.exec(address) ?? [];
  const number = address.startsWith("+1") ? `00${digits.slice(2)}` : digits;
  return { ...newBehaviour(), ...ofTestAddresses[number] };
}

/** Fields that the change lacks stay, with the exceptions of `mergeFaultSettings`. */
export function merge(behaviour: Behaviour, { receipts, ...change }: BehaviourChange): Behaviour {
  return {
    ...mergeFaultSettings(behaviour, change),
    receipts: { ...behaviour.receipts, ...defined(receipts ?? {}) },
  };
}

/** A fault replaces the named answers and vice versa. A new setting drops the former `times`. */
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

/** The settings after one more send; the last one ends the fault. */
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
