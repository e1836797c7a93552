/**
 * The events that report changes of messages: CloudEvents 1.0, one per change of status, without body or address. Pure.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
import { type Category, statuses } from "../channel.ts";
import type { AttemptError, Message } from "../message/message.ts";
import type { ChangedMessage, MessageChange } from "../outcome/changes.ts";
import { type MessageStatus, statusOf } from "../outcome/trace.ts";
import { usualCategory } from "../route/category.ts";
import type { EventType } from "./event-types.ts";

/** What all events have in common, also those of customers' answers (functions/receipts/inbound-event.ts). */
export interface CloudEvent {
  specversion: "1.0";
  /** The same each time the event is delivered. */
  id: string;
  source: "fallback-routing";
  type: EventType;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  data: { messageId: string; client: string; status?: string; channel?: string; sequence?: number };
}

/** All but the data. */
export const envelopeOf = <Type extends EventType>({
  id,
  type,
  subject,
  time,
}: Pick<CloudEvent, "id" | "subject" | "time"> & { type: Type }) =>
  ({
    specversion: "1.0",
    id,
    source: "fallback-routing",
    type,
    subject,
    time,
    datacontenttype: "application/json",
  }) as const;

type OfMessages = Exclude<EventType, "message.inbound" | "consent.changed">;

/** The id is `<messageId>/<sequence>`. */
export interface MessageEvent extends CloudEvent {
  type: OfMessages;
  data: {
    messageId: string;
    client: string;
    /** The message's status after this change. */
    status: MessageStatus;
    category: Category;
    /** Of a test key. */
    test?: true;
    /** Later changes of a message have larger numbers; not every change is an event, so numbers may be missing. */
    sequence: number;
    /** For `sent`, `delivered` and `read`. */
    channel?: string;
    /** The receipt came after the route had moved on from the channel. */
    late?: true;
    /** For `resolved`: as the sender gave it. */
    reason?: string;
    /** For `failed`, `expired`, `cancelled` and `resolved`: why each channel failed. */
    errors?: Record<string, AttemptError>;
    /** As the sender gave them. */
    reference?: string;
    metadata: Record<string, unknown>;
  };
}

export function eventsOf({ before, after, changes }: ChangedMessage): MessageEvent[] {
  return changes.flatMap((change) => {
    const type = typeOf(change, before, after);
    return type === undefined ? [] : [eventOf(type, change, after)];
  });
}

function typeOf(
  { type, channel = "" }: MessageChange,
  before: Message | undefined,
  after: Message,
): OfMessages | undefined {
  switch (type) {
    case "sent":
    case "delivered":
    case "read":
      return isOvertaken(type, channel, before) ? undefined : `message.${type}`;
    case "finished":
      // If the customer was reached, the channel's own event says so.
      if (after.outcome === undefined || after.outcome === "reached") return undefined;
      return after.outcome === "undeliverable" ? "message.failed" : `message.${after.outcome}`;
    default:
      return undefined;
  }
}

/** Statuses only move forward: a receipt that comes after one of a later status makes no event. */
function isOvertaken(type: (typeof statuses)[number], channel: string, before: Message | undefined): boolean {
  const attempt = before?.attempts[channel] ?? {};
  return statuses.slice(statuses.indexOf(type) + 1).some((later) => attempt[`${later}At`] !== undefined);
}

function eventOf(type: OfMessages, { sequence, channel, at }: MessageChange, after: Message): MessageEvent {
  const { messageId, client, category = usualCategory, reference, reason, metadata = {}, attempts } = after;
  const errors = Object.entries(attempts).flatMap(([name, { error }]) =>
    error ? [[name, error] as const] : [],
  );
  return {
    ...envelopeOf({ id: `${messageId}/${sequence}`, type, subject: messageId, time: at }),
    data: {
      messageId,
      client,
      status: statusOf(after),
      category,
      ...(after.test ? { test: true } : {}),
      sequence,
      ...(channel === undefined ? { errors: Object.fromEntries(errors) } : { channel }),
      ...(channel !== undefined && attempts[channel]?.lateAt !== undefined ? { late: true } : {}),
      ...(type === "message.resolved" && reason !== undefined ? { reason } : {}),
      ...(reference === undefined ? {} : { reference }),
      metadata,
    },
  };
}
