/**
 * When an event is told again, and when a webhook is called again. After some failures in a row nobody calls it for a while,
 * but one, to see whether it is back: so a dead receiver costs a call now and then, however much waits for it. Pure.
 */
import type { WebhookSubscription } from "../../domain/events/webhook-subscription.ts";
import type { Answer } from "./call.ts";

const hourMs = 3600 * 1000;
/** The last try is made when this is over; who still waits half an hour later for a turn gets none. */
const triedForMs = 24 * hourMs;
const waitsForMs = 24.5 * hourMs;

/** The longest delay of a message in SQS. */
const longestSeconds = 900;
const shortestPauseMs = 10_000;
/** Shorter than the longest delay: who has just failed comes after those who wait, so no one event keeps a receiver down. */
const longestPauseMs = 840_000;
const failuresUntilPause = 3;

/** How long the one who calls alone may take. */
export const turnMs = 15_000;

export type Turn = "call" | "claim" | { waitSeconds: number };

export function turnOf({ failures, retryAt }: WebhookSubscription, now: Date): Turn {
  if (failures < failuresUntilPause) return "call";
  const waitMs = retryAt === undefined ? 0 : Date.parse(retryAt) - now.getTime();
  return waitMs <= 0 ? "claim" : { waitSeconds: bounded(waitMs / 1000) };
}

/** As long as it has failed so far, or as it asked for, within bounds; undefined where the next may call at once. */
export function nextCallAt(
  { failures, failingSince }: WebhookSubscription,
  now: Date,
  askedSeconds = 0,
): Date | undefined {
  if (failures + 1 < failuresUntilPause) return undefined;
  const failedForMs = failingSince === undefined ? 0 : now.getTime() - Date.parse(failingSince);
  const pauseMs = Math.max(shortestPauseMs, failedForMs, askedSeconds * 1000);
  return new Date(now.getTime() + Math.min(longestPauseMs, pauseMs));
}

/** Of 429 and 503: seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function secondsAskedFor({ status, retryAfter = "" }: Answer, now: Date): number {
  if (status !== 429 && status !== 503) return 0;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - now.getTime()) / 1000;
  return seconds > 0 ? seconds : 0;
}

/** Whoever waits from now on has been told, or parked, by then. */
export const behindUntil = (now: Date) => new Date(now.getTime() + 25 * hourMs);
export const isBehind = ({ behindUntil: until }: WebhookSubscription, now: Date) =>
  until !== undefined && Date.parse(until) > now.getTime();
/** How long an event waits before it looks again whether an earlier one of its message has been told. */
export const secondsBehindAnother = 30;

export const secondsUntilNextTry = (tries: number, askedSeconds = 0): number =>
  bounded(Math.max(5 * 4 ** (tries - 1), askedSeconds));
const bounded = (seconds: number) => Math.min(longestSeconds, Math.max(1, Math.ceil(seconds)));

export const wasLastTry = (since: string, now: Date) => now.getTime() - Date.parse(since) >= triedForMs;
export const waitedTooLong = (since: string, now: Date) => now.getTime() - Date.parse(since) >= waitsForMs;
