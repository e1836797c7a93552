/**
 * The input of a message's execution: the route as a linked list, a pure function of the stored message, so that starting
 * twice is the same start. It holds no body and no address.
 */
import type { Message } from "./message.ts";

export interface HopInput {
  messageId: string;
  channel: string;
  timeoutSeconds?: number;
  /** The hop before: what it ended with is written when this one claims. */
  previous?: string;
  next?: HopInput;
  /** Set by the state machine's Catch. */
  failed?: { Error: string; Cause?: string };
}

/** The first hop, and more for who reads the execution. */
export interface ExecutionInput extends HopInput {
  /** The reasons by channel. */
  skipped: Record<string, string>;
}

export const undeliverable = "undeliverable";

/** A message that is accepted has one. */
export const firstChannelOf = ({ route }: Pick<Message, "route">): string =>
  route[0]?.channel ?? undeliverable;

export function executionInput({
  messageId,
  route,
  skipped,
}: Pick<Message, "messageId" | "route" | "skipped">): ExecutionInput {
  const last = route.at(-1);
  const end: HopInput = { messageId, channel: undeliverable, ...(last ? { previous: last.channel } : {}) };
  const first = route.reduceRight<HopInput>((following, { channel, timeoutSeconds }, index) => {
    const before = route[index - 1];
    return {
      messageId,
      channel,
      timeoutSeconds,
      ...(before ? { previous: before.channel } : {}),
      next: following,
    };
  }, end);
  const reasons = Object.entries(skipped).map(([channel, { reason }]) => [channel, reason]);
  return { ...first, skipped: Object.fromEntries(reasons) };
}
