/**
 * The personal data of a stored message, which a redaction removes: the content, the addresses, and the sender's metadata, which
 * may contain anything. The providers' error texts are removed too, because they may quote the customer. Names, codes and times
 * stay, and so do the ids by which receipts find the message. A repeated request still finds the message by its idempotency key.
 * Pure.
 */
import type { Attempt, Message } from "./message.ts";

export const personalFields = [
  "title",
  "body",
  "customBody",
  "channelOptions",
  "metadata",
  "profileId",
  "reference",
  "reason",
  "fingerprint",
  "request",
] as const;
export const redactedText = "redacted";

export interface Redaction {
  /** The channels whose error has a text to remove. */
  errorsOf: string[];
  /** The channels whose provider ids contain the address. */
  idsOf: string[];
}

/** A WhatsApp message id is Base64 that contains the phone number; WhatsApp's receipts carry our own messageId. */
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

/** What is recorded of an attempt after the redaction. */
export function withoutPersonalData({
  error,
  providerMessageIds,
  ...facts
}: Partial<Attempt>): Partial<Attempt> {
  return {
    ...facts,
    ...(error ? { error: { ...error, message: redactedText } } : {}),
    ...(providerMessageIds?.some(holdsAddress) === false ? { providerMessageIds } : {}),
  };
}
