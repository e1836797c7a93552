/**
 * What a customer wrote, or wants from now on: notes it of their address (which opens Meta's window), and tells the client
 * whose message it answers. Where no message of ours went to that customer it is nobody's answer: it is counted in the log, and
 * told to nobody.
 */
import type { ConsentChange, Inbound } from "../domain/message/queued-receipt.ts";
import { log } from "../shared/log.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import { type AnsweredMessageDependencies, findAnswered } from "./answered-message.ts";
import { type ConsentEvent, consentEvent, type InboundEvent, inboundEvent } from "./inbound-event.ts";

export interface InboundDependencies extends AnsweredMessageDependencies {
  contacts: Pick<ContactsTable, "advance" | "findLatest" | "findByProviderId">;
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
  await publishInbound([inboundEvent(inbound, content, found.message, found.matchedBy)]);
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
