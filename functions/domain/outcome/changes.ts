/**
 * What happened to a message between two images of its item. Pure: a stream record that is read twice gives the same changes with
 * the same sequence numbers. Used by functions/events.
 */
import { statuses } from "../channel.ts";
import type { Attempt, Message } from "../message/message.ts";

export interface MessageChange {
  /** The position of this change among all changes of the message, from 1: a change is never taken back. */
  sequence: number;
  /**
   * `sent`, `delivered`, `read` are a channel's; `failed` and `timedOut` say that the route left it; `finished` is the
   * message's own end, by its outcome; `resumed` that the channel whose `sent` was this end failed after all.
   */
  type: "accepted" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "finished" | "resumed";
  channel?: string;
  /** Of `finished`: it had ended before, by the `sent` of a channel that failed later. */
  again?: true;
  /** ISO 8601, by the clock of the provider or the function. */
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
    ...endsOf(route, attempts, finishedAt),
  ];
}

/** The ends of the message in their order: all but the last were revoked by a later failure. */
function endsOf(
  route: Message["route"],
  attempts: Message["attempts"],
  finishedAt: string | undefined,
): Fact[] {
  const earlierEnds = route.flatMap(({ channel }) => attempts[channel]?.reachedAt ?? []);
  return [...earlierEnds.sort(), ...(finishedAt === undefined ? [] : [finishedAt])].map((at, index) => ({
    type: "finished",
    at,
    ...(index > 0 ? { again: true } : {}),
  }));
}

function factsOfAttempt(attempt: Attempt): Fact[] {
  const progress = statuses.flatMap((type): Fact[] => {
    const at = attempt[`${type}At`];
    return at === undefined ? [] : [{ type, at }];
  });
  const { endedAt, failedAt, resumedAt } = attempt;
  if (resumedAt !== undefined) progress.push({ type: "resumed", at: resumedAt });
  if (endedAt === undefined) return progress;
  return [...progress, { type: failedAt && failedAt <= endedAt ? "failed" : "timedOut", at: endedAt }];
}

/** That the route left a channel is one fact, however it did. */
function nameOf({ type, channel, at, again }: Fact): string {
  if (type === "finished") return again ? `finished again ${at}` : "finished";
  return `${channel ?? ""} ${type === "failed" || type === "timedOut" ? "left" : type}`;
}
