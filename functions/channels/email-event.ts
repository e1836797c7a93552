/**
 * What a configuration set of SES publishes of an e-mail. Each event has the tags that it was sent with.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
import * as v from "valibot";
import type { Queued } from "../domain/message/queued-receipt.ts";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { toLaterFailure } from "./attempt-error.ts";
import {
  type ChannelError,
  type Meaning,
  means,
  NotRegistered,
  OptedOut,
  Rejected,
  Undeliverable,
} from "./errors.ts";

const time = v.pipe(
  v.string(),
  v.transform((text) => new Date(text)),
  v.date(),
  v.transform((date) => date.toISOString()),
);
const word = v.fallback(v.optional(v.string(), ""), "");
const anyEvent = v.looseObject({ eventType: v.string(), mail: v.looseObject({ messageId: v.string() }) });
const mail = v.looseObject({
  messageId: v.string(),
  timestamp: time,
  source: word,
  destination: v.fallback(v.optional(v.array(v.string()), []), []),
  tags: v.optional(v.record(v.string(), v.array(v.string())), {}),
});
const at = v.looseObject({ timestamp: time });
const recipient = v.looseObject({ diagnosticCode: word, status: word });
const preferences = v.fallback(v.optional(v.looseObject({ unsubscribeAll: v.boolean() })), undefined);
const event = v.variant("eventType", [
  v.looseObject({ eventType: v.literal("Send"), mail }),
  v.looseObject({ eventType: v.literal("Delivery"), mail, delivery: at }),
  v.looseObject({ eventType: v.literal("Open"), mail, open: at }),
  v.looseObject({
    eventType: v.literal("Bounce"),
    mail,
    bounce: v.looseObject({
      ...at.entries,
      bounceType: v.string(),
      bounceSubType: word,
      bouncedRecipients: v.fallback(v.optional(v.array(recipient), []), []),
    }),
  }),
  v.looseObject({
    eventType: v.literal("Complaint"),
    mail,
    complaint: v.looseObject({
      ...at.entries,
      complaintSubType: v.fallback(v.nullish(v.string()), undefined),
      complaintFeedbackType: word,
    }),
  }),
  v.looseObject({ eventType: v.literal("Reject"), mail, reject: v.looseObject({ reason: word }) }),
  v.looseObject({
    eventType: v.literal("Rendering Failure"),
    mail,
    failure: v.looseObject({ errorMessage: word }),
  }),
  v.looseObject({
    eventType: v.literal("Subscription"),
    mail,
    subscription: v.looseObject({
      ...at.entries,
      newTopicPreferences: preferences,
      oldTopicPreferences: preferences,
    }),
  }),
]);
type Event = v.InferOutput<typeof event>;
const eventTypes = new Set<string>(event.options.map(({ entries }) => entries.eventType.literal));

export const unsubscribedCode = "Permanent/UnsubscribedRecipient";

/**
 * By type and subtype. SES reports a bounce when it has stopped trying. A transient one is final where it says why; a general one
 * may be an answering machine's, and one that SES cannot read may be anything: there the window decides.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-bounce-types
 */
const bounces: Readonly<Record<string, Meaning | "wait">> = {
  "Permanent/General": means(Undeliverable),
  "Permanent/NoEmail": means(NotRegistered),
  // Where it bounced lately, from whatever sender; and on the account's own list.
  "Permanent/Suppressed": means(Undeliverable),
  "Permanent/OnAccountSuppressionList": means(Undeliverable),
  [unsubscribedCode]: means(OptedOut),
  "Transient/MailboxFull": means(Undeliverable),
  "Transient/MessageTooLarge": means(Rejected),
  "Transient/ContentRejected": means(Rejected),
  "Transient/AttachmentRejected": means(Rejected),
  "Transient/General": "wait",
  "Undetermined/Undetermined": "wait",
};

/** What SES publishes when an event destination is made. https://github.com/ope-tech/laravel-ses/issues/10 */
const greeting = "Successfully validated SNS topic for Amazon SES event publishing.";

export const readTopicMessage: ReadTopicMessage = (message) => {
  if (message === greeting) return [];
  if (!v.is(anyEvent, message)) return undefined;
  // A delay or a click, and what SES may add.
  if (!eventTypes.has(message.eventType)) return [];
  const read = v.parse(event, message);
  const [messageId] = read.mail.tags.messageId ?? [];
  // It was not sent by this service.
  return messageId === undefined ? [] : itemsOf(read, messageId);
};

function itemsOf(read: Event, messageId: string): Queued[] {
  const { messageId: providerMessageId, timestamp: sentAt } = read.mail;
  const receipt = (status: "sent" | "delivered" | "read", time: string): Queued[] => [
    { names: "messageId", channel, messageId, status, at: time, providerMessageId },
  ];
  const failure = (error: ChannelError, time = sentAt): Queued[] => [
    {
      names: "messageId",
      channel,
      messageId,
      status: "failed",
      at: time,
      providerMessageId,
      error: toLaterFailure(error),
    },
  ];
  const [address] = read.mail.destination;
  const identity = addressIn(read.mail.source);
  switch (read.eventType) {
    case "Send":
      return receipt("sent", sentAt);
    case "Delivery":
      return receipt("delivered", read.delivery.timestamp);
    case "Open":
      return receipt("read", read.open.timestamp);
    case "Reject":
      return failure(new Rejected(read.reject.reason || "SES rejected it", { code: "Reject", identity }));
    case "Rendering Failure":
      return failure(
        new Rejected(read.failure.errorMessage || "SES could not render it", {
          code: "RenderingFailure",
          identity,
        }),
      );
    case "Bounce": {
      const { bounceType, bounceSubType, bouncedRecipients, timestamp } = read.bounce;
      const code = `${bounceType}/${bounceSubType}`;
      const meaning =
        bounces[code] ?? (bounceType === "Permanent" ? means(Undeliverable, "request") : "wait");
      if (meaning === "wait") return [];
      const [{ diagnosticCode, status } = { diagnosticCode: "", status: "" }] = bouncedRecipients;
      const text = diagnosticCode || status || "it bounced";
      return failure(new meaning.Kind(text, { code, speaksOf: meaning.speaksOf, identity }), timestamp);
    }
    case "Complaint": {
      const { complaintSubType, complaintFeedbackType, timestamp } = read.complaint;
      // SES did not send it.
      if (complaintSubType)
        return failure(
          new Undeliverable("SES does not send there", { code: `Complaint/${complaintSubType}`, identity }),
          timestamp,
        );
      // "This is no spam", they say.
      if (complaintFeedbackType === "not-spam") return [];
      return [
        { names: "consent", channel, messageId, address, at: timestamp, category: "all", state: "opted-out" },
      ];
    }
    case "Subscription": {
      const { timestamp, newTopicPreferences: now, oldTopicPreferences: before } = read.subscription;
      if (now === undefined || now.unsubscribeAll === before?.unsubscribeAll) return [];
      const state = now.unsubscribeAll ? "opted-out" : "opted-in";
      return [{ names: "consent", channel, messageId, address, at: timestamp, category: "marketing", state }];
    }
  }
}

const channel = "email";

/** `MyShop <hello@shop.example>` */
const addressIn = (source: string): string | undefined =>
  (/<([^<>]+)>$/.exec(source)?.[1] ?? source) || undefined;
