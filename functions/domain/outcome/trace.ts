/** The status of a message and its delivery trace, derived from the stored item. Pure. */

import { type Category, statuses } from "../channel.ts";
import type { MessageQuietHours } from "../customer/quiet-hours.ts";
import type { Attempt, AttemptError, Cost, Message, Refusal, Skip } from "../message/message.ts";
import { costOfAttempt, type Saved, savedOf, totalOf } from "../money/cost.ts";
import { usualCategory } from "../route/category.ts";
import type { Carries } from "../route/rich-content.ts";

export const messageStatuses = [
  "scheduled",
  "processing",
  ...statuses,
  "failed",
  "expired",
  "cancelled",
  "resolved",
] as const;
export type MessageStatus = (typeof messageStatuses)[number];
export type Outcome =
  | "skipped"
  | "notTried"
  | "waiting"
  | "trying"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "timedOut"
  | "unknown";

export interface TraceEvent {
  status:
    | "waiting"
    | "claimed"
    | "sent"
    | "delivered"
    | "read"
    | "failed"
    | "timedOut"
    | "unknown"
    | "resumed";
  at: string;
  /** For `waiting`: when the quiet hours end, and where. */
  until?: string;
  timeZone?: string;
  /** Who is known to have it: the phone, or only the carrier (in many countries it reports no more). */
  deliveredTo?: "carrier" | "phone";
}

export interface ChannelTrace {
  channel: string;
  outcome: Outcome;
  code?: Skip["code"];
  reason?: string;
  /** How it carries the media and buttons of the request. */
  carries?: Carries;
  /** The customer opted out of the channel, but messages of this category may go nevertheless. */
  despiteOptOut?: string;
  providerMessageId?: string;
  /** Of several providers: the one that took it, and those that refused it before. */
  provider?: string;
  refusals?: Refusal[];
  error?: AttemptError;
  /** A receipt came after the route had moved on. */
  late?: true;
  /** What the attempt cost; absent where none was made, or no price is known. */
  cost?: Cost;
  events?: TraceEvent[];
}

export interface Trace {
  messageId: string;
  status: MessageStatus;
  category: Category;
  /** Of a test key: it reached no provider. */
  test?: true;
  createdAt: string;
  finishedAt?: string;
  /** Why it was resolved, as the sender gave it. */
  reason?: string;
  /** No channel is tried before then. */
  sendAt?: string;
  expiresOn?: string;
  redactedAt?: string;
  /** The time zones by which quiet hours are kept; none where the customer's time zone is not known, so nothing waits. */
  quietHours?: { asked?: MessageQuietHours["asked"]; timeZones?: string[] };
  /** As the sender gave it. */
  reference?: string;
  /** The message that this one repeats. */
  resendOf?: string;
  metadata: Record<string, unknown>;
  /** Two channels may both have reached the customer. */
  possibleDuplicate?: true;
  /** US dollars as decimal text: the sum of the channels' costs. */
  cost: { usd: string };
  /** What the order of the channels saved compared with the dearest one; absent until the customer is reached. */
  saved?: Saved;
  channels: ChannelTrace[];
}

/** What became of one channel's attempt. `until`: the status that its rule asks for; `isOver`: the message is finished. */
export function outcomeOf(attempt: Attempt | undefined, until: string | undefined, isOver: boolean): Outcome {
  if (attempt === undefined || Object.keys(attempt).length === 0) return "notTried";
  if (attempt.readAt) return "read";
  if (attempt.deliveredAt) return "delivered";
  if (attempt.failedAt) return "failed";
  if (attempt.sentAt) return attempt.endedAt && until !== "sent" ? "timedOut" : "sent";
  if (attempt.unknownAt) return "unknown";
  if (attempt.skipped) return "skipped";
  const isLeft = attempt.endedAt !== undefined || isOver;
  if (attempt.claimedAt) return isLeft ? "unknown" : "trying";
  if (attempt.waited && !isLeft) return "waiting";
  if (attempt.waited && !attempt.error) return "notTried";
  // The claim was released, or the function never ran: nothing was sent.
  return isLeft ? "failed" : "trying";
}

type State = Pick<Message, "route" | "attempts" | "finishedAt" | "outcome" | "request">;

/** The furthest status of the message; a receipt takes precedence over how the route ended. */
export function statusOf(message: State): MessageStatus {
  const outcomes = outcomesOf(message);
  if (outcomes.includes("read")) return "read";
  if (outcomes.includes("delivered")) return "delivered";
  switch (message.outcome) {
    case "reached":
      // `sent` was enough, and a later receipt said that it failed.
      return outcomes.includes("sent") ? "sent" : "failed";
    case "undeliverable":
      return "failed";
    case "expired":
    case "cancelled":
    case "resolved":
      return message.outcome;
    default:
      if (outcomes.includes("sent")) return "sent";
      return message.request === undefined ? "processing" : "scheduled";
  }
}

/**
 * Whether there may still be something to stop: the message is open, a channel that only sent it may fail after all, or an
 * earlier resolve may not have finished.
 */
export const isToResolve = ({ status, finishedAt }: Pick<Trace, "status" | "finishedAt">): boolean =>
  finishedAt === undefined || status === "resolved" || status === "sent";

const outcomesOf = ({ route, attempts, finishedAt }: State): Outcome[] =>
  route.map(({ channel, until }) => outcomeOf(attempts[channel], until, finishedAt !== undefined));

/** The outcomes of a copy that was or may have been sent, and has neither failed nor timed out. */
const mayHaveArrived: readonly Outcome[] = ["sent", "delivered", "read", "unknown", "trying"];
const isPossibleDuplicate = (message: State): boolean => {
  const outcomes = outcomesOf(message).filter((outcome) => mayHaveArrived.includes(outcome));
  return outcomes.length > 1 && outcomes.some((outcome) => outcome !== "trying");
};

export function traceOf(message: Message): Trace {
  const saved = savedOf(message);
  return {
    messageId: message.messageId,
    status: statusOf(message),
    category: message.category ?? usualCategory,
    ...(message.test ? { test: true } : {}),
    createdAt: message.createdAt,
    ...(message.finishedAt ? { finishedAt: message.finishedAt } : {}),
    ...(message.reason ? { reason: message.reason } : {}),
    ...(message.sendAt ? { sendAt: message.sendAt } : {}),
    ...(message.expiresOn ? { expiresOn: message.expiresOn } : {}),
    ...(message.redactedAt ? { redactedAt: message.redactedAt } : {}),
    ...quietHoursOf(message),
    ...(message.reference ? { reference: message.reference } : {}),
    ...(message.resendOf ? { resendOf: message.resendOf } : {}),
    metadata: message.metadata ?? {},
    ...(isPossibleDuplicate(message) ? { possibleDuplicate: true } : {}),
    cost: { usd: totalOf(message) },
    ...(saved ? { saved } : {}),
    channels: message.rules.map((channel) => traceChannel(message, channel)),
  };
}

function quietHoursOf({ quietHours }: Message): Pick<Trace, "quietHours"> {
  if (quietHours === undefined) return {};
  const { asked, zones } = quietHours;
  return { quietHours: { ...(asked && { asked }), ...(zones && { timeZones: zones }) } };
}

function traceChannel(message: Message, channel: string): ChannelTrace {
  const attempt = message.attempts[channel];
  const skip = message.skipped[channel] ?? attempt?.skipped;
  if (skip !== undefined) return { channel, outcome: "skipped", ...skip };
  const hop = message.route.find((one) => one.channel === channel);
  const outcome = outcomeOf(attempt, hop?.until, message.finishedAt !== undefined);
  const planned = {
    ...(hop?.carries === undefined ? {} : { carries: hop.carries }),
    ...(hop?.despiteOptOut === undefined ? {} : { despiteOptOut: hop.despiteOptOut }),
  };
  if (attempt === undefined || (outcome === "notTried" && !attempt.waited))
    return { channel, outcome, ...planned };
  const providerMessageId = attempt.providerMessageIds?.[0];
  const cost = hop && costOfAttempt(hop, attempt);
  return {
    channel,
    outcome,
    ...planned,
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
    ...(attempt.provider === undefined ? {} : { provider: attempt.provider }),
    ...(attempt.refusals ? { refusals: attempt.refusals } : {}),
    ...(attempt.error ? { error: attempt.error } : {}),
    ...(attempt.lateAt ? { late: true } : {}),
    ...(cost ? { cost } : {}),
    events: eventsOf(attempt, outcome),
  };
}

function eventsOf(attempt: Attempt, outcome: Outcome): TraceEvent[] {
  const { claimedAt, unknownAt, deliveredAt, readAt, failedAt, endedAt, deliveredTo, resumedAt } = attempt;
  // A receipt may arrive before the provider's answer.
  const sentAt = attempt.sentAt && earliest(attempt.sentAt, deliveredAt, readAt, failedAt);
  // The route moved on, and no failure was reported before that.
  const hasTimedOut = endedAt !== undefined && claimedAt !== undefined && !(failedAt && failedAt <= endedAt);
  const { waited } = attempt;
  const events: [TraceEvent["status"], string | undefined][] = [
    ["waiting", waited?.since],
    ["claimed", claimedAt],
    ["unknown", unknownAt],
    ["sent", sentAt],
    ["delivered", deliveredAt],
    ["read", readAt],
    ["failed", failedAt ?? (outcome === "failed" ? endedAt : undefined)],
    ["timedOut", hasTimedOut ? endedAt : undefined],
    ["resumed", resumedAt],
  ];
  return events
    .flatMap(([status, at]) => {
      if (at === undefined) return [];
      const { since: _, ...wait } = (status === "waiting" && waited) || {};
      return [{ status, at, ...wait, ...(status === "delivered" && deliveredTo ? { deliveredTo } : {}) }];
    })
    .sort((a, b) => a.at.localeCompare(b.at));
}

const earliest = (...times: (string | undefined)[]): string | undefined =>
  times.filter((time) => time !== undefined).sort()[0];
