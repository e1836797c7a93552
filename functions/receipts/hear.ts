/**
 * What a customer wrote: notes that they did, which opens Meta's window, and tells the client whose message it answers. Where
 * no message of ours went to that address it is nobody's answer: it is counted in the log, and told to nobody.
 */
import type { ContactsTable } from "../aws/contacts-table.ts";
import type { MessagesTable } from "../aws/messages-table.ts";
import { log } from "../log.ts";
import type { Message } from "../routing/message.ts";
import { type InboundEvent, inboundEvent } from "./inbound-event.ts";
import type { Inbound, InboundContent } from "./receipt.ts";

export interface HearDependencies {
  messages: Pick<MessagesTable, "get">;
  contacts: Pick<ContactsTable, "advance" | "latestTo">;
  /** Resolves when nothing can get lost any more; told twice, it is the same event. */
  tell: (events: InboundEvent[]) => Promise<void>;
}

/** So many messages back an answer finds the one that it names. */
const mostMessages = 20;
/** WhatsApp counts whole seconds: an answer may seem to be older than what it answers. */
const roundedMs = 1000;

export async function hear(inbound: Inbound, dependencies: HearDependencies): Promise<void> {
  const { contacts, tell } = dependencies;
  const { channel, address, at, content } = inbound;
  await contacts.advance(channel, address, "heardAt", at);
  if (content === undefined) return;
  const found = await answered(inbound, content, dependencies);
  if (found === undefined) return log("WARN", "a customer wrote whom no message went to", { channel });
  await tell([inboundEvent(inbound, content, found.message, found.matchedBy)]);
}

/** The message that the channel names, or the last that went out to that address: as of then, so that a repetition finds the same. */
async function answered(
  { channel, address, at }: Inbound,
  { answersId }: InboundContent,
  { messages, contacts }: HearDependencies,
): Promise<{ message: Message; matchedBy: "answer" | "latest" } | undefined> {
  const until = new Date(Date.parse(at) + roundedMs).toISOString();
  let latest: Message | undefined;
  for (const messageId of await contacts.latestTo(channel, address, until, mostMessages)) {
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
