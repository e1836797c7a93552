/** What the console shows of a message: trace, content by channel, windows, executions, events. Pure. */
import * as v from "valibot";
import { channelById } from "../../../../functions/channels/registry.ts";
import type { ShownMessage } from "../../../../functions/domain/reporting/shown-message.ts";
import { type MessageRecord, type PublishedEvent, trace as traceSchema } from "../contract.ts";
import { whoOf } from "./row.ts";

export function recordOf(message: ShownMessage, publishedEvents: readonly PublishedEvent[]): MessageRecord {
  const { trace, title, texts, hops, addresses, executions } = message;
  return {
    trace: v.parse(traceSchema, trace),
    who: whoOf(message),
    title,
    channels: trace.channels.map(({ channel }) => ({
      ...hops.find((hop) => hop.channel === channel),
      channel,
      address: addresses[channelById.get(channel)?.address ?? ""],
      text: texts[channel],
    })),
    executions,
    // The events still contain what the redaction removed.
    events: trace.redactedAt === undefined ? [...publishedEvents] : [],
  };
}
