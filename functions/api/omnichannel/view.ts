/** A message as the Omnichannel API shows it: the request's echo, with what became of it. Pure. */
import type { Message } from "../../domain/message/message.ts";
import { type ChannelTrace, type MessageStatus, traceOf } from "../../domain/outcome/trace.ts";
import type { OmnichannelRecord } from "./records.ts";

export const omnichannelStatuses = [
  "processing",
  "retrying",
  "sent",
  "delivered",
  "read",
  "expired",
  "failed",
  "filtered",
] as const;
export type OmnichannelStatus = (typeof omnichannelStatuses)[number];

/** It knows no cancellation: the customer did not get the message. */
export const statusAs: Record<MessageStatus, OmnichannelStatus> = {
  scheduled: "processing",
  processing: "processing",
  sent: "sent",
  delivered: "delivered",
  read: "read",
  failed: "failed",
  expired: "expired",
  cancelled: "failed",
  resolved: "failed",
};

/** `message`: ours, which there is not where no channel was left; `record`: there is none where it was sent by our own API. */
export function viewOf(
  messageId: string,
  message: Message | undefined,
  record: OmnichannelRecord | undefined,
): Record<string, unknown> {
  const trace = message && traceOf(message);
  const channel = trace && channelOf(trace.channels);
  const status = trace === undefined ? "failed" : statusAs[trace.status];
  const details = status === "failed" ? reasonOf(trace?.channels ?? [], record) : undefined;
  const createdAt = message?.createdAt ?? record?.createdAt;
  return {
    ...(record === undefined ? message && echoOf(message) : (record.request ?? { rules: record.rules })),
    messageId,
    sentOn: createdAt,
    status,
    // Both names: https://github.com/comapi/ddg-cpaas-quickstarts reads the second.
    statusDetails: { ...(channel ? { channelId: channel, channel } : {}), ...(details ? { details } : {}) },
    ...(record && record.warnings.length > 0 ? { warnings: record.warnings } : {}),
    _createdOn: createdAt,
    ...(record ? { _createdBy: record.createdBy } : {}),
    _updatedOn: lastChange(message, trace?.channels ?? []) ?? record?.updatedAt ?? createdAt,
    ...(record ? { _updatedBy: record.createdBy } : {}),
  };
}

/** Of a message that our own API accepted. */
function echoOf({ addresses, profileId, rules, title, body, customBody, metadata, expiresOn }: Message) {
  const texts = Object.entries(addresses).filter(([, value]) => typeof value === "string");
  return {
    rules,
    to: { ...(profileId ? { profileId } : {}), ...Object.fromEntries(texts) },
    ...(title ? { title } : {}),
    ...(body ? { body } : {}),
    ...(customBody ? { customBody } : {}),
    ...(metadata ? { metadata } : {}),
    ...(expiresOn ? { expiresOn } : {}),
  };
}

/** Where it was reached, or was last tried, or will be tried first. */
export function channelOf(channels: readonly ChannelTrace[]): string | undefined {
  const reached =
    channels.find(({ outcome }) => outcome === "read") ??
    channels.find(({ outcome }) => outcome === "delivered");
  const tried = channels.findLast(({ events = [] }) => events.some(({ status }) => status === "claimed"));
  return (reached ?? tried ?? channels.find(({ outcome }) => outcome !== "skipped"))?.channel;
}

function reasonOf(channels: readonly ChannelTrace[], record: OmnichannelRecord | undefined): string {
  const skipped = (record?.skipped ?? []).map(({ channel, reason }) => `${channel}: ${reason}`);
  const left = channels.flatMap(({ channel, reason, error }) => {
    const why = reason ?? error?.message;
    return why === undefined ? [] : [`${channel}: ${why}`];
  });
  return [...(record?.failed ? [record.failed] : []), ...skipped, ...left].join("; ") || "no channel took it";
}

function lastChange(message: Message | undefined, channels: readonly ChannelTrace[]): string | undefined {
  const times = channels.flatMap(({ events = [] }) => events.map(({ at }) => at));
  return [...times, ...(message?.finishedAt ? [message.finishedAt] : [])].sort().at(-1);
}
