/** A client's webhook subscription as it is stored: an item of the clients table. */
import { randomBytes } from "node:crypto";
import * as v from "valibot";

const time = v.pipe(v.string(), v.isoTimestamp());

export const webhookSubscription = v.object({
  /** The receiver's address. */
  url: v.string(),
  /** The event types that the client wants; absent: all. */
  events: v.optional(v.array(v.string())),
  secret: v.string(),
  /** Also signs deliveries until `previousUntil`, because the receiver may not have the new secret yet. */
  previousSecret: v.optional(v.string()),
  previousUntil: v.optional(time),
  /** Since when the subscription is off: the receiver answered 410. */
  offSince: v.optional(time),
  /** Deliveries that failed since the last that succeeded. */
  failures: v.optional(v.number(), 0),
  failingSince: v.optional(time),
  /** No delivery is made before then. */
  retryAt: v.optional(time),
  /** Until then some deliveries may be waiting, and later events of their messages must not overtake them. */
  behindUntil: v.optional(time),
});
export type WebhookSubscription = v.InferOutput<typeof webhookSubscription>;

const previousSecretMs = 24 * 3600 * 1000;

/** Standard Webhooks asks for 24 to 64 random bytes. https://www.standardwebhooks.com */
const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

export interface SubscriptionRequest {
  url: string;
  events?: string[] | undefined;
  rotateSecret?: boolean | undefined;
}

/** The subscription after `PUT /webhook`: on, with no failures, even where it was off or failing. */
export function changedSubscription(
  before: WebhookSubscription | undefined,
  { url, events, rotateSecret = false }: SubscriptionRequest,
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

/** The secrets that sign a delivery at that time. */
export const secretsAt = (
  { secret, previousSecret, previousUntil }: WebhookSubscription,
  now: Date,
): string[] =>
  previousSecret && previousUntil && Date.parse(previousUntil) > now.getTime()
    ? [secret, previousSecret]
    : [secret];

/** Whether the subscription is on and includes events of this type. */
export const wants = ({ offSince, events }: WebhookSubscription, type: string): boolean =>
  offSince === undefined && (events === undefined || events.includes(type));
