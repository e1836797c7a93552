/**
 * The input of a message's execution: the route as a linked list. It is a pure function of the stored message, so that a second
 * start is the same as the first (StartExecution is idempotent by name and input). It contains no body and no address.
 */
import type { Hop, Message } from "./message.ts";

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

/** The fields that an execution depends on. */
export type Routed = Pick<Message, "messageId" | "route" | "skipped" | "attempts">;

/**
 * The channel whose failure last resumed the route; undefined where the route runs for the first time, or ended with that
 * channel.
 */
export const resumedAfter = ({ route, attempts }: Pick<Routed, "route" | "attempts">): string | undefined =>
  route.slice(0, -1).findLast(({ channel }) => attempts[channel]?.resumedAt !== undefined)?.channel;

/** The part of the route that the message's execution has to try. */
export function remainingRoute(message: Pick<Routed, "route" | "attempts">): Hop[] {
  const after = resumedAfter(message);
  const { route } = message;
  return after === undefined ? route : route.slice(route.findIndex(({ channel }) => channel === after) + 1);
}

/** The message's execution, the newest where the route was resumed: its state machine, and its name there. */
export function executionOf(message: Pick<Routed, "messageId" | "route" | "attempts">): {
  firstChannel: string;
  name: string;
} {
  const after = resumedAfter(message);
  return {
    firstChannel: remainingRoute(message)[0]?.channel ?? undeliverable,
    name: after === undefined ? message.messageId : `${message.messageId}-after-${after}`,
  };
}

export function executionInput(message: Routed): ExecutionInput {
  const { messageId, skipped } = message;
  const route = remainingRoute(message);
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
