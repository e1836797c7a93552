/** What the console shows of a message beyond its trace: what goes out where, its windows, its executions, what was told. Pure. */
import { channelById } from "../../../../functions/channels/registry.ts";
import type { ShownMessage } from "../../../../functions/domain/reporting/shown-message.ts";
import type { MessageRecord, Told } from "../contract.ts";
import { whoOf } from "./row.ts";

export function recordOf(message: ShownMessage, told: readonly Told[]): MessageRecord {
  const { messageId, title, texts, channels, hops, addresses, executions, isRedacted } = message;
  return {
    messageId,
    who: whoOf(message),
    title,
    channels: channels.map(({ channel }) => ({
      ...hops.find((hop) => hop.channel === channel),
      channel,
      address: addresses[channelById.get(channel)?.address ?? ""],
      text: texts[channel],
    })),
    executions,
    // The events hold what the redaction removed.
    told: isRedacted ? [] : [...told],
  };
}
