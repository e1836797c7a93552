/** A client's webhook as it is kept: an item of the clients table. */
import { randomBytes } from "node:crypto";
import * as v from "valibot";

const time = v.pipe(v.string(), v.isoTimestamp());

export const webhook = v.object({
  url: v.string(),
  events: v.optional(v.array(v.string())),
  secret: v.string(),
  /** Signs too until then: the receiver may not have the new one yet. */
  previousSecret: v.optional(v.string()),
  previousUntil: v.optional(time),
  /** The receiver answered 410: it wants no more. */
  offSince: v.optional(time),
  /** Calls that failed since the last that did not. */
  failures: v.optional(v.number(), 0),
  failingSince: v.optional(time),
  /** Until then nobody calls. */
  retryAt: v.optional(time),
  /** Until then events may wait for it, which later ones of their messages must not overtake. */
  behindUntil: v.optional(time),
});
export type WebhookSubscription = v.InferOutput<typeof webhook>;

const bothValidMs = 24 * 3600 * 1000;

/** As the Standard Webhooks convention wants them: 24 to 64 bytes. */
const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

export interface WebhookChange {
  url: string;
  events?: string[] | undefined;
  rotateSecret?: boolean | undefined;
}

/** Switched on, whatever it was: who puts it wants it called. */
export function changedWebhook(
  before: WebhookSubscription | undefined,
  { url, events, rotateSecret = false }: WebhookChange,
  now: Date,
): WebhookSubscription {
  const kept: Omit<WebhookSubscription, "secret"> = { url, ...(events ? { events } : {}), failures: 0 };
  if (before === undefined) return { ...kept, secret: newSecret() };
  if (before.behindUntil) kept.behindUntil = before.behindUntil;
  if (rotateSecret) {
    const previousUntil = new Date(now.getTime() + bothValidMs).toISOString();
    return { ...kept, secret: newSecret(), previousSecret: before.secret, previousUntil };
  }
  const { secret, previousSecret, previousUntil } = before;
  return { ...kept, secret, ...(previousSecret && previousUntil ? { previousSecret, previousUntil } : {}) };
}

export const secretsAt = (
  { secret, previousSecret, previousUntil }: WebhookSubscription,
  now: Date,
): string[] =>
  previousSecret && previousUntil && Date.parse(previousUntil) > now.getTime()
    ? [secret, previousSecret]
    : [secret];

export const wants = ({ offSince, events }: WebhookSubscription, type: string): boolean =>
  offSince === undefined && (events === undefined || events.includes(type));
