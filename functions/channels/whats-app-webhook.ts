/**
 * WhatsApp's webhook: statuses of what was sent, and what customers wrote. Timestamps are seconds in strings; numbers may be
 * missing, so the message of a status is found by the messageId that it returns.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
import * as v from "valibot";
import type { AttemptError } from "../domain/message/message.ts";
import type { Queued } from "../domain/message/queued-receipt.ts";
import { toLaterFailure } from "./attempt-error.ts";
import { Undeliverable } from "./errors.ts";
import { graphError } from "./graph-errors.ts";
import { metaWebhook } from "./meta-webhook.ts";
import { unixSeconds } from "./unix-seconds.ts";
import { id, list, part, readable, type WebhookContents, word } from "./webhook-reading.ts";
import { whatsAppMeaning } from "./whats-app-errors.ts";
import { message, toConsentChange, toInbound, userPreference } from "./whats-app-messages.ts";

/** Like an error in an answer, with its text as `title`. What cannot be read is left out. */
const metaError = v.fallback(
  v.optional(v.object({ ...graphError.entries, title: v.fallback(v.optional(v.string(), ""), "") })),
  undefined,
);
/**
 * It has no amount, only whether the message is billed (`regular`; `billable` in older versions), and the category whose price
 * applies.
 */
const pricing = v.looseObject({
  type: v.optional(v.string()),
  billable: v.optional(v.boolean(), true),
  category: v.optional(v.string()),
});
const status = v.looseObject({
  id,
  status: v.string(),
  timestamp: unixSeconds,
  recipient_type: word,
  recipient_user_id: word,
  biz_opaque_callback_data: v.nullish(v.string()),
  errors: v.fallback(v.optional(v.array(metaError), []), []),
  // What cannot be read is left out: the receipt itself still counts.
  pricing: v.fallback(v.optional(pricing), undefined),
});
const contact = v.looseObject({ profile: part({ username: word }), user_id: word });
const post = v.looseObject({ entry: v.array(v.looseObject({ changes: list })) });
const change = v.looseObject({
  field: v.fallback(v.optional(v.string(), "messages"), "messages"),
  value: v.looseObject({
    metadata: part({ phone_number_id: v.fallback(v.optional(id), undefined) }),
    contacts: list,
    statuses: list,
    messages: list,
    user_preferences: list,
  }),
});

const channel = "whatsApp";
/** `played` is a voice message that was listened to. Other statuses say nothing about the delivery. */
const statuses = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
} as const;

export const webhook = metaWebhook(readWhatsAppWebhook);

/**
 * `ours`: the id of our phone number; an app may serve other numbers too, and gets their webhooks together with ours.
 * @throws {ValiError} where it is not a WhatsApp webhook at all
 */
export function readWhatsAppWebhook(body: unknown, ours?: string): WebhookContents {
  const leftOut: string[] = [];
  const given = v.parse(post, body).entry.flatMap(({ changes }) => changes);
  const items = readable(change, given, "a change", leftOut).flatMap(({ field, value }): Queued[] => {
    const identity = value.metadata?.phone_number_id;
    if (ours !== undefined && identity !== undefined && identity !== ours) {
      leftOut.push("it is of another phone number");
      return [];
    }
    if (field === "user_preferences")
      return readable(userPreference, value.user_preferences, "a preference", leftOut).flatMap(
        toConsentChange,
      );
    // Anything else is about templates, the account, or other conversations.
    if (field !== "messages") return [];
    const hidden = hiddenNumbers(readable(contact, value.contacts, "a contact", leftOut));
    return [
      ...readable(status, value.statuses, "a status", leftOut).flatMap((one) =>
        toReceipt(one, identity, hidden),
      ),
      ...readable(message, value.messages, "a message", leftOut).flatMap(toInbound),
    ];
  });
  return { items, leftOut };
}

/** The user ids of customers with a user name: they may write without their number. */
const hiddenNumbers = (contacts: readonly v.InferOutput<typeof contact>[]): ReadonlySet<string> =>
  new Set(
    contacts.flatMap(({ profile, user_id }) =>
      profile?.username !== undefined && user_id !== undefined ? [user_id] : [],
    ),
  );

/** `identity`: the id of our phone number. */
function toReceipt(
  given: v.InferOutput<typeof status>,
  identity: string | undefined,
  hidden: ReadonlySet<string>,
): Queued[] {
  const known = Object.hasOwn(statuses, given.status)
    ? statuses[given.status as keyof typeof statuses]
    : undefined;
  // We send nothing to groups.
  if (known === undefined || given.recipient_type === "group") return [];
  const userId = given.recipient_user_id;
  const fields = {
    channel,
    status: known,
    at: given.timestamp,
    providerMessageId: given.id,
    ...(known === "failed" ? { error: failureOf(given.errors[0], identity) } : {}),
    ...(userId !== undefined && hidden.has(userId) ? { knownAs: userId } : {}),
    ...(isBilled(known) && given.pricing ? { pricing: pricingOf(given.pricing) } : {}),
  };
  // Without it, the message is not one of ours: it is looked for by its id, and ends up like everything that never matches.
  const messageId = given.biz_opaque_callback_data || undefined;
  return [
    messageId === undefined
      ? { names: "providerMessageId", ...fields }
      : { names: "messageId", messageId, ...fields },
  ];
}

/** `sent` reports the price, which is billed when the message is delivered. */
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
