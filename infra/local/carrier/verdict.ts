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

/** For an address that the provider does not know: it refuses at once, or takes the message and tells later. */
export function ofUnknown(channel: Channel): Verdict {
  const name = answerNames[channel]["not-registered"];
  return { answer: answerOf("sync", name, channel), later: answerOf("later", name, channel) };
}

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
