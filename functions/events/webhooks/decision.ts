/**
 * What is to be done with a webhook delivery: before the call by the state of its subscription, after the call by the answer.
 * Pure; handler.ts does it.
 */
import {
  type EventPosition,
  longestCallMs,
  type WebhookDelivery,
} from "../../domain/events/webhook-delivery.ts";
import { type WebhookSubscription, wants } from "../../domain/events/webhook-subscription.ts";
import type { Answer } from "./call.ts";
import {
  behindUntil,
  isBehind,
  nextCallAt,
  secondsBehindAnother,
  secondsOfRetryAfter,
  secondsUntilNextTry,
  turnOf,
  waitedTooLong,
  wasLastTry,
} from "./schedule.ts";

/** A delivery as it comes from the queue, and what is known about it. */
export interface Received {
  delivery: WebhookDelivery;
  /** When it was queued for the first time (ISO 8601). */
  since: string;
  /** Undefined: the client has no subscription. */
  subscription: WebhookSubscription | undefined;
  /** Its place, where earlier events of its message may be waiting and it must not overtake them. */
  mustFollow: EventPosition | undefined;
}

/** `isBehindAnother`: an earlier event of its message, in the same batch, is not delivered yet. */
export function received(
  delivery: WebhookDelivery,
  sentAt: Date,
  subscription: WebhookSubscription | undefined,
  isBehindAnother: boolean,
  now: Date,
): Received {
  const hasWaited = delivery.since !== undefined;
  const mayOvertake =
    isBehindAnother || hasWaited || (subscription !== undefined && isBehind(subscription, now));
  return {
    delivery,
    since: delivery.since ?? sentAt.toISOString(),
    subscription,
    mustFollow: mayOvertake ? delivery.order : undefined,
  };
}

/** What is recorded about a call in the subscription's item. */
export type SubscriptionChange =
  | { state: "recovered" }
  | { state: "off" }
  | { state: "failing"; retryAt: Date | undefined; behindUntil: Date };

export type Decision = { change?: SubscriptionChange } & (
  | /** It was delivered, or nobody wants it. */ { action: "finish" }
  | /** It goes back to the queue with a delay. */ { action: "wait"; seconds: number; tries: number }
  | /** It goes to the dead-letter queue. */ { action: "park"; reason: string }
);
export interface Call {
  action: "call";
  subscription: WebhookSubscription;
  /** Call only if no other delivery is calling the receiver: this one tests whether it is back. */
  mustBeAlone: boolean;
}

export function beforeCall(given: Received, now: Date): Decision | Call {
  const { delivery, subscription } = given;
  if (subscription === undefined || !wants(subscription, delivery.type)) return { action: "finish" };
  const turn = turnOf(subscription, now);
  if (typeof turn === "object") return waitOrPark(given, turn.waitSeconds, now);
  return { action: "call", subscription, mustBeAlone: turn === "claim" };
}

/** What to do when an earlier event of the message is waiting. */
export const afterRefusedOrder = (given: Received, now: Date) => waitOrPark(given, secondsBehindAnother, now);
/** What to do when another delivery is calling the receiver. */
export const afterRefusedClaim = (given: Received, now: Date) => waitOrPark(given, longestCallMs / 1000, now);

function waitOrPark({ delivery: { tries }, since }: Received, seconds: number, now: Date): Decision {
  return waitedTooLong(since, now)
    ? { action: "park", reason: "the webhook did not answer for 24 hours" }
    : { action: "wait", seconds, tries };
}

/** `answer`: what the receiver answered, or the name of the error with which the call ended. */
export function afterCall(
  { delivery, since }: Received,
  subscription: WebhookSubscription,
  answer: Answer | string,
  now: Date,
): Decision {
  const outcome = typeof answer === "string" ? answer : answer.status;
  if (typeof outcome === "number" && outcome >= 200 && outcome < 300)
    return { action: "finish", ...(subscription.failures > 0 ? { change: { state: "recovered" } } : {}) };
  if (outcome === 410) return { action: "finish", change: { state: "off" } };
  const retryAfter = typeof answer === "string" ? 0 : secondsOfRetryAfter(answer, now);
  const change = {
    state: "failing",
    retryAt: nextCallAt(subscription, now, retryAfter),
    behindUntil: behindUntil(now),
  } as const;
  const tries = delivery.tries + 1;
  return wasLastTry(since, now)
    ? { action: "park", reason: `after ${tries} tries: ${outcome}`, change }
    : { action: "wait", seconds: secondsUntilNextTry(tries, retryAfter), tries, change };
}
