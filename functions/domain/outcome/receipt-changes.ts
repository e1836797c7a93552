/**
 * What a receipt changes: statuses only move forward, `read` is also delivered, `failed` never follows `delivered`, and
 * `delivered` wins over `failed` (a second device). Pure; functions/receipts/apply-receipt.ts stores it and ends the task.
 */
import { type Status, statuses } from "../channel.ts";
import type { Attempt, AttemptError, Cost, Message } from "../message/message.ts";

/** What a provider, or the app, reports about a message that was sent. */
export interface StatusUpdate {
  channel: string;
  status: Status | "failed";
  /** By the provider's clock, ISO 8601. */
  at: string;
  providerMessageId?: string | undefined;
  deliveredTo?: "carrier" | "phone" | undefined;
  error?: AttemptError | undefined;
  cost?: Cost | undefined;
}

/**
 * Whether the provider accepted free text and later reports that its window was closed. That is a clear refusal, so the message's
 * template may go out in the same hop, once. False where `sent` ends the hop: it is over.
 */
export function isTextRefused({ route, attempts, finishedAt }: Message, update: StatusUpdate): boolean {
  const hop = route.find(({ channel }) => channel === update.channel);
  const { claimedAt, refusedTextId, failedAt, deliveredAt, readAt, endedAt } = attempts[update.channel] ?? {};
  const isOver = failedAt ?? deliveredAt ?? readAt ?? endedAt ?? finishedAt;
  const isRefused = update.status === "failed" && update.error?.name === "WindowClosed";
  return (
    isRefused &&
    hop?.form === "text" &&
    hop.until !== "sent" &&
    claimedAt !== undefined &&
    refusedTextId === undefined &&
    isOver === undefined
  );
}

/** The task to fail so that the template is sent, where an earlier try may have died before it did so. */
export function taskForTemplate({ attempts, finishedAt }: Message, update: StatusUpdate): string | undefined {
  const { refusedTextId, claimedAt, endedAt, taskToken } = attempts[update.channel] ?? {};
  const isThisText = refusedTextId !== undefined && refusedTextId === update.providerMessageId;
  return isThisText && (claimedAt ?? endedAt ?? finishedAt) === undefined ? taskToken : undefined;
}

/** The fields to set, where they are not set yet; undefined where the receipt reports nothing new. */
export function changesOf(attempt: Attempt, update: StatusUpdate, now: string): Partial<Attempt> | undefined {
  // A report about the text does not count once its template is next.
  if (attempt.refusedTextId !== undefined && attempt.refusedTextId === update.providerMessageId)
    return undefined;
  const cost = update.cost && !attempt.cost ? { cost: update.cost } : undefined;
  const status = statusChanges(attempt, update, clamp(update.at, attempt.claimedAt ?? update.at, now));
  if (status === undefined && cost === undefined) return undefined;
  const changes = { ...status, ...cost };
  const isLate = status !== undefined && attempt.endedAt !== undefined && attempt.lateAt === undefined;
  const learnedId =
    attempt.providerMessageIds === undefined && update.providerMessageId !== undefined
      ? { providerMessageIds: [update.providerMessageId] }
      : {};
  return { ...changes, ...learnedId, ...(isLate ? { lateAt: now } : {}) };
}

function statusChanges(attempt: Attempt, update: StatusUpdate, at: string): Partial<Attempt> | undefined {
  switch (update.status) {
    case "sent":
      return attempt.sentAt || furthestOf(attempt) ? undefined : { sentAt: at };
    case "delivered":
      return attempt.deliveredAt
        ? undefined
        : { deliveredAt: at, ...(update.deliveredTo ? { deliveredTo: update.deliveredTo } : {}) };
    case "read":
      return attempt.readAt ? undefined : { readAt: at, ...(attempt.deliveredAt ? {} : { deliveredAt: at }) };
    case "failed":
      return failure(attempt, update, at);
  }
}

function failure(attempt: Attempt, { providerMessageId, error }: StatusUpdate, at: string) {
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

/** Keeps a time of the provider's clock, which may differ from ours or count whole seconds, within the attempt. */
const clamp = (at: string, earliest: string, latest: string): string =>
  at < earliest ? earliest : at > latest ? latest : at;

export function furthestOf({ sentAt, deliveredAt, readAt }: Attempt): Status | undefined {
  if (readAt) return "read";
  if (deliveredAt) return "delivered";
  return sentAt ? "sent" : undefined;
}

/** Whether the attempt got as far as its rule asks for, and was not revoked since. */
export function isReached(attempt: Attempt, until: Status | undefined): boolean {
  const furthest = furthestOf(attempt);
  if (attempt.failedAt && furthest === "sent") return false;
  if (furthest === undefined || until === undefined) return false;
  return statuses.indexOf(furthest) >= statuses.indexOf(until);
}

export type TaskEnd =
  | { how: "succeed"; taskToken: string; channel: string }
  | { how: "fail"; taskToken: string; error: AttemptError };

/** The waiting task that this update ends, according to what is stored now; a repeated call returns the same. */
export function taskToEnd(message: Message, update: StatusUpdate): TaskEnd | undefined {
  if (message.outcome === "reached") {
    const waiting = message.route.findLast(({ channel }) => message.attempts[channel]?.taskToken);
    const taskToken = waiting && message.attempts[waiting.channel]?.taskToken;
    return taskToken === undefined ? undefined : { how: "succeed", taskToken, channel: update.channel };
  }
  const attempt = message.attempts[update.channel];
  const isOver = message.finishedAt !== undefined || attempt?.endedAt !== undefined;
  if (isOver || !attempt?.failedAt || !attempt.taskToken || !attempt.error) return undefined;
  return { how: "fail", taskToken: attempt.taskToken, error: attempt.error };
}

/**
 * Whether a channel whose `sent` had ended the message has failed after all, so that the rest of the route is tried: no other
 * channel reached the customer, and the message was neither cancelled, resolved nor redacted, nor has it expired.
 */
export function isToResume(message: Message, channel: string, now: string): boolean {
  const { outcome, route, attempts, expiresOn } = message;
  const isClosed = (message.redactedAt ?? message.resolvedAt) !== undefined;
  if (outcome !== "reached" || isClosed || (expiresOn !== undefined && expiresOn <= now)) return false;
  if (!attempts[channel]?.failedAt) return false;
  return !route.some((hop) => isReached(attempts[hop.channel] ?? {}, hop.until));
}
