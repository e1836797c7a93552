/**
 * WhatsApp's webhook: statuses of what was sent, and what customers wrote. Timestamps are seconds in strings; numbers may
 * be missing, so a status finds its message by the messageId that it carries back.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
import * as v from "valibot";
import { toLaterFailure } from "../channels/attempt-error.ts";
import { Undeliverable } from "../channels/errors.ts";
import { classifyWhatsAppError } from "../channels/whats-app.ts";
import type { AttemptError } from "../routing/message.ts";
import type { Queued } from "./receipt.ts";

const seconds = v.pipe(
  v.string(),
  v.digits(),
  v.transform((text) => new Date(Number(text) * 1000).toISOString()),
);
const metaError = v.looseObject({
  code: v.number(),
  title: v.optional(v.string(), ""),
  error_data: v.optional(v.looseObject({ details: v.optional(v.string()) })),
});
/** No amount: whether it is billed, and at which category's price. */
const pricing = v.looseObject({ billable: v.boolean(), category: v.optional(v.string()) });
const status = v.looseObject({
  id: v.string(),
  status: v.string(),
  timestamp: seconds,
  biz_opaque_callback_data: v.optional(v.string()),
  errors: v.optional(v.array(metaError), []),
  pricing: v.optional(pricing),
});
const message = v.looseObject({ from: v.optional(v.string()), timestamp: seconds });
const webhook = v.looseObject({
  entry: v.array(
    v.looseObject({
      changes: v.array(
        v.looseObject({
          value: v.looseObject({
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

export function readWhatsAppWebhook(body: unknown): Queued[] {
  return v
    .parse(webhook, body)
    .entry.flatMap(({ changes }) => changes)
    .flatMap(({ value }) => [
      ...value.statuses.flatMap(toReceipt),
      ...value.messages.flatMap(({ from, timestamp }): Queued[] =>
        from === undefined ? [] : [{ names: "customer", channel, address: `+${from}`, at: timestamp }],
      ),
    ]);
}

function toReceipt(given: v.InferOutput<typeof status>): Queued[] {
  const known = Object.hasOwn(statuses, given.status)
    ? statuses[given.status as keyof typeof statuses]
    : undefined;
  if (known === undefined) return [];
  const news = {
    channel,
    status: known,
    at: given.timestamp,
    providerMessageId: given.id,
    ...(known === "failed" ? { error: failureOf(given.errors[0]) } : {}),
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

const pricingOf = ({ billable, category }: v.InferOutput<typeof pricing>) => {
  if (!billable) return { usd: "0" };
  return category === undefined ? {} : { category };
};

function failureOf(error: v.InferOutput<typeof metaError> | undefined): AttemptError {
  if (error === undefined)
    return toLaterFailure(new Undeliverable("WhatsApp reported a failure without saying why"));
  const { Kind, code } = classifyWhatsAppError({ ...error, message: error.title });
  const details = error.error_data?.details;
  return toLaterFailure(new Kind(details ? `${error.title} (${details})` : error.title, { code }));
}
