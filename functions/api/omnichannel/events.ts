/**
 * Events for webhooks that were made by calls of the Omnichannel API, in its envelope. Those of messages come from the topic
 * `message-events`; those of this layer's own from its calls. Each becomes a delivery for each webhook that asks for it.
 */
import * as v from "valibot";
import type { MessageEvent } from "../../domain/events/message-events.ts";
import { hashOf } from "../../domain/hash-of.ts";
import { traceOf } from "../../domain/outcome/trace.ts";
import type { ConsentEvent, InboundEvent } from "../../receipts/inbound-event.ts";
import { ttlAfter } from "../../storage/ttl.ts";
import { type RedactDependencies, redact } from "../redact-message.ts";
import { type Delivery, fullAt } from "./deliveries.ts";
import type { Records } from "./records.ts";
import type { OmnichannelMessage } from "./request.ts";
import type { StoredWebhook } from "./settings-table.ts";
import { statusAs } from "./view.ts";
import type { EventName } from "./webhooks.ts";

/** An event of this layer's own, as it is on its queue. */
export const ownEvent = v.object({
  client: v.string(),
  name: v.string(),
  id: v.string(),
  at: v.string(),
  sequence: v.exactOptional(v.number()),
  payload: v.record(v.string(), v.unknown()),
});
export type OwnEvent = v.InferOutput<typeof ownEvent>;
/** Resolves when it is on the queue. */
export type PublishOwn = (client: string, event: Omit<OwnEvent, "client">) => Promise<void>;

export interface EventsDependencies extends RedactDependencies {
  records: Records;
  retentionDays: number;
}

/** Of the topic. */
export type PublishedEvent = MessageEvent | InboundEvent | ConsentEvent;

/** By our names; the others tell nothing that is known there. */
const nameAs: Partial<Record<PublishedEvent["type"], EventName>> = {
  "message.sent": "message.sent",
  "message.delivered": "message.delivered",
  "message.read": "message.read",
  "message.failed": "message.failed",
  "message.expired": "message.expired",
  "message.cancelled": "message.failed",
  "message.resolved": "message.failed",
  "message.inbound": "message.inbound",
};

/** The deliveries of one event of the topic. */
export async function deliveriesOf(
  event: PublishedEvent,
  webhooksOf: (client: string) => Promise<StoredWebhook[]>,
  dependencies: EventsDependencies,
): Promise<Delivery[]> {
  const name = nameAs[event.type];
  if (name === undefined || event.type === "consent.changed") return [];
  const { client, messageId } = event.data;
  const [record, message] = await Promise.all([
    dependencies.records.get(client, messageId),
    dependencies.messages.get(messageId),
  ]);
  if (record?.deletedAt !== undefined) {
    // It was deleted while it was under way.
    const isOver = message?.finishedAt !== undefined && message.redactedAt === undefined;
    if (isOver && message.client === client) await redact(message, dependencies);
    return [];
  }
  const own: OwnEvent = {
    client,
    name,
    id: event.id,
    at: event.time,
    ...(event.type === "message.inbound" ? {} : { sequence: event.data.sequence }),
    payload:
      event.type === "message.inbound"
        ? inboundPayload(event)
        : messagePayload(event, message && traceOf(message), message?.addresses, record?.request),
  };
  if (event.type === "message.inbound") await keepInbound(own, dependencies);
  return deliveriesOfOwn(own, await webhooksOf(client), dependencies.now());
}

export function deliveriesOfOwn(event: OwnEvent, webhooks: readonly StoredWebhook[], now: Date): Delivery[] {
  const envelope = envelopeOf(event);
  return webhooks
    .filter((webhook) => asksFor(webhook, event))
    .map((webhook) => {
      const dueAt = fullAt(webhook, now);
      const of = { client: event.client, webhookId: webhook.id };
      return { ...of, envelope, tries: 0, ...(dueAt === undefined ? {} : { dueAt }) };
    });
}

/** Without subscriptions: for all events. Of several filters each must fit. */
function asksFor({ subscriptions }: StoredWebhook, { name, payload }: OwnEvent): boolean {
  if (subscriptions === undefined || subscriptions.length === 0) return true;
  return subscriptions.some(
    ({ type, filters = [] }) =>
      (type === name || type === "*") &&
      filters.every((filter) => String(valueAt(payload, filter.name)) === filter.value),
  );
}

/** A filter is called as a field of the payload, of its details, or by its path. */
function valueAt(payload: Record<string, unknown>, name: string): unknown {
  const at = (from: unknown, path: string): unknown =>
    path
      .split(".")
      .reduce<unknown>(
        (value, one) =>
          typeof value === "object" && value !== null && Object.hasOwn(value, one)
            ? (value as Record<string, unknown>)[one]
            : undefined,
        from,
      );
  return at(payload, name) ?? at(payload.details, name) ?? at({ payload }, name);
}

const envelopeOf = ({ client, name, id, at, sequence = 1, payload }: OwnEvent) => ({
  eventId: asUuid(id),
  accountId: client,
  apiSpaceId: client,
  name,
  payload,
  revision: sequence,
  etag: hashOf([JSON.stringify(payload)]).slice(0, 27),
  timestamp: at,
});

/** The same for the same event. */
function asUuid(id: string): string {
  const hex = Buffer.from(hashOf([id]), "base64url")
    .toString("hex")
    .padEnd(32, "0");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

function messagePayload(
  { data, time }: MessageEvent,
  trace: ReturnType<typeof traceOf> | undefined,
  addresses: Record<string, unknown> | undefined,
  request: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const channel = data.channel ?? trace?.channels.findLast(({ outcome }) => outcome !== "skipped")?.channel;
  const entry = trace?.channels.find((one) => one.channel === channel);
  const status = statusAs[data.status];
  const to = addresses?.phoneNumber ?? addresses?.fbMessengerId;
  const reasons = Object.entries(data.errors ?? {}).map(([name, { message }]) => `${name}: ${message}`);
  const { omnichannel: _, ...ownMetadata } = data.metadata;
  return {
    id: data.messageId,
    messageId: data.messageId,
    status,
    updatedOn: time,
    ...(typeof request?.conversationId === "string" ? { conversationId: request.conversationId } : {}),
    ...(request?.to ? { to: request.to } : {}),
    metadata: isSmall(request?.metadata) ? (request?.metadata ?? ownMetadata) : ownMetadata,
    details: {
      ...(channel ? { channel, channelId: channel } : {}),
      additionalInfo: {
        ...(typeof to === "string" ? { to: to.replace(/^\+/, "") } : {}),
        successful: status !== "failed" && status !== "expired",
        ...(entry?.providerMessageId ? { providerMessageId: entry.providerMessageId } : {}),
      },
      ...(channel
        ? {
            channelStatus: {
              [channel]: {
                status,
                details: {
                  channel,
                  updatedOn: time,
                  ...(reasons.length > 0 ? { reason: reasons.join("; ") } : {}),
                },
              },
            },
          }
        : {}),
    },
    ...(reasons.length > 0 ? { failureReason: reasons.join("; ") } : {}),
  };
}

/** SQS takes 256 KiB with all that is around it. */
export const isSmall = (value: unknown): boolean =>
  value === undefined || Buffer.byteLength(JSON.stringify(value)) <= 100_000;

/** Of a message that no channel took when it came in. */
export const failedPayload = (
  messageId: string,
  { to, metadata, conversationId }: OmnichannelMessage,
  at: string,
  reason: string,
): Record<string, unknown> => ({
  id: messageId,
  messageId,
  status: "failed",
  updatedOn: at,
  ...(conversationId ? { conversationId } : {}),
  to,
  metadata: isSmall(metadata) ? (metadata ?? {}) : {},
  details: { additionalInfo: { successful: false } },
  failureReason: reason,
});

function inboundPayload({ id, time, data }: InboundEvent): Record<string, unknown> {
  const { channel, messageId, content, profileId, metadata } = data;
  const { omnichannel: _, ...ownMetadata } = metadata;
  return {
    id: asUuid(id),
    messageId: asUuid(id),
    channel,
    ...(profileId ? { profileId, from: { profileId } } : { from: {} }),
    ...(content.text === undefined ? {} : { body: content.text }),
    messageParts: content.text === undefined ? [] : [{ type: "text/plain", data: content.text }],
    channelData: content,
    metadata: ownMetadata,
    correlation: { messageId },
    receivedOn: time,
    details: { channel },
  };
}

/** What the customer wrote, for the history of their profile. */
async function keepInbound(
  { client, at, payload }: OwnEvent,
  { records, retentionDays, now }: EventsDependencies,
): Promise<void> {
  const { profileId, messageId, channel, body, channelData } = payload;
  if (typeof profileId !== "string") return;
  await records.addToHistory(
    client,
    {
      messageId: String(messageId),
      submittedOn: at,
      profileId,
      channelId: String(channel),
      direction: "inbound",
      status: "sent",
      message: { ...(body === undefined ? {} : { body }), channelData },
    },
    ttlAfter(retentionDays, now()),
  );
}
