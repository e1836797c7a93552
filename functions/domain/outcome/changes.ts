/**
 * What happened to a message between two images of its item. Pure: a stream record that comes twice gives the same changes with
 * the same sequence numbers. Used by functions/events.
 */
import { statuses } from "../channel.ts";
import type { Attempt, Message } from "../message/message.ts";

export interface MessageChange {
  /** The position of this change among all changes of the message, from 1: a change is never taken back. */
  sequence: number;
  /**
   * `sent`, `delivered` and `read` are statuses of a channel; `failed` and `timedOut` mean that the route left the channel;
   * `finished` is the end of the message.
   */
  type: "accepted" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "finished";
  channel?: string;
  /** ISO 8601, by the provider's or the function's clock. */
  at: string;
}

export interface ChangedMessage {
  /** Undefined: the message is new. */
  before: Message | undefined;
  after: Message;
  changes: MessageChange[];
}

type Fact = Omit<MessageChange, "sequence">;

type State = Pick<Message, "createdAt" | "route" | "attempts" | "finishedAt">;

export function changesBetween(before: State | undefined, after: State): MessageChange[] {
  const known = new Set(before ? factsOf(before).map(nameOf) : []);
  return factsOf(after)
    .filter((fact) => !known.has(nameOf(fact)))
    .map((fact, index) => ({ sequence: known.size + index + 1, ...fact }));
}

/** In the order in which they are reported where one update has several. */
function factsOf({ createdAt, route, attempts, finishedAt }: State): Fact[] {
  return [
    { type: "accepted", at: createdAt },
    ...route.flatMap(({ channel }) =>
      factsOfAttempt(attempts[channel] ?? {}).map((fact) => ({ ...fact, channel })),
    ),
    ...(finishedAt === undefined ? [] : [{ type: "finished" as const, at: finishedAt }]),
  ];
}

function factsOfAttempt(attempt: Attempt): Fact[] {
  const progress = statuses.flatMap((type): Fact[] => {
    const at = attempt[`${type}At`];
    return at === undefined ? [] : [{ type, at }];
  });
  const { endedAt, failedAt } = attempt;
  if (endedAt === undefined) return progress;
  return [...progress, { type: failedAt && failedAt <= endedAt ? "failed" : "timedOut", at: endedAt }];
}

/** `failed` and `timedOut` are the same fact: the route leaves a channel once. */
const nameOf = ({ type, channel }: Fact): string =>
  `${channel ?? ""} ${type === "failed" || type === "timedOut" ? "left" : type}`;
