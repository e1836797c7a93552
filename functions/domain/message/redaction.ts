/**
 * What is personal in a stored message, and goes when it is redacted: what was sent, to whom, and the sender's metadata, which
 * may hold anything. What the providers said goes as text (it may quote the customer); names, codes and times stay, and so do
 * the ids by which receipts find the message, and the hash by which a repetition does. Pure; used by messages-table.ts.
 */
import type { Message } from "./message.ts";

export const personalFields = [
  "title",
  "body",
  "customBody",
  "channelOptions",
  "metadata",
  "profileId",
] as const;
export const redactedText = "redacted";

export interface Redaction {
  /** The channels whose error has a text. */
  errorsOf: string[];
  /** The channels whose provider's ids hold the address. */
  idsOf: string[];
}

/** A WhatsApp message id is Base64 that has the phone number in it; its receipts bring our own messageId back. */
const holdsAddress = (providerMessageId: string) => providerMessageId.startsWith("wamid.");

export function redactionOf({ attempts }: Pick<Message, "attempts">): Redaction {
  const entries = Object.entries(attempts);
  const channelsOf = (chosen: typeof entries) => chosen.map(([channel]) => channel);
  return {
    errorsOf: channelsOf(entries.filter(([, { error }]) => error && error.message !== redactedText)),
    idsOf: channelsOf(
      entries.filter(([, { providerMessageIds = [], refusedTextId = "" }]) =>
        [...providerMessageIds, refusedTextId].some(holdsAddress),
      ),
    ),
  };
}
