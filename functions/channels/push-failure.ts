/**
 * A `DeliveryFailure` event of an SNS platform application: the push was accepted, and then failed for good. Other events of the
 * application are not about a message. https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
 */
import * as v from "valibot";
import type { Receipt } from "../domain/message/queued-receipt.ts";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { toLaterFailure } from "./attempt-error.ts";
import { ChannelMisconfigured, type Meaning, means, NotRegistered, Undeliverable } from "./errors.ts";

const anyEvent = v.looseObject({ EventType: v.unknown() });
const event = v.looseObject({
  EventType: v.literal("DeliveryFailure"),
  MessageId: v.string(),
  EndpointArn: v.optional(v.string(), ""),
  FailureType: v.optional(v.string()),
  /** The ARN of the platform application. */
  Resource: v.optional(v.string()),
  FailureMessage: v.optional(v.string(), "the push service refused it"),
  Time: v.pipe(
    v.string(),
    v.transform((text) => new Date(text)),
    v.date(),
  ),
});

/** SNS tries a push for 6 hours: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const longestTriesMs = 7 * 3_600_000;

/** By FailureType. AWS publishes no list; these have been seen: https://repost.aws/questions/QUdzEMqm-kQ9iF1P8Vv74lTw */
const failures: Readonly<Record<string, Meaning>> = {
  InvalidPlatformToken: means(NotRegistered),
  EndpointDisabled: means(NotRegistered),
  EndpointNotFound: means(NotRegistered),
  PlatformApplicationDisabled: means(ChannelMisconfigured, "identity"),
};

/** SNS publishes other events of the application too: only a failure is about a message. */
export const readTopicMessage: ReadTopicMessage = (message) => {
  if (!v.is(anyEvent, message)) return undefined;
  const failure = readPushFailure(message);
  return failure === undefined ? [] : [failure];
};

/** Undefined where the body is not such an event. */
export function readPushFailure(body: unknown): Receipt | undefined {
  const parsed = v.safeParse(event, body);
  if (!parsed.success) return undefined;
  const {
    MessageId,
    EndpointArn,
    FailureType: code,
    FailureMessage,
    Time,
    Resource: identity,
  } = parsed.output;
  const { Kind, speaksOf } = failures[code ?? ""] ?? means(Undeliverable, "request");
  return {
    names: "address",
    address: EndpointArn,
    sentAt: Time.toISOString(),
    sentSince: new Date(Time.getTime() - longestTriesMs).toISOString(),
    channel: "appMessaging",
    // The event does not say which of them sent it.
    orChannels: ["nativePush"],
    status: "failed",
    at: Time.toISOString(),
    providerMessageId: MessageId,
    error: toLaterFailure(new Kind(FailureMessage, { code, speaksOf, identity })),
  };
}
