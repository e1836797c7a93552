/**
 * What customers do, as CloudEvents: `message.inbound` is an answer, `consent.changed` what they want from now on. They are not
 * changes of a message, so they have no sequence; their ids are made from the provider's, so a webhook that Meta posts again
 * gives the same event. Pure.
 */
import type { Keyword } from "../domain/customer/consent-words.ts";
import { type CloudEvent, envelopeOf } from "../domain/events/message-events.ts";
import { hashOf } from "../domain/hash-of.ts";
import type { Message } from "../domain/message/message.ts";
import type { ConsentChange, Inbound, InboundContent } from "../domain/message/queued-receipt.ts";

export interface InboundEvent extends CloudEvent {
  type: "message.inbound";
  data: {
    messageId: string;
    client: string;
    channel: string;
    /** Whether the channel named the message that it answers, or it is the last that was sent to that address. */
    matchedBy: "answer" | "latest";
    /** The provider's id of what the customer wrote. */
    providerMessageId: string;
    content: Omit<InboundContent, "id" | "answersId">;
    /** The keyword that they wrote (domain/customer/consent-words.ts). */
    keyword?: Keyword;
    profileId?: string;
    reference?: string;
    /** As the sender gave it with the message. */
    metadata: Record<string, unknown>;
  };
}

export function inboundEvent(
  { channel, at }: Inbound,
  { id, answersId: _, ...content }: InboundContent,
  { messageId, client, profileId, reference, metadata = {} }: Message,
  matchedBy: InboundEvent["data"]["matchedBy"],
  keyword?: Keyword,
): InboundEvent {
  return {
    ...envelopeOf({
      id: `inbound/${hashOf([channel, id])}`,
      type: "message.inbound",
      subject: messageId,
      time: at,
    }),
    data: {
      messageId,
      client,
      channel,
      matchedBy,
      providerMessageId: id,
      content,
      ...(keyword === undefined ? {} : { keyword }),
      ...(profileId === undefined ? {} : { profileId }),
      ...(reference === undefined ? {} : { reference }),
      metadata,
    },
  };
}

export interface ConsentEvent extends CloudEvent {
  type: "consent.changed";
  data: {
    /** The last message that was sent to the customer by this channel. */
    messageId: string;
    client: string;
    channel: string;
    /** `all`: by a keyword that they wrote. */
    category: ConsentChange["category"] | "all";
    state: ConsentChange["state"];
    profileId?: string;
    reference?: string;
    /** As the sender gave it with that message. */
    metadata: Record<string, unknown>;
  };
}

export function consentEvent(
  {
    channel,
    at,
    category,
    state,
  }: Pick<ConsentEvent["data"], "channel" | "category" | "state"> & { at: string },
  { messageId, client, profileId, reference, metadata = {} }: Message,
): ConsentEvent {
  return {
    ...envelopeOf({
      id: `consent/${hashOf([messageId, channel, category, state, at])}`,
      type: "consent.changed",
      subject: messageId,
      time: at,
    }),
    data: {
      messageId,
      client,
      channel,
      category,
      state,
      ...(profileId === undefined ? {} : { profileId }),
      ...(reference === undefined ? {} : { reference }),
      metadata,
    },
  };
}
