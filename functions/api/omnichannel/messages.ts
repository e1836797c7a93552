/** What becomes of a message in the Omnichannel API: its status, redaction, deletion, statuses and answers from outside, history. */
import { randomUUID } from "node:crypto";
import pMap from "p-map";
import * as v from "valibot";
import type { ReceiptsQueue } from "../../aws/receipts-queue.ts";
import { profileId as profileIdSchema } from "../../domain/customer/profile.ts";
import type { Message } from "../../domain/message/message.ts";
import type { Receipt } from "../../domain/message/queued-receipt.ts";
import { traceOf } from "../../domain/outcome/trace.ts";
import { type HttpEvent, type HttpResult, json, readJson } from "../../http/handler.ts";
import { notValid, Problem } from "../../http/problem.ts";
import { validate } from "../../http/validate.ts";
import { timestamp } from "../../ingest/timestamp.ts";
import type { MessageLists } from "../../storage/message-lists.ts";
import type { MessagesTable } from "../../storage/messages-table.ts";
import { ttlAfter } from "../../storage/ttl.ts";
import { createRedactMessage } from "../redact-message.ts";
import { isSmall, type PublishOwn } from "./events.ts";
import type { HistoryEntry, OmnichannelRecord, Records } from "./records.ts";
import { messagePart } from "./request.ts";
import { channelOf, statusAs, viewOf } from "./view.ts";

export interface MessagesDependencies {
  messages: Pick<MessagesTable, "get" | "redact">;
  lists: Pick<MessageLists, "read" | "remove">;
  records: Records;
  receipts: Pick<ReceiptsQueue, "enqueue">;
  publish: PublishOwn;
  retentionDays: number;
  now: () => Date;
}

const anyObject = v.record(v.string(), v.unknown());
export const redaction = v.looseObject({ redact: v.literal(true) });
export const postedStatus = v.looseObject({
  channel: v.string(),
  channelStatus: v.optional(v.unknown()),
  timestamp: v.nullish(timestamp),
  failureReason: v.optional(v.unknown()),
});
export const postedInbound = v.looseObject({
  channel: v.string(),
  from: v.union([v.string(), anyObject]),
  to: v.nullish(v.union([v.string(), anyObject])),
  title: v.nullish(v.string()),
  body: v.nullish(v.string()),
  conversationId: v.nullish(v.string()),
  metadata: v.nullish(anyObject),
  channelData: v.optional(v.unknown()),
  messageParts: v.nullish(v.array(messagePart)),
  correlation: v.nullish(v.looseObject({ messageId: v.string() })),
});
export const postedInboundStatus = v.looseObject({ timestamp });

/** What a posted status is, as a receipt: one that is not sent in time has failed. */
const receiptAs = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  failed: "failed",
  expired: "failed",
  filtered: "failed",
} as const satisfies Record<string, Receipt["status"]>;

const historyQuery = v.looseObject({
  channelId: v.optional(v.string()),
  direction: v.optional(v.picklist(["inbound", "outbound"])),
  from: v.optional(timestamp),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.digits("must be a whole number"),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(500),
    ),
    "50",
  ),
});

const noMessage = () => new Problem(404, "no message has this id");
const longestId = 100;
/** Reads at once. */
const concurrency = 50;

export function createMessages(dependencies: MessagesDependencies) {
  const { messages, lists, records, receipts, publish, retentionDays, now } = dependencies;
  const redactOurs = createRedactMessage(dependencies);

  /** The client's own, of which at least one is there. Throws a Problem (404). */
  async function own(event: HttpEvent) {
    const { client } = event.requestContext.authorizer.lambda;
    const { messageId = "" } = event.pathParameters ?? {};
    if (messageId.length > longestId) throw noMessage();
    const [found, record] = await Promise.all([messages.get(messageId), records.get(client, messageId)]);
    const message = found?.client === client ? found : undefined;
    if ((message === undefined && record === undefined) || record?.deletedAt) throw noMessage();
    return { client, messageId, message, record };
  }

  /** Without what is personal. */
  const emptied = ({ request: _, ...record }: OmnichannelRecord, more: Partial<OmnichannelRecord>) => ({
    ...record,
    ...more,
    updatedAt: now().toISOString(),
  });

  async function history(client: string, profileId: string, before: string, limit: number) {
    const pages = await lists.read({ of: "profile", client, value: profileId }, client, {
      from: "0",
      before,
      limit,
    });
    const ids = pages.flatMap(({ rows }) =>
      rows.flatMap(({ messageId, answeredBy }) => (answeredBy === undefined ? [messageId] : [])),
    );
    const entries = await pMap(
      new Set(ids),
      async (messageId): Promise<HistoryEntry[]> => {
        const [message, record] = await Promise.all([
          messages.get(messageId),
          records.get(client, messageId),
        ]);
        const isShown = message?.client === client && message.profileId === profileId && !record?.deletedAt;
        return isShown ? [outbound(message, profileId, record)] : [];
      },
      { concurrency },
    );
    const kept = await records.history(client, profileId, before, limit);
    const shown = await pMap(
      kept,
      async (entry) => {
        if (entry.direction === "inbound") return [entry];
        const record = await records.get(client, entry.messageId);
        if (record === undefined || record.deletedAt) return [];
        return [record.redactedAt ? { ...entry, message: {} } : entry];
      },
      { concurrency },
    );
    return [...entries, ...shown].flat().sort((a, b) => (a.submittedOn < b.submittedOn ? 1 : -1));
  }

  return {
    async get(event: HttpEvent): Promise<HttpResult> {
      const { messageId, message, record } = await own(event);
      return json(200, viewOf(messageId, message, record));
    },

    async redact(event: HttpEvent): Promise<HttpResult> {
      validate(redaction, readJson(event));
      const { client, messageId, message, record } = await own(event);
      if (message !== undefined) await redactOurs(event);
      if (record !== undefined)
        await records.put(client, messageId, emptied(record, { redactedAt: now().toISOString() }));
      return { statusCode: 202 };
    },

    /** It does not stop what is under way: that is redacted when it ends (events.ts). */
    async remove(event: HttpEvent): Promise<HttpResult> {
      const { client, messageId, message, record } = await own(event);
      if (message?.finishedAt !== undefined) await redactOurs(event);
      const at = now().toISOString();
      const kept: OmnichannelRecord = record ?? {
        rules: message?.rules ?? [],
        warnings: [],
        skipped: [],
        createdAt: message?.createdAt ?? at,
        createdBy: event.requestContext.authorizer.lambda.keyId,
        updatedAt: at,
        ttl: message?.ttl ?? ttlAfter(retentionDays, now()),
      };
      await records.put(client, messageId, emptied(kept, { deletedAt: at }));
      return { statusCode: 204 };
    },

    async postStatus(event: HttpEvent): Promise<HttpResult> {
      const { status } = validate(
        v.object({ status: v.picklist(Object.keys(receiptAs) as (keyof typeof receiptAs)[]) }),
        {
          status: event.pathParameters?.status,
        },
      );
      const { channel, timestamp: at, failureReason } = validate(postedStatus, readJson(event));
      const { messageId, message } = await own(event);
      if (message === undefined || message.attempts[channel]?.claimedAt === undefined)
        throw notValid({
          path: "channel",
          code: "invalid",
          message: "must be a channel by which the message was sent",
        });
      const given =
        typeof failureReason === "string" ? failureReason : JSON.stringify(failureReason ?? undefined);
      const reason = given ?? (status === "failed" ? "reported as failed" : `reported as ${status}`);
      await receipts.enqueue([
        {
          names: "messageId",
          messageId,
          channel,
          status: receiptAs[status],
          at: new Date(at ?? now()).toISOString(),
          ...(receiptAs[status] === "failed"
            ? { error: { name: "Rejected", message: reason.slice(0, 500) } }
            : {}),
        },
      ]);
      return { statusCode: 200 };
    },

    async postInbound(event: HttpEvent): Promise<HttpResult> {
      const { client } = event.requestContext.authorizer.lambda;
      const inbound = validate(postedInbound, readJson(event));
      if (!isSmall(inbound))
        throw notValid({ path: "", code: "too_large", message: "must have at most 100,000 bytes" });
      const answered = inbound.correlation && (await messages.get(inbound.correlation.messageId));
      const { profileId: named } = typeof inbound.from === "object" ? inbound.from : {};
      const profileId =
        typeof named === "string" ? named : answered?.client === client ? answered.profileId : undefined;
      const [messageId, at] = [randomUUID(), now().toISOString()];
      if (profileId !== undefined) {
        const { title, body, channelData, channel: channelId } = inbound;
        const message = {
          ...(title ? { title } : {}),
          ...(body ? { body } : {}),
          ...(channelData ? { channelData } : {}),
        };
        await records.addToHistory(
          client,
          { messageId, submittedOn: at, profileId, channelId, direction: "inbound", status: "sent", message },
          ttlAfter(retentionDays, now()),
        );
      }
      const payload = {
        ...inbound,
        id: messageId,
        messageId,
        receivedOn: at,
        ...(profileId ? { profileId } : {}),
      };
      await publish(client, { name: "message.inbound", id: `inbound/${messageId}`, at, payload });
      return json(201, payload);
    },

    async postInboundStatus(event: HttpEvent): Promise<HttpResult> {
      const { client } = event.requestContext.authorizer.lambda;
      const { inboundId = "", status } = validate(
        v.object({ inboundId: v.string(), status: v.picklist(["delivered", "read"]) }),
        event.pathParameters,
      );
      validate(postedInboundStatus, readJson(event));
      const entry = await records.inbound(client, inboundId);
      if (entry === undefined) throw noMessage();
      const ttl = ttlAfter(retentionDays, now());
      await records.addToHistory(client, { ...entry, status }, ttl);
      return { statusCode: 200 };
    },

    async ofProfile(event: HttpEvent): Promise<HttpResult> {
      const { client } = event.requestContext.authorizer.lambda;
      const { profileId } = validate(v.object({ profileId: profileIdSchema }), event.pathParameters);
      const { channelId, direction, from, limit } = validate(historyQuery, event.queryStringParameters ?? {});
      // Positions begin with a time, and ":" sorts after every time.
      const before = from === undefined ? ":" : `${new Date(from).toISOString()}~`;
      const entries = await history(client, profileId, before, limit);
      return json(
        200,
        entries
          .filter((entry) => channelId === undefined || entry.channelId === channelId)
          .filter((entry) => direction === undefined || entry.direction === direction)
          .slice(0, limit),
      );
    },

    /** Removes all that is kept of a customer's messages: what is under way is redacted when it ends. */
    async forgetProfile(event: HttpEvent, profileId: string): Promise<void> {
      const { client } = event.requestContext.authorizer.lambda;
      for (const { messageId, direction } of await history(client, profileId, ":", 500)) {
        if (direction === "inbound") continue;
        const ofMessage = { ...event, pathParameters: { messageId } };
        await this.remove(ofMessage).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error;
        });
      }
      await records.forgetHistory(client, profileId);
    },
  };
}
export type OmnichannelMessages = ReturnType<typeof createMessages>;

function outbound(message: Message, profileId: string, record: OmnichannelRecord | undefined): HistoryEntry {
  const { channels, status } = traceOf(message);
  const channelId = channelOf(channels);
  const { title, body } = record?.request ?? message;
  return {
    messageId: message.messageId,
    submittedOn: message.createdAt,
    profileId,
    ...(channelId ? { channelId } : {}),
    direction: "outbound",
    status: statusAs[status],
    message: {
      ...(typeof title === "string" ? { title } : {}),
      ...(typeof body === "string" ? { body } : {}),
    },
  };
}
