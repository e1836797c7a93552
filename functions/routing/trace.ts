/** The status of a message and its delivery trace, derived from the stored item. Pure. */
import type { Attempt, AttemptError, Message } from "./message.ts";

export type MessageStatus = "processing" | "sent" | "delivered" | "read" | "failed" | "expired" | "cancelled";
export type Outcome =
  | "skipped"
  | "notTried"
  | "trying"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "timedOut"
  | "unknown";

export interface TraceEvent {
  status: "claimed" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "unknown";
  at: string;
}

export interface ChannelTrace {
  channel: string;
  outcome: Outcome;
  reason?: string;
  providerMessageId?: string;
  error?: AttemptError;
  events?: TraceEvent[];
}

export interface Trace {
  messageId: string;
  status: MessageStatus;
  createdAt: string;
  finishedAt?: string;
  expiresOn?: string;
  metadata: Record<string, unknown>;
  channels: ChannelTrace[];
}

/** What became of one channel's attempt; `until` is the status that its rule asks for. */
export function outcomeOf(attempt: Attempt | undefined, until: string | undefined): Outcome {
  if (attempt === undefined || Object.keys(attempt).length === 0) return "notTried";
  if (attempt.readAt) return "read";
  if (attempt.deliveredAt) return "delivered";
  if (attempt.failedAt) return "failed";
  if (attempt.sentAt) return attempt.endedAt && until !== "sent" ? "timedOut" : "sent";
  if (attempt.unknownAt) return "unknown";
  if (attempt.claimedAt) return attempt.endedAt ? "unknown" : "trying";
  // The claim was released, or the function never ran: nothing went out.
  return attempt.endedAt ? "failed" : "trying";
}

/** The furthest that the message got; a receipt beats whatever the route made of the message. */
export function statusOf(message: Message): MessageStatus {
  const outcomes = message.route.map(({ channel, until }) => outcomeOf(message.attempts[channel], until));
  if (outcomes.includes("read")) return "read";
  if (outcomes.includes("delivered")) return "delivered";
  switch (message.outcome) {
    case "reached":
      return "sent";
    case "undeliverable":
      return "failed";
    case "expired":
    case "cancelled":
      return message.outcome;
    default:
      return outcomes.includes("sent") ? "sent" : "processing";
  }
}

export function traceOf(message: Message): Trace {
  return {
    messageId: message.messageId,
    status: statusOf(message),
    createdAt: message.createdAt,
    ...(message.finishedAt ? { finishedAt: message.finishedAt } : {}),
    ...(message.expiresOn ? { expiresOn: message.expiresOn } : {}),
    metadata: message.metadata ?? {},
    channels: message.rules.map((channel) => traceChannel(message, channel)),
  };
}

function traceChannel(message: Message, channel: string): ChannelTrace {
  const reason = message.skipped[channel];
  if (reason !== undefined) return { channel, outcome: "skipped", reason };
  const attempt = message.attempts[channel];
  const outcome = outcomeOf(attempt, message.route.find((hop) => hop.channel === channel)?.until);
  if (attempt === undefined || outcome === "notTried") return { channel, outcome };
  const providerMessageId = attempt.providerMessageIds?.[0];
  return {
    channel,
    outcome,
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
    ...(attempt.error ? { error: attempt.error } : {}),
    events: eventsOf(attempt, outcome),
  };
}

function eventsOf(attempt: Attempt, outcome: Outcome): TraceEvent[] {
  const movedOnWithoutSign =
    attempt.failedAt === undefined && (outcome === "timedOut" || outcome === "unknown");
  const events: [TraceEvent["status"], string | undefined][] = [
    ["claimed", attempt.claimedAt],
    ["unknown", attempt.unknownAt],
    ["sent", attempt.sentAt],
    ["delivered", attempt.deliveredAt],
    ["read", attempt.readAt],
    ["failed", attempt.failedAt ?? (outcome === "failed" ? attempt.endedAt : undefined)],
    ["timedOut", movedOnWithoutSign ? attempt.endedAt : undefined],
  ];
  return events
    .flatMap(([status, at]) => (at === undefined ? [] : [{ status, at }]))
    .sort((a, b) => a.at.localeCompare(b.at));
}
