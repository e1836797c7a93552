/**
 * What a receipt changes: statuses only move forward, `read` is also delivered, `failed` never follows `delivered`, and
 * `delivered` wins over `failed` (a second device). Pure; functions/receipts/apply-receipt.ts stores it and ends the task.
 */
import { type Status, statuses } from "../channel.ts";
import type { Attempt, AttemptError, Cost, Message } from "../message/message.ts";

/** What a provider, or the app, says of a message that went out. */
export interface News {
  channel: string;
  status: Status | "failed";
  /** The provider's time, ISO 8601. */
  at: string;
  providerMessageId?: string | undefined;
  deliveredTo?: "carrier" | "phone" | undefined;
  error?: AttemptError | undefined;
  cost?: Cost | undefined;
}

/**
 * Free text that the provider took, and says later that its window was closed: clearly refused, so the message's template may
 * go out by the same hop, once. Not where `sent` ends the search: that hop is over.
 */
export function isTextRefused({ route, attempts, finishedAt }: Message, news: News): boolean {
  const hop = route.find(({ channel }) => channel === news.channel);
  const { claimedAt, refusedTextId, failedAt, deliveredAt, readAt, endedAt } = attempts[news.channel] ?? {};
  const isOver = failedAt ?? deliveredAt ?? readAt ?? endedAt ?? finishedAt;
  const isRefused = news.status === "failed" && news.error?.name === "WindowClosed";
  return (
    isRefused &&
    hop?.form === "text" &&
    hop.until !== "sent" &&
    claimedAt !== undefined &&
    refusedTextId === undefined &&
    isOver === undefined
  );
}

/** The task that the template's send is waiting for, where an earlier try may have died before it ended it. */
export function taskForTemplate({ attempts, finishedAt }: Message, news: News): string | undefined {
  const { refusedTextId, claimedAt, endedAt, taskToken } = attempts[news.channel] ?? {};
  const isThisText = refusedTextId !== undefined && refusedTextId === news.providerMessageId;
  return isThisText && (claimedAt ?? endedAt ?? finishedAt) === undefined ? taskToken : undefined;
}

/** The fields to set, where they are not set yet; undefined where the receipt says nothing new. */
export function changesOf(attempt: Attempt, news: News, now: string): Partial<Attempt> | undefined {
  // What is said of the text, once its template is next.
  if (attempt.refusedTextId !== undefined && attempt.refusedTextId === news.providerMessageId)
    return undefined;
  const cost = news.cost && !attempt.cost ? { cost: news.cost } : undefined;
  const status = statusChanges(attempt, news, within(news.at, attempt.claimedAt ?? news.at, now));
  if (status === undefined && cost === undefined) return undefined;
  const changes = { ...status, ...cost };
  const isLate = status !== undefined && attempt.endedAt !== undefined && attempt.lateAt === undefined;
  const learned =
    attempt.providerMessageIds === undefined && news.providerMessageId !== undefined
      ? { providerMessageIds: [news.providerMessageId] }
      : {};
  return { ...changes, ...learned, ...(isLate ? { lateAt: now } : {}) };
}

function statusChanges(attempt: Attempt, news: News, at: string): Partial<Attempt> | undefined {
  switch (news.status) {
    case "sent":
      return attempt.sentAt || furthestOf(attempt) ? undefined : { sentAt: at };
    case "delivered":
      return attempt.deliveredAt
        ? undefined
        : { deliveredAt: at, ...(news.deliveredTo ? { deliveredTo: news.deliveredTo } : {}) };
    case "read":
      return attempt.readAt ? undefined : { readAt: at, ...(attempt.deliveredAt ? {} : { deliveredAt: at }) };
    case "failed":
      return failure(attempt, news, at);
  }
}

function failure(attempt: Attempt, { providerMessageId, error }: News, at: string) {
  if (attempt.failedAt || attempt.deliveredAt || attempt.readAt) return undefined;
  const ids = attempt.providerMessageIds ?? [];
  if (ids.length > 1 && providerMessageId !== undefined) {
    const failedIds = new Set([...(attempt.failedIds ?? []), providerMessageId]);
    if (ids.some((id) => !failedIds.has(id)))
      return attempt.failedIds?.has(providerMessageId)
        ? undefined
        : { failedIds: new Set([providerMessageId]) };
  }
  return { failedAt: at, ...(error ? { error } : {}) };
}

/** Providers' clocks are not ours, and some count whole seconds. */
const within = (at: string, earliest: string, latest: string): string =>
  at < earliest ? earliest : at > latest ? latest : at;

export function furthestOf({ sentAt, deliveredAt, readAt }: Attempt): Status | undefined {
  if (readAt) return "read";
  if (deliveredAt) return "delivered";
  return sentAt ? "sent" : undefined;
}

/** Whether the attempt came as far as its rule asks for, and nobody took that back. */
export function isReached(attempt: Attempt, until: Status | undefined): boolean {
  const furthest = furthestOf(attempt);
  if (attempt.failedAt && furthest === "sent") return false;
  if (furthest === undefined || until === undefined) return false;
  return statuses.indexOf(furthest) >= statuses.indexOf(until);
}

export type TaskEnd =
  | { how: "succeed"; taskToken: string; channel: string }
  | { how: "fail"; taskToken: string; error: AttemptError };

/** The waiting task that this news ends, by what is stored now: asked again, it answers the same. */
export function taskToEnd(message: Message, news: News): TaskEnd | undefined {
  if (message.outcome === "reached") {
    const waiting = message.route.findLast(({ channel }) => message.attempts[channel]?.taskToken);
    const taskToken = waiting && message.attempts[waiting.channel]?.taskToken;
    return taskToken === undefined ? undefined : { how: "succeed", taskToken, channel: news.channel };
  }
  const attempt = message.attempts[news.channel];
  const isOver = message.finishedAt !== undefined || attempt?.endedAt !== undefined;
  if (isOver || !attempt?.failedAt || !attempt.taskToken || !attempt.error) return undefined;
  return { how: "fail", taskToken: attempt.taskToken, error: attempt.error };
}

/**
 * Whether a channel that had ended the search by its `sent` has failed after all, so that the rest of the route is to be
 * tried: no other channel reached the customer, and the message was neither cancelled nor redacted nor has it expired.
 */
export function isToResume(message: Message, channel: string, now: string): boolean {
  const { outcome, route, attempts, expiresOn, redactedAt } = message;
  if (outcome !== "reached" || redactedAt !== undefined || (expiresOn !== undefined && expiresOn <= now))
    return false;
  if (!attempts[channel]?.failedAt) return false;
  return !route.some((hop) => isReached(attempts[hop.channel] ?? {}, hop.until));
}
