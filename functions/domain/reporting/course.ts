/**
 * The course that a message takes where it is known what becomes of it on each channel: the route is the planner's, and what
 * counts as reached, billed and saved is decided as for a real message. Nothing is stored or sent. For the comparison of orders on
 * the local run's console. Pure.
 */
import type { Addresses } from "../channel.ts";
import { countryOf } from "../customer/phone-number.ts";
import type { Attempt, Hop } from "../message/message.ts";
import { isBilled, savedOf, totalOf } from "../money/cost.ts";
import type { PriceTable } from "../money/price-table.ts";
import { changesOf, isReached } from "../outcome/receipt-changes.ts";
import type { Content } from "../route/content.ts";
import { estimateOf } from "../route/estimate.ts";
import { type Deployment, planRoute } from "../route/plan-route.ts";
import type { Rule } from "../route/rules.ts";

/** What becomes of a message on a channel. */
export interface Fate {
  /** Otherwise the provider refuses it at once. */
  isRegistered: boolean;
  isDelivered: boolean;
  isRead: boolean;
  /** Since it was sent. */
  secondsToDeliver: number;
  /** Since it was delivered. */
  secondsToRead: number;
}

export interface Course {
  /** Absent: no channel reached the customer. */
  reached?: { by: string; afterSeconds: number };
  /** Whether it was read, wherever: also where the channel does not report it. */
  isRead: boolean;
  /** US dollars, decimal text. */
  usd: string;
  /** What the order saved against the dearest channel of the route; "0" where the customer was not reached. */
  savedUsd: string;
  /** How many of its copies were billed at a price that nobody knows. */
  unpriced: number;
}

export function courseOf(
  { rules, to, content }: { rules: readonly Rule[]; to: Addresses; content: Content },
  fateOf: (channel: string) => Fate,
  deployment: Deployment,
  prices: PriceTable,
): Course {
  const country = typeof to.phoneNumber === "string" ? countryOf(to.phoneNumber) : undefined;
  const { hops: route } = planRoute(
    rules,
    {
      addresses: to,
      estimate: (channel, addresses) => estimateOf(channel, { addresses, country, content }, prices),
    },
    deployment,
  );
  const attempts: Record<string, Attempt> = {};
  let reached: Course["reached"];
  let isRead = false;
  let seconds = 0;
  for (const hop of route) {
    const fate = fateOf(hop.channel);
    const reports = deployment.channels.get(hop.channel)?.reports ?? [];
    const { attempt, reachedAfter } = attemptOf(hop, fate, reports, seconds);
    attempts[hop.channel] = attempt;
    isRead ||= fate.isRead;
    if (reachedAfter !== undefined) {
      reached = { by: hop.channel, afterSeconds: reachedAfter };
      break;
    }
    if (fate.isRegistered) seconds += hop.timeoutSeconds;
    attempt.endedAt = at(seconds);
  }
  const outcome = reached ? "reached" : "undeliverable";
  return {
    ...(reached && { reached }),
    isRead,
    usd: totalOf({ route, attempts }),
    savedUsd: savedOf({ route, attempts, outcome })?.usd ?? "0",
    unpriced: route.filter(
      (hop) => hop.estimatedCost === undefined && isBilled(hop, attempts[hop.channel] ?? {}),
    ).length,
  };
}

/** `from`: seconds since the message was accepted, as are those of the result. */
function attemptOf(
  { channel, until, timeoutSeconds }: Hop,
  { isRegistered, isDelivered, isRead, secondsToDeliver, secondsToRead }: Fate,
  reports: readonly string[],
  from: number,
): { attempt: Attempt; reachedAfter?: number } {
  const claimedAt = at(from);
  if (!isRegistered) return { attempt: { claimedAt, failedAt: claimedAt } };
  let attempt: Attempt = { claimedAt, sentAt: claimedAt };
  let reachedAfter = isReached(attempt, until) ? from : undefined;
  const delivered = from + secondsToDeliver;
  const told = [
    ...(isDelivered ? [{ status: "delivered" as const, after: delivered }] : []),
    ...(isRead ? [{ status: "read" as const, after: delivered + secondsToRead }] : []),
  ];
  for (const { status, after } of told.filter((one) => reports.includes(one.status))) {
    attempt = { ...attempt, ...changesOf(attempt, { channel, status, at: at(after) }, at(after)) };
    if (after - from < timeoutSeconds && isReached(attempt, until)) reachedAfter ??= after;
  }
  return { attempt, ...(reachedAfter === undefined ? {} : { reachedAfter }) };
}

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
