/**
 * AWS End User Messaging, `SendMediaMessage`, and the events that tell of it. end-user-messaging.ts passes the calls.
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendMediaMessage.html
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { withAnswer } from "./later-report.ts";
import type { Report, Send } from "./sends.ts";

const request = v.pipe(
  v.strictObject({
    DestinationPhoneNumber: v.pipe(v.string(), v.regex(/^\+?[1-9][0-9]{1,18}$/)),
    OriginationIdentity: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:/+-]{1,256}$/)),
    MessageBody: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1600))),
    MediaUrls: v.optional(v.tuple([v.pipe(v.string(), v.regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/))])),
    TimeToLive: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(259_200))),
    ConfigurationSetName: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:/-]{1,256}$/))),
    Context: v.optional(v.record(v.string(), v.string())),
  }),
  v.check(({ MessageBody, MediaUrls }) => (MessageBody ?? MediaUrls) !== undefined, "has no content"),
);

/** The send, or what is wrong with the request. */
export function mediaMessage(input: unknown, accountId: string): Send | { issues: v.BaseIssue<unknown>[] } {
  const parsed = v.safeParse(request, input);
  if (!parsed.success) return { issues: [...parsed.issues] };
  const {
    DestinationPhoneNumber: address,
    OriginationIdentity: identity,
    MessageBody: body = "",
    MediaUrls: [media] = [],
    TimeToLive,
    ConfigurationSetName,
    Context = {},
  } = parsed.output;
  return {
    channel: "mms",
    address,
    identities: [identity, accountId],
    freeText: false,
    providerMessageId: randomUUID(),
    body,
    ...(media === undefined ? {} : { rich: { media } }),
    values: { identity, phoneNumber: address },
    ...(TimeToLive === undefined ? {} : { expiresAfterMs: TimeToLive * 1000 }),
    // Without a configuration set nobody is told of anything.
    report: mediaEvent(ConfigurationSetName === undefined ? undefined : Context),
  };
}

const mediaEvent =
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
