/**
 * What a message cost, from the stored item: each attempt by the provider's own figure where its receipt brought one, else by
 * the price table as it was when the message came in; the total; and what the order saved. Pure.
 */
import Big from "big.js";
import type { Attempt, Cost, Hop, Message } from "../message/message.ts";

export interface Saved {
  /** Negative where the channels before cost more than the dearest alone. */
  usd: string;
  /** The dearest channel of the route: the one that it is compared with. */
  against: string;
}

export const sumOf = (amounts: readonly string[]): string =>
  amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toFixed();

/** Nothing for an attempt that sent nothing; undefined where it was not made, or nobody knows a price. */
export function costOfAttempt(hop: Hop, attempt: Attempt | undefined): Cost | undefined {
  if (attempt === undefined || Object.keys(attempt).length === 0) return undefined;
  if (attempt.cost !== undefined) return attempt.cost;
  if (!isBilled(hop, attempt)) return { usd: "0", source: "priceTable" };
  return hop.estimatedCost === undefined ? undefined : { usd: hop.estimatedCost, source: "priceTable" };
}

/** What nobody knows to be unsent counts as sent: rather too much than too little. */
export function isBilled({ billedWhen }: Pick<Hop, "billedWhen">, attempt: Attempt): boolean {
  const { claimedAt, sentAt, unknownAt, deliveredAt, readAt, failedAt, endedAt } = attempt;
  if (deliveredAt || readAt) return true;
  if (billedWhen === "delivered") return false;
  return Boolean(sentAt || (unknownAt && !failedAt) || (claimedAt && endedAt && !failedAt));
}

/** What the message cost so far. */
export const totalOf = ({ route, attempts }: Pick<Message, "route" | "attempts">): string =>
  sumOf(route.map((hop) => costOfAttempt(hop, attempts[hop.channel])?.usd ?? "0"));

/** The most that it can cost: every channel of the route is sent, and only the last one reaches the customer. */
export const worstCaseCost = (route: readonly Pick<Hop, "estimatedCost">[]): string =>
  sumOf(route.map(({ estimatedCost }) => estimatedCost ?? "0"));

/**
 * Against the dearest channel that could have been used alone: one of the route, which has an address and an account, at the
 * provider's figure where it was used. Undefined where the customer was not reached, or no channel has a price.
 */
export function savedOf(message: Pick<Message, "route" | "attempts" | "outcome">): Saved | undefined {
  const { route, attempts, outcome } = message;
  const isReached =
    outcome === "reached" ||
    route.some(({ channel }) => attempts[channel]?.deliveredAt || attempts[channel]?.readAt);
  if (!isReached) return undefined;
  const prices = route.flatMap((hop) => {
    const usd = attempts[hop.channel]?.cost?.usd ?? hop.estimatedCost;
    return usd === undefined ? [] : [{ channel: hop.channel, usd: new Big(usd) }];
  });
  const dearest = prices.reduce<(typeof prices)[number] | undefined>(
    (most, price) => (most === undefined || price.usd.gt(most.usd) ? price : most),
    undefined,
  );
  return dearest && { usd: dearest.usd.minus(totalOf(message)).toFixed(), against: dearest.channel };
}
