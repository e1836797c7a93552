/**
 * What happened to a message between two images of its item. Pure: a record that comes twice says the same twice, under the
 * same sequence numbers. Used by functions/events.
 */
import { statuses } from "../channel.ts";
import type { Attempt, Message } from "../message/message.ts";

export interface MessageChange {
  /** Counts what happened to this message, from 1: a fact is never taken back. */
  sequence: number;
  /**
   * `sent`, `delivered`, `read` are a channel's; `failed` and `timedOut` say that the route left it; `finished` is the
   * message's own end, by its outcome.
   */
  type: "accepted" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "finished";
  channel?: string;
  /** ISO 8601, as the provider or the function told it. */
  at: string;
}

export interface ChangedMessage {
  /** Undefined: the message is new. */
  before: Message | undefined;
  after: Message;
  changes: MessageChange[];
}

type Fact = Omit<MessageChange, "sequence">;

export function changesBetween(before: Message | undefined, after: Message): MessageChange[] {
  const known = new Set(before ? factsOf(before).map(nameOf) : []);
  return factsOf(after)
    .filter((fact) => !known.has(nameOf(fact)))
    .map((fact, index) => ({ sequence: known.size + index + 1, ...fact }));
}

/** In the order in which they are told where one update brings several. */
function factsOf({ createdAt, route, attempts, finishedAt }: Message): Fact[] {
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

/** How a channel was left is one fact, whichever it was. */
const nameOf = ({ type, channel }: Fact): string =>
  `${channel ?? ""} ${type === "failed" || type === "timedOut" ? "left" : type}`;
