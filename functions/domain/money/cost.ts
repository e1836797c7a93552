/**
 * What a message cost, from the stored item: each attempt by the provider's own figure where a receipt reported one, otherwise by
 * the price table as it was when the message was accepted; the total; and what the order of the channels saved. Pure.
 */
import Big from "big.js";
import type { Attempt, Cost, Hop, Message } from "../message/message.ts";

export interface Saved {
  /** Negative where the channels tried before cost more than the dearest channel alone. */
  usd: string;
  /** The dearest channel of the route, with which the cost is compared. */
  against: string;
}

export const sumOf = (amounts: readonly string[]): string =>
  amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toFixed();

/** 0 for an attempt that sent nothing; undefined where no attempt was made, or no price is known. */
export function costOfAttempt(hop: Hop, attempt: Attempt | undefined): Cost | undefined {
  if (attempt === undefined || Object.keys(attempt).length === 0) return undefined;
  if (attempt.cost !== undefined) return attempt.cost;
  if (!isBilled(hop, attempt)) return { usd: "0", source: "priceTable" };
  return hop.estimatedCost === undefined ? undefined : { usd: hop.estimatedCost, source: "priceTable" };
}

/** An attempt that may have been sent counts as billed: the sum is too large rather than too small. */
export function isBilled({ billedWhen }: Pick<Hop, "billedWhen">, attempt: Attempt): boolean {
  const { claimedAt, sentAt, unknownAt, deliveredAt, readAt, failedAt, endedAt } = attempt;
  if (deliveredAt || readAt) return true;
  if (billedWhen === "delivered") return false;
  return Boolean(sentAt || (unknownAt && !failedAt) || (claimedAt && endedAt && !failedAt));
}

/** What the message has cost so far. */
export const totalOf = ({ route, attempts }: Pick<Message, "route" | "attempts">): string =>
  sumOf(route.map((hop) => costOfAttempt(hop, attempts[hop.channel])?.usd ?? "0"));

/** The most that a message can cost: every channel of the route is sent and billed. */
export const worstCaseCost = (route: readonly Pick<Hop, "estimatedCost">[]): string =>
  sumOf(route.map(({ estimatedCost }) => estimatedCost ?? "0"));

/**
 * What was saved compared with using only the dearest channel of the route (one with an address and an account), at the
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
    (highest, price) => (highest === undefined || price.usd.gt(highest.usd) ? price : highest),
    undefined,
  );
  return dearest && { usd: dearest.usd.minus(totalOf(message)).toFixed(), against: dearest.channel };
}
