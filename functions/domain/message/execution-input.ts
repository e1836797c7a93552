/**
 * The input of a message's execution: the route as a linked list. It is a pure function of the stored message, so that a second
 * start is the same as the first (StartExecution is idempotent by name and input). It has no body and no address.
 */
import type { Message } from "./message.ts";

export interface HopInput {
  messageId: string;
  channel: string;
  timeoutSeconds?: number;
  /** The previous channel: the claim of this hop records the error that it ended with. */
  previous?: string;
  next?: HopInput;
  /** Set by the state machine's Catch. */
  failed?: { Error: string; Cause?: string };
}

/** The first hop, and the skipped channels for readers of the execution. */
export interface ExecutionInput extends HopInput {
  /** Why each was skipped, by channel. */
  skipped: Record<string, string>;
}

export const undeliverable = "undeliverable";

/** Every accepted message has at least one channel. */
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
