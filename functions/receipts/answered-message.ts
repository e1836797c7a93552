/**
 * Finds the message that a customer answers: the one that the channel names, otherwise the last that was sent to the customer. A
 * customer may answer from another form of the address than the one that was sent to (WhatsApp in Mexico, Brazil and Argentina),
 * or from none.
 */
import { channelById } from "../channels/registry.ts";
import type { Message } from "../domain/message/message.ts";
import type { Inbound } from "../domain/message/queued-receipt.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { MessagesTable } from "../storage/messages-table.ts";

export interface AnsweredMessageDependencies {
  messages: Pick<MessagesTable, "get">;
  contacts: Pick<ContactsTable, "findLatest" | "findByProviderId">;
}

export interface AnsweredMessage {
  message: Message;
  matchedBy: "answer" | "latest";
  /** The address that it was sent to; undefined where the message is redacted. */
  address: string | undefined;
}

/** An answer finds the message that it names among this many latest messages. */
const mostMessages = 20;
/** WhatsApp's times are whole seconds: an answer may seem older than the message that it answers. */
const roundedMs = 1000;

type Customer = Pick<Inbound, "channel" | "address" | "knownAs" | "at">;

/** Looks as of the time when the customer wrote, so that a repetition finds the same message. */
export async function findAnswered(
  { channel, address, knownAs = [], at }: Customer,
  answersId: string | undefined,
  { messages, contacts }: AnsweredMessageDependencies,
): Promise<AnsweredMessage | undefined> {
  const until = new Date(Date.parse(at) + roundedMs).toISOString();
  let latest: AnsweredMessage | undefined;

  async function isFoundAt(sentTo: string): Promise<AnsweredMessage | undefined> {
    for (const messageId of await contacts.findLatest(channel, sentTo, until, mostMessages)) {
      const message = await messages.get(messageId);
      const attempt = message?.attempts[channel];
      if (!message || message.test || attempt?.claimedAt === undefined || attempt.failedAt !== undefined)
        continue;
      if (answersId !== undefined && attempt.providerMessageIds?.includes(answersId))
        return { message, matchedBy: "answer", address: sentTo };
      latest ??= { message, matchedBy: "latest", address: sentTo };
      if (answersId === undefined) break;
    }
    return answersId === undefined ? latest : undefined;
  }

  const names = [...new Set([...(address === undefined ? [] : [address]), ...knownAs])];
  for (const name of names) {
    const found = await isFoundAt(name);
    if (found) return found;
  }
  for (const name of names) {
    const messageId = await contacts.findByProviderId(channel, name);
    const message = messageId === undefined ? undefined : await messages.get(messageId);
    if (message === undefined) continue;
    const sentTo = message.addresses[channelById.get(channel)?.address ?? ""];
    const found = typeof sentTo === "string" ? await isFoundAt(sentTo) : undefined;
    if (found) return found;
    latest ??= { message, matchedBy: "latest", address: undefined };
  }
  return latest;
}
