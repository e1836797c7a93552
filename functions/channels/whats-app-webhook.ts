/**
 * WhatsApp's webhook: statuses of what was sent, and what customers wrote. Timestamps are seconds in strings; numbers may
 * be missing, so a status finds its message by the messageId that it carries back.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
import * as v from "valibot";
import type { AttemptError } from "../domain/message/message.ts";
import type { Inbound, InboundContent, Queued } from "../domain/message/queued-receipt.ts";
import type { Webhook } from "../domain/receipt-readers.ts";
import { toLaterFailure } from "./attempt-error.ts";
import { Undeliverable } from "./errors.ts";
import { graphError } from "./graph-errors.ts";
import { contentOf, part, word } from "./inbound-content.ts";
import { answerMeta, isSignedByMeta } from "./meta-webhook.ts";
import { whatsAppMeaning } from "./whats-app-errors.ts";

const seconds = v.pipe(
  // Documented as a text; other fields of the same webhooks have numbers.
  v.union([v.pipe(v.string(), v.digits()), v.pipe(v.number(), v.integer(), v.minValue(0))]),
  v.transform((given) => new Date(Number(given) * 1000)),
  v.date(),
  v.transform((at) => at.toISOString()),
);
/** As an answer's error, with its text as `title`. What cannot be read is left out. */
const metaError = v.fallback(
  v.optional(v.object({ ...graphError.entries, title: v.fallback(v.optional(v.string(), ""), "") })),
  undefined,
);
/** No amount: whether it is billed (`regular`; older versions say `billable`), and at which category's price. */
const pricing = v.looseObject({
  type: v.optional(v.string()),
  billable: v.optional(v.boolean(), true),
  category: v.optional(v.string()),
});
const status = v.looseObject({
  id: v.string(),
  status: v.string(),
  timestamp: seconds,
  biz_opaque_callback_data: v.optional(v.string()),
  errors: v.optional(v.array(metaError), []),
  // What cannot be read is left out: the receipt itself counts.
  pricing: v.fallback(v.optional(pricing), undefined),
});
const choice = part({ id: word, title: word });
const caption = part({ caption: word });
const message = v.looseObject({
  from: v.optional(v.string()),
  timestamp: seconds,
  id: word,
  type: v.fallback(v.optional(v.string(), "unknown"), "unknown"),
  context: part({ id: word }),
  text: part({ body: word }),
  button: part({ text: word, payload: word }),
  interactive: part({ button_reply: choice, list_reply: choice }),
  reaction: part({ message_id: word, emoji: word }),
  image: caption,
  video: caption,
  document: caption,
});
const event = v.looseObject({
  entry: v.array(
    v.looseObject({
      changes: v.array(
        v.looseObject({
          value: v.looseObject({
            metadata: part({ phone_number_id: word }),
            statuses: v.optional(v.array(status), []),
            messages: v.optional(v.array(message), []),
          }),
        }),
      ),
    }),
  ),
});

const channel = "whatsApp";
/** `played` is a voice message that was listened to. Any other status says nothing of the delivery. */
const statuses = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
} as const;

export const webhook: Webhook = {
  isGenuine: isSignedByMeta,
  answerHandshake: answerMeta,
  read: (body) => readWhatsAppWebhook(body),
};

export function readWhatsAppWebhook(body: unknown): Queued[] {
  return v
    .parse(event, body)
    .entry.flatMap(({ changes }) => changes)
    .flatMap(({ value }) => [
      ...value.statuses.flatMap((given) => toReceipt(given, value.metadata?.phone_number_id)),
      ...value.messages.flatMap(toInbound),
    ]);
}

/** Without a number (people may hide it behind a user name) nobody knows whose it is. */
function toInbound(given: v.InferOutput<typeof message>): Inbound[] {
  const { from, timestamp } = given;
  if (from === undefined) return [];
  const content = answerIn(given);
  return [
    { names: "customer", channel, address: `+${from}`, at: timestamp, ...(content ? { content } : {}) },
  ];
}

/** Words of WhatsApp itself: a new number, a first look at the chat. */
const notOfTheCustomer = ["system", "request_welcome"];

function answerIn(given: v.InferOutput<typeof message>): InboundContent | undefined {
  const { id, type, context, text, button, interactive, reaction } = given;
  if (notOfTheCustomer.includes(type)) return undefined;
  const chosen = interactive?.button_reply ?? interactive?.list_reply;
  const captioned = given.image ?? given.video ?? given.document;
  return contentOf({
    id,
    type,
    text: text?.body ?? button?.text ?? chosen?.title ?? reaction?.emoji ?? captioned?.caption,
    payload: button?.payload ?? chosen?.id,
    answersId: reaction?.message_id ?? context?.id,
  });
}

/** `identity`: the id of our phone number. */
function toReceipt(given: v.InferOutput<typeof status>, identity: string | undefined): Queued[] {
  const known = Object.hasOwn(statuses, given.status)
    ? statuses[given.status as keyof typeof statuses]
    : undefined;
  if (known === undefined) return [];
  const news = {
    channel,
    status: known,
    at: given.timestamp,
    providerMessageId: given.id,
    ...(known === "failed" ? { error: failureOf(given.errors[0], identity) } : {}),
    ...(isBilled(known) && given.pricing ? { pricing: pricingOf(given.pricing) } : {}),
  };
  // Without it, it is not of ours: it is looked for by its id, and ends where what never matches ends.
  const messageId = given.biz_opaque_callback_data;
  return [
    messageId === undefined
      ? { names: "providerMessageId", ...news }
      : { names: "messageId", messageId, ...news },
  ];
}

/** `sent` tells what it will cost: it costs that when it is delivered. */
const isBilled = (known: string) => known === "delivered" || known === "read";

const pricingOf = ({ type, billable, category }: v.InferOutput<typeof pricing>) => {
  if (type === undefined ? !billable : type !== "regular") return { usd: "0" };
  return category === undefined ? {} : { category };
};

function failureOf(error: v.InferOutput<typeof metaError>, identity: string | undefined): AttemptError {
  if (error === undefined)
    return toLaterFailure(
      new Undeliverable("WhatsApp reported a failure without saying why", { speaksOf: "request", identity }),
    );
  const { meaning, code } = whatsAppMeaning(error, identity);
  const { Kind, speaksOf } = meaning;
  const details = error.error_data?.details;
  const text = error.title || error.message;
  return toLaterFailure(new Kind(details ? `${text} (${details})` : text, { code, speaksOf, identity }));
}
