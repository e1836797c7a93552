/** How a provider answers a call, by the settings of the phone. Used by phones.ts. */
import type { LaterAnswer, SyncAnswer } from "./answers/answer.ts";
import { answerOf } from "./answers/index.ts";
import type { FaultSettings } from "./behaviour.ts";
import { answerNameOf, type WordedFault } from "./faults.ts";
import type { By } from "./sends.ts";

export interface Verdict {
  /** The provider's answer, if not a success. */
  answer?: SyncAnswer | undefined;
  /** Its later report, if not the usual one. */
  later?: LaterAnswer | undefined;
  isAnswerLost?: boolean;
}

/** How a provider answers in case of a fault, or for a phone in such a state. */
export const errorFor = (by: By, what: WordedFault) => answerOf("sync", answerNameOf(by, what), by);

/** The same of a state in which some providers refuse at once, and others take the message and tell later. */
export const refusalFor = (by: By, what: WordedFault): Verdict => ({
  answer: errorFor(by, what),
  later: answerOf("later", answerNameOf(by, what), by),
});

/** `call`: absent for a call that sends. Other calls have only answers, no faults. */
export function answersOf(
  { fault, answer, laterAnswer }: FaultSettings,
  by: By,
  call: SyncAnswer["call"],
): Verdict {
  const named = answerOf("sync", answer, by);
  const mine = named?.call === call ? named : undefined;
  if (call !== undefined) return { answer: mine };
  if (fault === "fails-later") return { later: answerOf("later", answerNameOf(by, fault), by) };
  return {
    answer: mine ?? (fault === null || fault === undefined ? undefined : errorFor(by, fault)),
    later: answerOf("later", laterAnswer, by),
  };
}
