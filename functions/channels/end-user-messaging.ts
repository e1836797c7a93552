/**
 * Calls of AWS End User Messaging (`sms-voice`, API version 2) and what its errors mean. Each has a `Reason`, and that is its code
 * here: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendRcsMessage.html#API_SendRcsMessage_Errors
 */
import {
  type $Command,
  PinpointSMSVoiceV2Client,
  type PinpointSMSVoiceV2ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-pinpoint-sms-voice-v2";
import * as v from "valibot";
import { clientConfiguration, publishCall } from "../aws/client.ts";
import { type AwsErrors, createAwsCaller, type MeaningOf } from "./aws-caller.ts";
import { ChannelMisconfigured, type Meaning, means, Rejected, Throttled, Undeliverable } from "./errors.ts";

/** By `Reason`; a reason that is not here means what its exception means. */
const reasons: Readonly<Record<string, Meaning>> = {
  // ConflictException
  DESTINATION_PHONE_NUMBER_OPTED_OUT: means(Undeliverable),
  // An account in the sandbox sends to verified numbers alone.
  DESTINATION_PHONE_NUMBER_NOT_VERIFIED: means(Undeliverable),
  DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION: means(Undeliverable),
  DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE: means(Undeliverable),
  // The identity is registered for the other type, transactional or promotional.
  MESSAGE_TYPE_MISMATCH: means(ChannelMisconfigured, "request"),
  // For this destination: other countries may have one.
  NO_ORIGINATION_IDENTITIES_FOUND: means(ChannelMisconfigured, "request"),
  // ValidationException
  COUNTRY_NOT_ENABLED: means(Undeliverable),
  DESTINATION_COUNTRY_BLOCKED: means(Undeliverable),
  INTERNATIONAL_SENDING_NOT_SUPPORTED: means(Undeliverable),
  INVALID_IDENTITY_FOR_DESTINATION_COUNTRY: means(Undeliverable),
  SENDER_ID_NOT_REGISTERED: means(ChannelMisconfigured, "request"),
  SENDER_ID_NOT_SUPPORTED: means(ChannelMisconfigured, "request"),
  SENDER_ID_REQUIRES_REGISTRATION: means(ChannelMisconfigured, "request"),
  // More than what the message may cost.
  PRICE_OVER_THRESHOLD: means(Rejected),
  CHANNEL_NOT_ENABLED: means(ChannelMisconfigured),
  INVALID_ARN: means(ChannelMisconfigured),
  RESOURCE_NOT_ACCESSIBLE: means(ChannelMisconfigured),
};

/** By the exception without `Exception`, where it has no reason that is known. */
const exceptions: AwsErrors = {
  // The agent, the pool or the number is not active, or is something else.
  Conflict: means(ChannelMisconfigured),
  ResourceNotFound: means(ChannelMisconfigured),
  // The month's spend limit: MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT, …_FOR_RCS.
  ServiceQuotaExceeded: means(ChannelMisconfigured),
  // Message parts a second, of one identity: https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-mps.html
  Throttling: means(Throttled),
  Validation: means(Rejected),
};

const details = v.looseObject({
  Reason: v.fallback(v.optional(v.string()), undefined),
  Fields: v.fallback(v.optional(v.array(v.looseObject({ Name: v.string() })), []), []),
});

const meaningOf: MeaningOf = (error, exception) => {
  const { Reason: reason, Fields: fields } = v.parse(details, { ...error });
  const isOfNumber = fields.some(({ Name }) => /DestinationPhoneNumber/i.test(Name));
  const ofReason = reason === undefined ? undefined : reasons[reason];
  const meaning = ofReason ?? (isOfNumber ? means(Undeliverable) : exceptions[exception]);
  return meaning && { ...meaning, code: reason ?? exception };
};

/** Throws as `createAwsCaller`. */
export function createEndUserMessagingCaller() {
  const call = createAwsCaller(
    "AWS End User Messaging",
    (agents) => new PinpointSMSVoiceV2Client(clientConfiguration(publishCall, agents)),
  );
  return <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: $Command<
      Input,
      Output,
      PinpointSMSVoiceV2ClientResolvedConfig,
      ServiceInputTypes,
      ServiceOutputTypes
    >,
  ): Promise<Output> => call(command, (client) => client.send(command), meaningOf);
}

/** Comes back with every event, so that it finds its message without a further entry. At most five values. */
export const contextOf = (channel: string, messageId: string) => ({ messageId, channel });

/** A copy that expires is gone, and known to be, before the next channel's turn. */
const toRemoveSeconds = 5;
/** Shorter, AWS may not have tried yet. */
const shortestSeconds = 10;

/** `TimeToLive` for the hop's window, both in seconds; the API takes at least 5 for MMS. */
export const timeToLive = (windowSeconds: number, longestSeconds: number): number =>
  Math.min(
    windowSeconds >= shortestSeconds + toRemoveSeconds
      ? windowSeconds - toRemoveSeconds
      : Math.max(windowSeconds, toRemoveSeconds),
    longestSeconds,
  );
