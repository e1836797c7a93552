/**
 * What a customer wrote: notes that they did, which opens Meta's window, and tells the client whose message it answers. Where
 * no message of ours went to that address it is nobody's answer: it is counted in the log, and told to nobody.
 */

import type { Message } from "../domain/message/message.ts";
import type { Inbound, InboundContent } from "../domain/message/queued-receipt.ts";
import { log } from "../shared/log.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { MessagesTable } from "../storage/messages-table.ts";
import { type InboundEvent, inboundEvent } from "./inbound-event.ts";

export interface InboundDependencies {
  messages: Pick<MessagesTable, "get">;
  contacts: Pick<ContactsTable, "advance" | "findLatest">;
  /** Resolves when nothing can get lost any more; told twice, it is the same event. */
  publishInbound: (events: InboundEvent[]) => Promise<void>;
}

/** So many messages back an answer finds the one that it names. */
const mostMessages = 20;
/** WhatsApp counts whole seconds: an answer may seem to be older than what it answers. */
const roundedMs = 1000;

export async function recordInbound(inbound: Inbound, dependencies: InboundDependencies): Promise<void> {
  const { contacts, publishInbound } = dependencies;
  const { channel, address, at, content } = inbound;
  await contacts.advance(channel, address, "heardAt", at);
  if (content === undefined) return;
  const found = await answered(inbound, content, dependencies);
  if (found === undefined) return log("WARN", "a customer wrote whom no message went to", { channel });
  await publishInbound([inboundEvent(inbound, content, found.message, found.matchedBy)]);
}

/** The message that the channel names, or the last that went out to that address: as of then, so that a repetition finds the same. */
async function answered(
  { channel, address, at }: Inbound,
  { answersId }: InboundContent,
  { messages, contacts }: InboundDependencies,
): Promise<{ message: Message; matchedBy: "answer" | "latest" } | undefined> {
  const until = new Date(Date.parse(at) + roundedMs).toISOString();
  let latest: Message | undefined;
  for (const messageId of await contacts.findLatest(channel, address, until, mostMessages)) {
    const message = await messages.get(messageId);
    const attempt = message?.attempts[channel];
    if (message === undefined || attempt?.claimedAt === undefined || attempt.failedAt !== undefined) continue;
    if (answersId !== undefined && attempt.providerMessageIds?.includes(answersId))
      return { message, matchedBy: "answer" };
    latest ??= message;
    if (answersId === undefined) break;
  }
  return latest && { message: latest, matchedBy: "latest" };
}
