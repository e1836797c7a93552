/** What a phone's settings make of a call to its provider. Used by phones.ts. */
import type { LaterAnswer, SyncAnswer } from "./answers/answer.ts";
import { answerOf } from "./answers/index.ts";
import type { FaultSettings } from "./behaviour.ts";
import { answerNames, type WordedFault } from "./faults.ts";
import type { Channel } from "./sends.ts";

export interface Verdict {
  /** What the provider answers in place of its success. */
  answer?: SyncAnswer | undefined;
  /** What it tells later in place of the usual. */
  later?: LaterAnswer | undefined;
  isAnswerLost?: boolean;
}

/** How a provider answers to a fault that every channel has, or to what is sent to such a phone. */
export const errorFor = (channel: Channel, what: WordedFault) =>
  answerOf("sync", answerNames[channel][what], channel);

/** `call`: absent for one that sends. Other calls have the answers that are set for them, and no faults. */
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
