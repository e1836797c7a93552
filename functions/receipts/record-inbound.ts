/**
 * Records what a customer wrote, or wants from now on, for their address (which opens Meta's window), and publishes it to the
 * client whose message it answers. Where no message of ours was sent to that customer, it is nobody's answer: it is logged, and
 * not published.
 */
import { channelById } from "../channels/registry.ts";
import { type Consent, countsFrom, everyClient } from "../domain/customer/consent.ts";
import { type Keyword, keywordIn } from "../domain/customer/consent-words.ts";
import type { Message } from "../domain/message/message.ts";
import type { ConsentChange, Inbound, InboundContent } from "../domain/message/queued-receipt.ts";
import { log, logFault } from "../shared/log.ts";
import type { ConsentsTable } from "../storage/consents-table.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { CustomerRefs } from "../storage/customer-refs.ts";
import type { MessageLists } from "../storage/message-lists.ts";
import type { ProfilesTable } from "../storage/profiles-table.ts";
import { type AnsweredMessageDependencies, findAnswered } from "./answered-message.ts";
import { type ConsentEvent, consentEvent, type InboundEvent, inboundEvent } from "./inbound-event.ts";

export interface InboundDependencies extends AnsweredMessageDependencies {
  contacts: Pick<ContactsTable, "advance" | "findLatest" | "findByProviderId">;
  consents: Pick<ConsentsTable, "record">;
  now: () => Date;
  lists: Pick<MessageLists, "add">;
  profiles: Pick<ProfilesTable, "get" | "merge">;
  customerRefs: Pick<CustomerRefs, "find">;
  /** Resolves when the events can no longer get lost. An event that is published twice has the same id. */
  publishInbound: (events: (InboundEvent | ConsentEvent)[]) => Promise<void>;
}

export async function recordInbound(inbound: Inbound, dependencies: InboundDependencies): Promise<void> {
  const { contacts, consents, publishInbound, now } = dependencies;
  const { channel, at, content, ref } = inbound;
  const found = await findAnswered(inbound, content?.answersId, dependencies);
  const address = found?.address ?? inbound.address;
  if (address !== undefined) await contacts.advance(channel, address, "heardAt", at);
  if (ref !== undefined && inbound.address !== undefined)
    await keepAddress(ref, channel, inbound.address, dependencies);
  if (content === undefined) return;
  if (found === undefined)
    return log("WARN", "an inbound message was left out: no message was sent to its address", { channel });
  const { message, matchedBy } = found;
  const keyword = isWritten(content) ? keywordIn(channel, content.text) : undefined;
  // With a hidden number and a redacted message there is nothing to store a consent under.
  const state = (address ?? message.profileId) === undefined ? undefined : keyword && stateAfter[keyword];
  if (state !== undefined)
    await recordWord(
      message,
      channel,
      address,
      { state, at: countsFrom(at, now()), source: "answer" },
      consents,
    );
  const event = inboundEvent(inbound, content, message, matchedBy, keyword);
  await publishInbound([
    event,
    ...(state === undefined ? [] : [consentEvent({ channel, at, category: "all", state }, message)]),
  ]);
  await listAnswer(event, message, dependencies);
}

/** In the profile of the customer who came by a link of ours; one that was deleted meanwhile is not made again. */
async function keepAddress(
  ref: string,
  channel: string,
  address: string,
  { customerRefs, profiles }: InboundDependencies,
): Promise<void> {
  const field = channelById.get(channel)?.address;
  const { client, profileId } = (await customerRefs.find(ref)) ?? {};
  if (field === undefined || client === undefined || profileId === undefined) return;
  if ((await profiles.get(client, profileId)) !== undefined)
    await profiles.merge(client, profileId, { [field]: address });
}

/**
 * Adds the answer to the list of the profile's messages: when, on which channel, and which message it answers, without the words.
 */
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
  const { consents, publishInbound, now } = dependencies;
  const { channel, at, state, category } = change;
  const found = await findAnswered(change, undefined, dependencies);
  const address = found?.address ?? change.address;
  const field = channelById.get(channel)?.address;
  const word = { state, at: countsFrom(at, now()), source: category === "all" ? "complaint" : "preferences" };
  if (category === "all") {
    if (found !== undefined) await recordWord(found.message, channel, address, word, consents);
  } else if (address !== undefined && field !== undefined) {
    // It is about us as a sender, whichever client's messages they had in mind.
    await consents.record({ client: everyClient, field, value: address }, channel, word);
  }
  if (found === undefined)
    return log("WARN", "a change of consent was left out: no message was sent to its address", { channel });
  await publishInbound([consentEvent(change, found.message)]);
}

/** What they typed or tapped, and no caption of a picture. */
const isWritten = ({ type }: InboundContent) => type === "text" || type === "button";

const stateAfter: Partial<Record<Keyword, Consent["state"]>> = { stop: "opted-out", start: "opted-in" };

/** For the address, and for the profile that the message named: what was said about one of them holds for both. */
async function recordWord(
  { client, profileId }: Message,
  channel: string,
  address: string | undefined,
  word: Consent,
  consents: InboundDependencies["consents"],
): Promise<void> {
  const field = channelById.get(channel)?.address;
  await Promise.all([
    field === undefined || address === undefined
      ? undefined
      : consents.record({ client, field, value: address }, channel, word),
    profileId === undefined
      ? undefined
      : consents.record({ client, field: "profileId", value: profileId }, channel, word),
  ]);
}
