/**
 * What a customer wrote, or wants from now on: notes it of their address (which opens Meta's window), and tells the client
 * whose message it answers. Where no message of ours went to that customer it is nobody's answer: it is counted in the log, and
 * told to nobody.
 */
import type { Message } from "../domain/message/message.ts";
import type { ConsentChange, Inbound } from "../domain/message/queued-receipt.ts";
import { log, logFault } from "../shared/log.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { MessageLists } from "../storage/message-lists.ts";
import { type AnsweredMessageDependencies, findAnswered } from "./answered-message.ts";
import { type ConsentEvent, consentEvent, type InboundEvent, inboundEvent } from "./inbound-event.ts";

export interface InboundDependencies extends AnsweredMessageDependencies {
  contacts: Pick<ContactsTable, "advance" | "findLatest" | "findByProviderId">;
  lists: Pick<MessageLists, "add">;
  /** Resolves when nothing can get lost any more; told twice, it is the same event. */
  publishInbound: (events: (InboundEvent | ConsentEvent)[]) => Promise<void>;
}

export async function recordInbound(inbound: Inbound, dependencies: InboundDependencies): Promise<void> {
  const { contacts, publishInbound } = dependencies;
  const { channel, at, content } = inbound;
  const found = await findAnswered(inbound, content?.answersId, dependencies);
  const address = found?.address ?? inbound.address;
  if (address !== undefined) await contacts.advance(channel, address, "heardAt", at);
  if (content === undefined) return;
  if (found === undefined) return log("WARN", "a customer wrote whom no message went to", { channel });
  const event = inboundEvent(inbound, content, found.message, found.matchedBy);
  await publishInbound([event]);
  await listAnswer(event, found.message, dependencies);
}

/** Between the messages of the profile: when, by what, and which message it answers; not the words. */
async function listAnswer(
  { id, time, data: { channel } }: InboundEvent,
  message: Message,
  { lists }: InboundDependencies,
): Promise<void> {
  const { client, profileId } = message;
  if (profileId === undefined) return;
  await lists
    .add({ of: "profile", client, value: profileId }, `${time}#${id}`, message, channel)
    .catch((fault: unknown) => logFault("an answer could not be listed", fault));
}

export async function recordConsentChange(
  change: ConsentChange,
  dependencies: InboundDependencies,
): Promise<void> {
  const { contacts, publishInbound } = dependencies;
  const { channel, at, state } = change;
  const found = await findAnswered(change, undefined, dependencies);
  const address = found?.address ?? change.address;
  const field = state === "opted-out" ? "marketingOptedOutAt" : "marketingOptedInAt";
  if (address !== undefined) await contacts.advance(channel, address, field, at);
  if (found === undefined)
    return log("WARN", "a customer whom no message went to changed a consent", { channel });
  await publishInbound([consentEvent(change, found.message)]);
}
