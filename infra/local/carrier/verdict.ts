/** How a provider answers a call, by the settings of the phone. Used by phones.ts. */
import type { LaterAnswer, SyncAnswer } from "./answers/answer.ts";
import { answerOf } from "./answers/index.ts";
import type { FaultSettings } from "./behaviour.ts";
import { answerNames, type WordedFault } from "./faults.ts";
import type { Channel } from "./sends.ts";

export interface Verdict {
  /** The provider's answer, if not a success. */
  answer?: SyncAnswer | undefined;
  /** Its later report, if not the usual one. */
  later?: LaterAnswer | undefined;
  isAnswerLost?: boolean;
}

/** How a provider answers in case of a fault, or for a phone in such a state. */
export const errorFor = (channel: Channel, what: WordedFault) =>
  answerOf("sync", answerNames[channel][what], channel);

/** The same of a state in which some providers refuse at once, and others take the message and tell later. */
export const refusalFor = (channel: Channel, what: WordedFault): Verdict => ({
  answer: errorFor(channel, what),
  later: answerOf("later", answerNames[channel][what], channel),
});

/** `call`: absent for a call that sends. Other calls have only answers, no faults. */
export function answersOf(
  { fault, answer, laterAnswer }: FaultSettings,
  channel: Channel,
  call: SyncAnswer["call"],
): Verdict {
  const named = answerOf("sync", answer, channel);
  const mine = named?.call === call ? named : undefined;
  if (call !== undefined) return { answer: mine };
  if (fault === "fails-later") return { later: answerOf("later", answerNames[channel][fault], channel) };
  return {
    answer: mine ?? (fault === null || fault === undefined ? undefined : errorFor(channel, fault)),
    later: answerOf("later", laterAnswer, channel),
  };
}
