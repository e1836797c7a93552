/**
 * Messenger's webhook: deliveries and reads, whose watermark covers every message before it, echoes of what went out, and what
 * customers wrote or came by. Timestamps are milliseconds. There is no failure event: a failure shows only as silence.
 * https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
 */
import * as v from "valibot";
import { hashOf } from "../domain/hash-of.ts";
import type { Queued } from "../domain/message/queued-receipt.ts";
import { contentOf } from "./inbound-content.ts";
import { metaWebhook } from "./meta-webhook.ts";
import { id, list, part, readable, type WebhookContents, word } from "./webhook-reading.ts";

const milliseconds = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(8.64e15),
  v.transform((value) => new Date(value).toISOString()),
);
const party = v.optional(v.looseObject({ id }));
const event = v.looseObject({
  sender: party,
  timestamp: v.optional(milliseconds),
  delivery: v.optional(
    v.looseObject({ mids: v.fallback(v.nullish(v.array(id), []), []), watermark: milliseconds }),
  ),
  read: v.optional(v.looseObject({ watermark: milliseconds })),
  message: v.optional(
    v.looseObject({
      mid: v.optional(id),
      is_echo: v.optional(v.boolean(), false),
      metadata: v.optional(v.string()),
      text: word,
      quick_reply: part({ payload: word }),
      reply_to: part({ mid: word }),
      attachments: v.fallback(v.optional(v.array(v.looseObject({ type: v.string() })), []), []),
    }),
  ),
  postback: part({ mid: word, title: word, payload: word, referral: part({ ref: word }) }),
  referral: part({ ref: word }),
  optin: part({ ref: word }),
  reaction: part({ mid: word, emoji: word, action: word }),
});
const post = v.looseObject({ entry: v.array(v.unknown()) });
const entry = v.looseObject({
  id: v.fallback(v.optional(id), undefined),
  time: v.fallback(v.optional(milliseconds), undefined),
  messaging: list,
  // Another app of the page owns the conversation: the events are the same.
  standby: list,
});

const channel = "fbMessenger";
const uuid = v.pipe(v.string(), v.uuid());

export const webhook = metaWebhook(readMessengerWebhook);

/**
 * `ours`: the id of our page; an app may serve other pages too, and gets their webhooks together with ours.
 * @throws {ValiError} where it is not a Messenger webhook at all
 */
export function readMessengerWebhook(body: unknown, ours?: string): WebhookContents {
  const leftOut: string[] = [];
  const given = readable(entry, v.parse(post, body).entry, "an entry", leftOut);
  const items = given.flatMap(({ id: page, time, messaging, standby }) => {
    if (ours === undefined || page === undefined || page === ours)
      return readable(event, [...messaging, ...standby], "an event", leftOut).flatMap((one) =>
        read(one, one.timestamp ?? time),
      );
    leftOut.push("it is of another page");
    return [];
  });
  return { items, leftOut };
}

function read(
  { sender, delivery, read, message, postback, reaction, referral, optin }: v.InferOutput<typeof event>,
  time?: string,
): Queued[] {
  if (sender === undefined) return [];
  const address = sender.id;
  if (delivery !== undefined) {
    const { mids, watermark } = delivery;
    const at = time ?? watermark;
    return [
      { names: "watermark", channel, status: "delivered", at, address, watermark, providerMessageIds: mids },
    ];
  }
  if (read !== undefined) {
    const { watermark } = read;
    const at = time ?? watermark;
    return [{ names: "watermark", channel, status: "read", at, address, watermark, providerMessageIds: [] }];
  }
  // An m.me link, in a thread that there is or by "Get Started", or the plugin "Send to Messenger": each opens the window.
  // https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/m-me-links
  const ref = referral?.ref ?? postback?.referral?.ref ?? optin?.ref;
  if (time === undefined || !(message || postback || reaction || ref)) return [];
  if (message?.is_echo !== true) {
    const content =
      (message && writtenOf(message)) ??
      (postback && pressedOf(postback, [address, time])) ??
      (reaction && reactedOf(reaction, [address, time]));
    return [
      {
        names: "customer",
        channel,
        address,
        at: time,
        ...(content ? { content } : {}),
        ...(ref ? { ref } : {}),
      },
    ];
  }
  // What the page itself sent; only our own messages carry a messageId.
  const messageId = message.metadata;
  if (!v.is(uuid, messageId)) return [];
  return [
    { names: "messageId", channel, status: "sent", at: time, messageId, providerMessageId: message.mid },
  ];
}

type Event = v.InferOutput<typeof event>;

function writtenOf({ mid, text, quick_reply, reply_to, attachments }: NonNullable<Event["message"]>) {
  return contentOf({
    id: mid,
    type: text === undefined ? (attachments[0]?.type ?? "unknown") : "text",
    text,
    payload: quick_reply?.payload,
    details: attachments.length > 0 ? attachments : undefined,
    answersId: reply_to?.mid,
  });
}

/** What has no id gets one made from its content, so that it is the same when it is posted again. */
const pressedOf = ({ mid, title, payload }: NonNullable<Event["postback"]>, seen: string[]) =>
  contentOf({
    id: mid ?? hashOf([...seen, title, payload]),
    type: "postback",
    text: title,
    payload,
  });

/** A reaction that was removed has no text. */
const reactedOf = ({ mid, emoji, action }: NonNullable<Event["reaction"]>, seen: string[]) =>
  contentOf({
    id: hashOf([...seen, mid, emoji, action]),
    type: "reaction",
    text: action === "unreact" ? undefined : emoji,
    answersId: mid,
  });
