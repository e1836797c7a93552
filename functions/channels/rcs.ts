/**
 * RCS by AWS End User Messaging: `SendRcsMessage`, for plain text too, as `SendTextMessage` takes no expiry
 * (https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-rich-messaging.html#rcs-rich-messaging-choosing). Sent as an agent,
 * not by a pool: a pool falls back to SMS by itself, inside our hop (…/rcs-send-message.html). It has no client token, so the SDK
 * must not retry.
 */
import { SendRcsMessageCommand } from "@aws-sdk/client-pinpoint-sms-voice-v2";
import type { Channel, CreateSender } from "../domain/channel.ts";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { contextOf, createEndUserMessagingCaller, timeToLive } from "./end-user-messaging.ts";
import { readEvent } from "./end-user-messaging-events.ts";
import { prepare } from "./errors.ts";
import { readRcsAnswer } from "./rcs-answer.ts";
import { longestBody, rcsContent, rcsOptions, renderRcs, sendsWithoutBody } from "./rcs-content.ts";

export const readTopicMessage: ReadTopicMessage = (message, publishedAt) =>
  readEvent(message, "RCS_") ?? readRcsAnswer(message, publishedAt);

const agentArn = /^arn:[\w-]+:sms-voice:[\w-]+:\d{12}:rcs-agent\/[\w-]+$/;

export const rcs: Channel = {
  id: "rcs",
  name: "RCS",
  address: "phoneNumber",
  reports: ["sent", "delivered", "read"],
  until: "delivered",
  // Its receipts carry our messageId; what customers answer and tap has no more than their number.
  receiptsNameThe: "address",
  windowSeconds: 300,
  limit: { max: 3072, unit: "characters", maxOf: longestBody },
  // https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-billing.html
  billedWhen: "delivered",
  options: rcsOptions,
  optOutCodes: { DESTINATION_PHONE_NUMBER_OPTED_OUT: "all" },
  render: renderRcs,
  sendsWithoutBody,
  settings: { rcsAgentArn: "the ARN of the RCS agent in AWS End User Messaging" },
  secrets: {},
  receipts: {
    topic: {
      name: "RcsEvents",
      displayName: "Events of RCS messages, and what customers answer",
      use: "For two-way messaging of the RCS agent: see infra/README.md",
      publisher: "sms-voice.amazonaws.com",
      // Of a message that is under way nothing is to be known.
      configurationSet: {
        events: ["RCS_DELIVERED", "RCS_READ", "RCS_FAILED", "RCS_TTL_EXPIRED", "RCS_PROTECT_BLOCKED"],
      },
    },
  },
  missingAccount: ({ rcsAgentArn = "" }) =>
    agentArn.test(rcsAgentArn) ? undefined : "this deployment has no RCS agent (rcsAgentArn)",
  permissions: ({ rcsAgentArn = "" }) => [
    { actions: ["sms-voice:SendRcsMessage"], resources: [rcsAgentArn] },
  ],
};

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-message-expiration.html */
const longestSeconds = 48 * 3600;

export const createSender: CreateSender = ({ settings, configurationSet }) => {
  const call = createEndUserMessagingCaller();
  return async (message) => {
    const RcsMessageContent = await prepare(() => rcsContent(message));
    const answer = await call(
      new SendRcsMessageCommand({
        DestinationPhoneNumber: message.addresses.phoneNumber,
        OriginationIdentity: settings.rcsAgentArn,
        RcsMessageContent,
        TimeToLive: timeToLive(message.timeoutSeconds, longestSeconds),
        ConfigurationSetName: configurationSet,
        Context: contextOf("rcs", message.messageId),
      }),
    );
    return { providerMessageIds: [answer.MessageId ?? ""] };
  };
};
