/**
 * What AWS End User Messaging tells of RCS, SMS and MMS: the events of a message, to the topic of its configuration set, and what the
 * customer does with RCS, to the agent's two-way topic. https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html,
 * …/configuration-sets-event-format.html (SMS, MMS) and …/rcs-inbound.html
 */
import { SegmentedMessage } from "sms-segments-calculator";
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

const partPriceInUSD = 0.00581;
const partFeeInUSD = 0.003;
const partsIn = (body: string) => new SegmentedMessage(body).segmentsCount;
const usd = (amount: number) => Number(amount.toFixed(5));
export const textPriceOf = (body: string): number => usd(partsIn(body) * (partPriceInUSD + partFeeInUSD));

/** `sender`: absent where AWS chose the number. Every event has the price, unless it was not handed to a carrier. */
export const textEvent =
  (sender: string, messageType: string, context: Record<string, string> | undefined): Report =>
  ({ status, at }, send) => {
    if (context === undefined || status === "sent") return undefined;
    const { providerMessageId, address, at: requestedAt, body, values } = send;
    const parts = partsIn(body);
    const isDelivered = status === "delivered";
    const usual = {
      eventType: isDelivered ? "TEXT_DELIVERED" : "TEXT_UNREACHABLE",
      eventVersion: "1.0",
      eventTimestamp: at,
      isFinal: true,
      originationPhoneNumber: sender,
      destinationPhoneNumber: address,
      isoCountryCode: "US",
      mcc: "310",
      mnc: "800",
      isInternationalSend: false,
      messageId: providerMessageId,
      messageRequestTimestamp: requestedAt,
      messageEncoding: new SegmentedMessage(body).encodingName === "GSM-7" ? "GSM" : "UNICODE",
      messageType,
      messageStatus: isDelivered ? "DELIVERED" : "UNREACHABLE",
      messageStatusDescription: isDelivered
        ? "Message has been accepted by phone"
        : "Phone is currently unreachable/unavailable",
      context,
      totalMessageParts: parts,
      totalMessagePrice: usd(parts * partPriceInUSD),
      totalCarrierFee: usd(parts * partFeeInUSD),
    };
    return { by: "endUserMessaging", channel: "sms", message: withAnswer(usual, status, send, values) };
  };

export const mediaEvent =
  (context: Record<string, string> | undefined): Report =>
  ({ status, at }, send) => {
    if (context === undefined || status === "sent" || status === "read") return undefined;
    const { providerMessageId, address, at: requestedAt, values } = send;
    const messageStatus = status === "delivered" ? "DELIVERED" : "UNREACHABLE";
    const usual = {
      eventType: `MEDIA_${messageStatus}`,
      eventVersion: "1.0",
      eventTimestamp: at,
      isFinal: true,
      originationPhoneNumber: "+12065550152",
      destinationPhoneNumber: address,
      isInternationalSend: false,
      messageId: providerMessageId,
      messageRequestTimestamp: requestedAt,
      messageType: "TRANSACTIONAL",
      messageStatus,
      messageStatusDescription: "Message has been accepted by phone",
      context,
      totalMessageParts: 1,
    };
    return { by: "endUserMessaging", channel: "mms", message: withAnswer(usual, status, send, values) };
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
