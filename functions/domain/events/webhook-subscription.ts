/** A client's webhook as it is stored: an item of the clients table. */
import { randomBytes } from "node:crypto";
import * as v from "valibot";

const time = v.pipe(v.string(), v.isoTimestamp());

export const webhook = v.object({
  url: v.string(),
  events: v.optional(v.array(v.string())),
  secret: v.string(),
  /** Events are signed with it too until `previousUntil`: the receiver may not have the new one yet. */
  previousSecret: v.optional(v.string()),
  previousUntil: v.optional(time),
  /** Since when it is off: the receiver answered 410. */
  offSince: v.optional(time),
  /** The number of failed calls since the last successful one. */
  failures: v.optional(v.number(), 0),
  failingSince: v.optional(time),
  /** Nothing calls the receiver before this time. */
  retryAt: v.optional(time),
  /** Until this time events may wait for it, and later events of the same message must not overtake them. */
  behindUntil: v.optional(time),
});
export type WebhookSubscription = v.InferOutput<typeof webhook>;

const previousSecretMs = 24 * 3600 * 1000;

/** Standard Webhooks asks for 24 to 64 random bytes. https://www.standardwebhooks.com */
const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

export interface WebhookChange {
  url: string;
  events?: string[] | undefined;
  rotateSecret?: boolean | undefined;
}

/** The webhook after a `PUT`, which also switches it on again. */
export function changedWebhook(
  before: WebhookSubscription | undefined,
  { url, events, rotateSecret = false }: WebhookChange,
  now: Date,
): WebhookSubscription {
  const changed: Omit<WebhookSubscription, "secret"> = { url, ...(events ? { events } : {}), failures: 0 };
  if (before === undefined) return { ...changed, secret: newSecret() };
  if (before.behindUntil) changed.behindUntil = before.behindUntil;
  if (rotateSecret) {
    const previousUntil = new Date(now.getTime() + previousSecretMs).toISOString();
    return { ...changed, secret: newSecret(), previousSecret: before.secret, previousUntil };
  }
  const { secret, previousSecret, previousUntil } = before;
  return {
    ...changed,
    secret,
    ...(previousSecret && previousUntil ? { previousSecret, previousUntil } : {}),
  };
}

/** The secrets that events are signed with at this time. */
export const secretsAt = (
  { secret, previousSecret, previousUntil }: WebhookSubscription,
  now: Date,
): string[] =>
  previousSecret && previousUntil && Date.parse(previousUntil) > now.getTime()
    ? [secret, previousSecret]
    : [secret];

/** Whether the webhook receives events of this type. */
export const wants = ({ offSince, events }: WebhookSubscription, type: string): boolean =>
  offSince === undefined && (events === undefined || events.includes(type));
