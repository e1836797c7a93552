/**
 * `message.inbound`: what a customer answered, as a CloudEvent. It is no change of a message, so it has no sequence; its id
 * is made from the provider's, so a webhook that Meta posts again is the same event. Pure.
 */
import { createHash } from "node:crypto";
import type { CloudEvent } from "../domain/events/message-events.ts";
import type { Message } from "../domain/message/message.ts";
import type { Inbound, InboundContent } from "../domain/message/queued-receipt.ts";

export interface InboundEvent extends CloudEvent {
  type: "message.inbound";
  data: {
    messageId: string;
    client: string;
    channel: string;
    /** Whether the channel said which message it answers, or it is the last that went to that address. */
    matchedBy: "answer" | "latest";
    /** The provider's id of what the customer wrote. */
    providerMessageId: string;
    content: Pick<InboundContent, "type" | "text" | "payload">;
    profileId?: string;
    /** As the sender gave it with the message. */
    metadata: Record<string, unknown>;
  };
}

export function inboundEvent(
  { channel, at }: Inbound,
  { id, answersId: _, ...content }: InboundContent,
  { messageId, client, profileId, metadata = {} }: Message,
  matchedBy: InboundEvent["data"]["matchedBy"],
): InboundEvent {
  return {
    specversion: "1.0",
    id: `inbound/${createHash("sha256")
      .update(JSON.stringify([channel, id]))
      .digest("base64url")}`,
    source: "fallback-routing",
    type: "message.inbound",
    subject: messageId,
    time: at,
    datacontenttype: "application/json",
    data: {
      messageId,
      client,
      channel,
      matchedBy,
      providerMessageId: id,
      content,
      ...(profileId === undefined ? {} : { profileId }),
      metadata,
    },
  };
}
