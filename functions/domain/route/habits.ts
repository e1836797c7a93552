/**
 * What is learned from receipts, as counters: for a customer on each channel, and for everyone on a channel in a country. A
 * message's counters are a pure function of it, and each change adds the difference, so that the sum is right after any number of
 * changes.
 */
import type { Status } from "../channel.ts";
import type { Message } from "../message/message.ts";
import { isBilled } from "../money/cost.ts";

/**
 * `tried`, `sent`, `billed`, `delivered`, `read`; `readSteps`: the sum of the steps of the times to read; `d7`, `r12`: how many
 * were delivered in step 7, or read in step 12.
 */
export type Counters = Readonly<Record<string, number>>;

/** Times as logarithmic steps, each √2 times the one before: from a second to more than a week in 40 steps. */
export const stepOf = (milliseconds: number): number =>
  Math.max(0, Math.min(lastStep, Math.ceil(2 * Math.log2(Math.max(milliseconds, 1) / 1000))));
export const secondsOf = (step: number): number => 2 ** (step / 2);
export const lastStep = 40;

/** The counters of this message on this channel: none before the result of its attempt is known. */
export function countersOf(message: Message | undefined, channel: string): Counters {
  const attempt = message?.attempts[channel];
  const hop = message?.route.find((one) => one.channel === channel);
  if (message === undefined || attempt?.claimedAt === undefined || hop === undefined) return {};
  const { claimedAt, sentAt, deliveredAt, readAt, failedAt, endedAt, error } = attempt;
  // A bad template, a page without permission or a provider that is down says nothing about this customer.
  const isOfOthers = failedAt && error?.speaksOf !== undefined && error.speaksOf !== "customer";
  if (isOfOthers && !deliveredAt && !readAt) return {};
  if (!(deliveredAt || readAt || failedAt || endedAt || message.finishedAt)) return {};
  const stepSince = (at: string) => stepOf(Date.parse(at) - Date.parse(claimedAt));
  return {
    tried: 1,
    ...(sentAt || deliveredAt || readAt ? { sent: 1 } : {}),
    ...(isBilled(hop, attempt) ? { billed: 1 } : {}),
    ...(deliveredAt ? { delivered: 1, [`d${stepSince(deliveredAt)}`]: 1 } : {}),
    ...(readAt ? { read: 1, readSteps: stepSince(readAt), [`r${stepSince(readAt)}`]: 1 } : {}),
  };
}

/** Only the counters that differ. */
export function difference(after: Counters, before: Counters): Counters {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const change = (after[name] ?? 0) - (before[name] ?? 0);
      return change === 0 ? [] : [[name, change]];
    }),
  );
}

/** What is known about a channel: for this customer, and for everyone in the country. */
export interface ChannelHabits {
  own: Counters;
  everyone: Counters;
}

/** The assumption before anything is known, as attempts: most are delivered, few are known to be read. */
const priors: Record<Status | "billed", { reached: number; tried: number }> = {
  sent: { reached: 4.5, tried: 5 },
  billed: { reached: 4.5, tried: 5 },
  delivered: { reached: 4, tried: 5 },
  read: { reached: 1, tried: 4 },
};
/** Everything that is known about everyone weighs as much as this many attempts to the customer. */
const weightOfEveryone = 2;

/** The chance that an attempt gets this status: a Beta prior, updated by everyone's attempts and then by the customer's own. */
export function chanceOf({ own, everyone }: ChannelHabits, status: Status | "billed"): number {
  const prior = priors[status];
  const ofEveryone = ((everyone[status] ?? 0) + prior.reached) / ((everyone.tried ?? 0) + prior.tried);
  return ((own[status] ?? 0) + weightOfEveryone * ofEveryone) / ((own.tried ?? 0) + weightOfEveryone);
}

/** The typical (geometric mean) time to read: the customer's own if they have ever read a message, otherwise everyone's. */
export function secondsToRead({ own, everyone }: ChannelHabits): number | undefined {
  const from = own.read ? own : everyone;
  return from.read ? secondsOf((from.readSteps ?? 0) / from.read) : undefined;
}

/** The time within which this share of the receipts came; undefined where there were none. */
export function secondsWithin(
  share: number,
  { everyone }: ChannelHabits,
  status: Status,
): { seconds: number; receipts: number } | undefined {
  const letter = status === "read" ? "r" : "d";
  const steps = Array.from({ length: lastStep + 1 }, (_, step) =>
    Math.max(0, everyone[`${letter}${step}`] ?? 0),
  );
  const receipts = steps.reduce((sum, count) => sum + count, 0);
  if (receipts === 0) return undefined;
  let seen = 0;
  const step = steps.findIndex((count) => {
    seen += count;
    return seen >= share * receipts;
  });
  return { seconds: secondsOf(step), receipts };
}
