/**
 * When a webhook delivery is retried, and when a receiver is called at all. After some failures in a row nothing is delivered to
 * it for a while; then a single delivery tests whether it is back. So a receiver that is down costs only an occasional call,
 * however many deliveries wait for it. Pure.
 */
import { longestCallMs } from "../../domain/events/webhook-delivery.ts";
import type { WebhookSubscription } from "../../domain/events/webhook-subscription.ts";
import type { Answer } from "./call.ts";

const hourMs = 3600 * 1000;
/**
 * The first try that fails after this time is the last; a delivery that still waits for its turn half an hour later is not tried
 * any more.
 */
const triedForMs = 24 * hourMs;
const waitsForMs = 24.5 * hourMs;

/** The longest delay of a message in SQS. */
const longestSeconds = 900;
const shortestPauseMs = 10_000;
/**
 * Shorter than the longest delay: so the delivery that just failed comes after those that wait, and does not use up every turn.
 */
const longestPauseMs = 840_000;
const failuresUntilPause = 3;

/** How long the single delivery that tests a receiver may take. */
export const turnMs = longestCallMs + 5_000;

/** `claim`: call the receiver after this delivery has claimed to be the only one that does. */
export type Turn = "call" | "claim" | { waitSeconds: number };

export function turnOf({ failures, retryAt }: WebhookSubscription, now: Date): Turn {
  if (failures < failuresUntilPause) return "call";
  const waitMs = retryAt === undefined ? 0 : Date.parse(retryAt) - now.getTime();
  return waitMs <= 0 ? "claim" : { waitSeconds: bounded(waitMs / 1000) };
}

/**
 * When the receiver may be called again after one more failure: the pause is as long as it has been failing, or as long as its
 * Retry-After asks, within bounds. Undefined: at once.
 */
export function nextCallAt(
  { failures, failingSince }: WebhookSubscription,
  now: Date,
  retryAfterSeconds = 0,
): Date | undefined {
  if (failures + 1 < failuresUntilPause) return undefined;
  const failedForMs = failingSince === undefined ? 0 : now.getTime() - Date.parse(failingSince);
  const pauseMs = Math.max(shortestPauseMs, failedForMs, retryAfterSeconds * 1000);
  return new Date(now.getTime() + Math.min(longestPauseMs, pauseMs));
}

/**
 * The seconds that the Retry-After of a 429 or 503 asks for; the header has seconds or a date. 0 where it asks for nothing.
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function secondsOfRetryAfter({ status, retryAfter = "" }: Answer, now: Date): number {
  if (status !== 429 && status !== 503) return 0;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - now.getTime()) / 1000;
  return seconds > 0 ? seconds : 0;
}

/** By then every delivery that begins to wait now has been made or parked. */
export const behindUntil = (now: Date) => new Date(now.getTime() + 25 * hourMs);
export const isBehind = ({ behindUntil: until }: WebhookSubscription, now: Date) =>
  until !== undefined && Date.parse(until) > now.getTime();
/** How long a delivery waits before it checks again whether the earlier ones of its message have been made. */
export const secondsBehindAnother = 30;

export const secondsUntilNextTry = (tries: number, retryAfterSeconds = 0): number =>
  bounded(Math.max(5 * 4 ** (tries - 1), retryAfterSeconds));
const bounded = (seconds: number) => Math.min(longestSeconds, Math.max(1, Math.ceil(seconds)));

export const wasLastTry = (since: string, now: Date) => now.getTime() - Date.parse(since) >= triedForMs;
export const waitedTooLong = (since: string, now: Date) => now.getTime() - Date.parse(since) >= waitsForMs;
