/**
 * What AWS End User Messaging tells of RCS: the events of a message, to the topic of its configuration set, and what the customer
 * does, to the agent's two-way topic. https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html and
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-inbound.html
 */
import type { Outgoing } from "./business.ts";
import { withAnswer } from "./later-report.ts";
import type { Report } from "./sends.ts";
import type { Written } from "./written.ts";

/** Each with its `messageStatusDescription`. The deployment asks for no others. */
const descriptions = {
  DELIVERED: "Message has been accepted by phone",
  READ: "Message has been read by recipient",
  FAILED: "Message could not be delivered",
} as const;

/** `context`: undefined where the message was sent without a configuration set. */
export const rcsEvent =
  (agent: string, context: Record<string, string> | undefined): Report =>
  ({ status, at }, send) => {
    if (context === undefined || status === "sent") return undefined;
    const messageStatus = status.toUpperCase() as keyof typeof descriptions;
    const { providerMessageId, address, at: requestedAt, values } = send;
    const isBilled = status === "delivered";
    const usual = {
      eventType: `RCS_${messageStatus}`,
      eventVersion: "1.0",
      eventTimestamp: at,
      isFinal: true,
      originationPhoneNumber: agent,
      destinationPhoneNumber: address,
      isoCountryCode: "US",
      isInternationalSend: false,
      messageId: providerMessageId,
      messageRequestTimestamp: requestedAt,
      messageEncoding: "UNICODE",
      messageType: "TRANSACTIONAL",
      messageStatus,
      messageStatusDescription: descriptions[messageStatus],
      context,
      totalMessageParts: 1,
      totalMessagePrice: isBilled ? 0.007 : 0,
      totalCarrierFee: isBilled ? 0.00494 : 0,
      ...(isBilled ? { rcsMetadata: { billingEventType: "RICH" } } : {}),
      rcsBusinessId: "local_agent",
      agentIsoCountryCode: "US",
    };
    return { by: "endUserMessaging", channel: "rcs", message: withAnswer(usual, status, send, values) };
  };

/** A suggestion that was tapped has a payload. */
export const rcsAnswer = (id: string, address: string, { body, payload, answers }: Written): Outgoing => ({
  by: "endUserMessaging",
  channel: "rcs",
  message: {
    originationNumber: address.replace(/^\+/, ""),
    destinationNumber: "rcs-0123456789abcdef0123456789abcdef",
    messageBody:
      payload === undefined
        ? body
        : JSON.stringify({ type: "SUGGESTION", text: body, postbackData: payload }),
    inboundMessageId: id,
    ...(answers === undefined ? {} : { previousPublishedMessageId: answers }),
  },
});
