/**
 * What AWS End User Messaging answers to RCS, SMS and MMS and tells later, in AWS JSON 1.0. Reasons: the exceptions of the API's pages;
 * events: https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html and
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html
 */
import type { Answer, LaterAnswer, Provider, Subject, SyncAnswer } from "./answer.ts";

const api =
  "https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendRcsMessage.html#API_SendRcsMessage_Errors";
const reasonsOf = (exception: string) =>
  `https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_${exception}.html`;
const common = "https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/CommonErrors.html";
const textEvents =
  "https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html";
const events = "https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html";
const expiry = "https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-message-expiration.html";

export const smsVoiceJson = (
  status: number,
  body: object,
  headers: Record<string, string> = {},
): SyncAnswer => ({
  status,
  headers: {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": "{requestId}",
    ...headers,
  },
  body,
});

export const smsVoiceError = (status: number, exception: string, Message: string, more: object = {}) =>
  smsVoiceJson(status, { __type: exception, Message, ...more }, { "x-amzn-errortype": exception });

interface ApiError {
  exception: string;
  reason?: string;
  status?: number;
  message: string;
  about: Subject;
  what: string;
  source?: string;
  /** Absent: of all. */
  of?: "SendRcsMessage" | "SendTextMessage" | "SendMediaMessage";
}

const errors: readonly ApiError[] = [
  {
    exception: "ThrottlingException",
    message: "Rate exceeded",
    about: "identity",
    what: "More a second than this identity may send",
  },
  {
    exception: "InternalServerException",
    status: 500,
    message: "The API encountered an unexpected error and couldn't complete the request.",
    about: "provider",
    what: "End User Messaging failed",
  },
  {
    exception: "AccessDeniedException",
    reason: "ACCOUNT_DISABLED",
    message: "The request was denied because you don't have sufficient permissions to access the resource.",
    about: "account",
    what: "The account may not send",
  },
  {
    exception: "AccessDeniedException",
    message:
      "User: arn:aws:sts::000000000000:assumed-role/hop/hop is not authorized to perform: sms-voice:{action} on resource: {identity}",
    about: "account",
    what: "The role may not send as this identity",
  },
  {
    exception: "ResourceNotFoundException",
    message: "A requested resource couldn't be found.",
    about: "account",
    what: "There is no such agent or configuration set",
  },
  {
    exception: "ServiceQuotaExceededException",
    reason: "MONTHLY_SPEND_LIMIT_REACHED_FOR_RCS",
    message: "The request would cause a service quota to be exceeded.",
    about: "account",
    what: "The spending limit for RCS of the month is used up",
    of: "SendRcsMessage",
    source:
      "https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-billing.html#rcs-billing-spend-limits",
  },
  {
    exception: "ServiceQuotaExceededException",
    reason: "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
    message: "The request would cause a service quota to be exceeded.",
    about: "account",
    what: "The spending limit for SMS of the month is used up",
    of: "SendTextMessage",
  },
  {
    exception: "ServiceQuotaExceededException",
    reason: "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA",
    message: "The request would cause a service quota to be exceeded.",
    about: "account",
    what: "The spending limit for MMS of the month is used up",
    of: "SendMediaMessage",
  },
  {
    exception: "ConflictException",
    reason: "MESSAGE_TYPE_MISMATCH",
    message: "Message type mismatch",
    about: "request",
    what: "The identity is registered for the other type of messages",
    of: "SendTextMessage",
  },
  {
    exception: "ValidationException",
    reason: "SENDER_ID_NOT_SUPPORTED",
    message: "Sender ID is not supported",
    about: "request",
    what: "The country has no sender ids",
    of: "SendTextMessage",
  },
  {
    exception: "ValidationException",
    reason: "SENDER_ID_REQUIRES_REGISTRATION",
    message: "Sender ID requires registration",
    about: "request",
    what: "The country takes registered sender ids alone",
    of: "SendTextMessage",
  },
  {
    exception: "ValidationException",
    reason: "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY",
    message: "Identity is not valid for the destination country",
    about: "customer",
    what: "The identity cannot send to this country",
    of: "SendTextMessage",
  },
  {
    exception: "ConflictException",
    reason: "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
    message: "Destination phone number is blocked",
    about: "customer",
    what: "A protect configuration blocks the number",
  },
  {
    exception: "ConflictException",
    reason: "RESOURCE_NOT_ACTIVE",
    message: "Resource is not active",
    about: "account",
    what: "The agent is not active",
  },
  {
    exception: "ConflictException",
    reason: "DESTINATION_PHONE_NUMBER_OPTED_OUT",
    message: "Destination phone number {phoneNumber} is opted out",
    about: "customer",
    what: "The customer answered STOP",
  },
  {
    exception: "ConflictException",
    reason: "DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
    message: "Destination phone number is not verified",
    about: "customer",
    what: "The account is in the sandbox, and the number is not verified",
  },
  {
    exception: "ConflictException",
    reason: "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
    message: "Destination country is blocked",
    about: "customer",
    what: "The protect configuration blocks the country",
  },
  {
    exception: "ConflictException",
    reason: "NO_ORIGINATION_IDENTITIES_FOUND",
    message: "No origination identities found",
    about: "request",
    what: "Nothing to send as for this country",
  },
  {
    exception: "ValidationException",
    reason: "COUNTRY_NOT_ENABLED",
    message: "Country is not enabled",
    about: "customer",
    what: "The agent has not been launched in this country",
  },
  {
    exception: "ValidationException",
    reason: "DESTINATION_COUNTRY_BLOCKED",
    message: "Destination country is blocked",
    about: "customer",
    what: "AWS does not send to this country",
  },
  {
    exception: "ValidationException",
    reason: "PRICE_OVER_THRESHOLD",
    message: "Price is over the threshold",
    about: "request",
    what: "It would cost more than MaxPrice",
  },
  {
    exception: "ValidationException",
    reason: "FIELD_VALIDATION_FAILED",
    message: "The request is not valid",
    about: "request",
    what: "A field breaks a rule",
  },
  {
    exception: "ValidationException",
    reason: "CHANNEL_NOT_ENABLED",
    message: "Channel is not enabled",
    about: "account",
    what: "RCS is not enabled for the identity",
  },
  {
    exception: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
    about: "account",
    what: "The access key is unknown",
    source: common,
  },
  {
    exception: "NobodyKnowsThisException",
    reason: "NOBODY_KNOWS_THIS",
    message: "A reason that no list has",
    about: "request",
    what: "An unknown exception",
    source: common,
  },
];

/** `prefix`: of the names in the catalogue. */
const answersTo = (action: ApiError["of"], prefix: string, provider?: Provider): Answer[] =>
  errors
    .filter(({ of = action }) => of === action)
    .map(({ exception, reason, status = 400, message, about, what, source }) => ({
      name: `${prefix}-${(reason ?? exception).replaceAll("_", "-")}`,
      what,
      about,
      source: source ?? (reason === undefined ? api : reasonsOf(exception)),
      ...(provider && { provider }),
      sync: smsVoiceError(
        status,
        exception,
        message.replace("{action}", action ?? ""),
        reason === undefined ? {} : { Reason: reason },
      ),
    }));

const event = (
  name: string,
  eventType: string,
  messageStatus: string,
  about: Subject,
  what: string,
  source = events,
): Answer => ({
  name: `rcs-event-${name.replaceAll("_", "-")}`,
  what,
  about,
  source,
  later: { outcome: "failed", fields: { eventType, messageStatus, messageStatusDescription: what } },
});

export const rcsAnswers: readonly Answer[] = [
  ...answersTo("SendRcsMessage", "rcs"),
  event(
    "UNDELIVERABLE",
    "RCS_FAILED",
    "UNDELIVERABLE",
    "customer",
    "The phone has no RCS, or its carrier has not launched the agent",
  ),
  event("REJECTED", "RCS_FAILED", "REJECTED", "request", "The content is against a policy"),
  event("FAILED", "RCS_FAILED", "FAILED", "request", "It failed for another reason"),
  event(
    "TTL_EXPIRATION_REVOKED",
    "RCS_TTL_EXPIRED",
    "TTL_EXPIRATION_REVOKED",
    "customer",
    "It was not delivered in time, and was removed",
    expiry,
  ),
  event(
    "PROTECT_BLOCKED",
    "RCS_PROTECT_BLOCKED",
    "PROTECT_BLOCKED",
    "customer",
    "The protect configuration blocks the number",
  ),
  event("new-status", "RCS_FAILED", "NOBODY_KNOWS_THIS", "request", "A status that no list has"),
  {
    name: "rcs-event-conversation",
    what: "A delivery within a conversation, whose session fee covers it",
    about: "customer",
    source: `${events}#rcs-events-conversational`,
    later: {
      outcome: "delivered",
      fields: {
        totalMessagePrice: 0,
        totalCarrierFee: 0,
        rcsMetadata: { billingEventType: "BASIC" },
        conversationInitiatingMessageId: "177930985040408106521449",
        conversationInitiatingMessageType: "OUTBOUND",
        conversationSessionFee: 0.012,
      },
    },
  },
];

const textEvent = (name: string, about: Subject, what: string, more: Partial<LaterAnswer> = {}): Answer => ({
  name: `sms-eum-event-${name.replaceAll("_", "-")}`,
  what,
  about,
  source: textEvents,
  provider: "endUserMessaging",
  later: {
    outcome: "failed",
    ...more,
    fields: {
      eventType: `TEXT_${name}`,
      messageStatus: name,
      messageStatusDescription: what,
      ...more.fields,
    },
  },
});

export const smsVoiceAnswers: readonly Answer[] = [
  ...answersTo("SendTextMessage", "sms-eum", "endUserMessaging"),
  textEvent("INVALID", "customer", "There is no such number"),
  textEvent("INVALID_MESSAGE", "request", "The carrier does not take the text"),
  textEvent("UNREACHABLE", "customer", "The phone is off or out of range"),
  textEvent("CARRIER_UNREACHABLE", "customer", "The carrier cannot be reached for the moment"),
  textEvent("BLOCKED", "customer", "The phone blocks SMS"),
  textEvent("CARRIER_BLOCKED", "request", "The carrier blocks the message"),
  textEvent("SPAM", "request", "The carrier takes it for spam"),
  textEvent("TTL_EXPIRED", "customer", "It was not handed to the carrier in time"),
  textEvent("PROTECT_BLOCKED", "customer", "The protect configuration blocks the number"),
  textEvent("NOBODY_KNOWS_THIS", "request", "A status that no list has"),
  textEvent("SUCCESSFUL", "customer", "The carrier took it, and tells no more", { outcome: "delivered" }),
  {
    ...textEvent("SUCCESSFUL", "customer", "An event without a price", { outcome: "delivered" }),
    name: "sms-eum-event-unpriced",
    later: {
      outcome: "delivered",
      fields: {},
      without: ["totalMessagePrice", "totalCarrierFee", "mcc", "mnc"],
    },
  },
];

const ofMms = (status: string, about: Subject, what: string): Answer => ({
  ...event(status, `MEDIA_${status}`, status, about, what, textEvents),
  name: `mms-event-${status.replaceAll("_", "-")}`,
});

export const mmsAnswers: readonly Answer[] = [
  ...answersTo("SendMediaMessage", "mms"),
  ofMms("UNREACHABLE", "customer", "The phone is not connected, or takes no MMS"),
  ofMms("CARRIER_UNREACHABLE", "customer", "The carrier's network failed"),
  ofMms("BLOCKED", "customer", "The phone or the carrier blocks messages to it"),
  ofMms("CARRIER_BLOCKED", "request", "The carrier blocked this message"),
  ofMms("SPAM", "request", "The carrier takes it for unsolicited"),
  ofMms("INVALID", "customer", "There is no such number"),
  ofMms("INVALID_MESSAGE", "request", "The message is not valid"),
  ofMms("FILE_INACCESSIBLE", "request", "The file cannot be read in S3"),
  ofMms("FILE_SIZE_EXCEEDED", "request", "The file is too large"),
  ofMms("FILE_TYPE_UNSUPPORTED", "request", "Files of this type are not sent"),
  ofMms("TTL_EXPIRED", "customer", "It was not delivered in time"),
];
