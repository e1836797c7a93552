/**
 * The order of a route's channels by purpose. Pure.
 * - cost: the lowest expected cost to reach the customer. Channels are tried in turn until one reaches the customer, so the sum
 *   is lowest in the order of expected cost divided by chance (exchange two neighbours and compare).
 *   Prices are always known: where nothing is known about the customer or the country, they alone decide.
 * - engagement: the channel on which the customer most likely reads it: the chance of a read, halved for each day that it takes.
 */
import Big from "big.js";
import type { Hop, OrderReason, Purpose } from "../message/message.ts";
import { type ChannelHabits, chanceOf, secondsToRead } from "./habits.ts";

export const rounded = (chance: number): number => Math.round(chance * 1e4) / 1e4;

/** What an attempt is expected to cost, and how likely it is to reach the customer. */
export function expectationOf(
  hop: Pick<Hop, "estimatedCost" | "billedWhen" | "until">,
  habits: ChannelHabits,
): Pick<Hop, "chance" | "expectedCost"> {
  const billed = chanceOf(habits, hop.billedWhen ?? "billed");
  const expectedCost =
    hop.estimatedCost === undefined
      ? {}
      : { expectedCost: money(new Big(hop.estimatedCost).times(rounded(billed))) };
  return { chance: rounded(chanceOf(habits, hop.until)), ...expectedCost };
}

/** An expected cost is only an estimate: ten decimals are enough. */
const money = (amount: Big) => amount.round(10).toFixed();

/** `reportsReads`: whether the channel reports them. */
export function orderBy(
  prefer: Purpose,
  hops: readonly Hop[],
  habitsOf: (channel: string) => ChannelHabits,
  reportsReads: (channel: string) => boolean,
): Hop[] {
  const withHabits = hops.map((hop) => ({ hop, habits: habitsOf(hop.channel) }));
  const isAnythingKnown = withHabits.some(({ habits }) => habits.own.tried || habits.everyone.tried);
  if (!isAnythingKnown && prefer === "engagement")
    return hops.map((hop) => ({ ...hop, why: { prefer, nothingKnown: true } }));
  const rankOf = (hop: Hop, habits: ChannelHabits): Rank => {
    if (prefer === "cost") return rankByCost(hop, habits);
    return reportsReads(hop.channel) ? rankByEngagement(habits) : rankWithoutReads;
  };
  return withHabits
    .map(({ hop, habits }) => {
      const { rank, tieBreak, why } = rankOf(hop, habits);
      const tries = { own: habits.own.tried ?? 0, everyone: habits.everyone.tried ?? 0 };
      const restsOn = isAnythingKnown ? { tries } : { nothingKnown: true as const };
      return { rank, tieBreak, hop: { ...hop, why: { prefer, ...why, ...restsOn } } };
    })
    .sort((a, b) => a.rank - b.rank || a.tieBreak - b.tieBreak)
    .map(({ hop }) => hop);
}

interface Rank {
  /** Lowest first; equal ones keep the order of the rules. */
  rank: number;
  tieBreak: number;
  why: Omit<OrderReason, "prefer">;
}

function rankByCost(hop: Hop, habits: ChannelHabits): Rank {
  const { chance = 0, expectedCost } = expectationOf(hop, habits);
  const costToReach =
    expectedCost === undefined ? undefined : money(new Big(expectedCost).div(Math.max(chance, 1e-4)));
  return {
    rank: costToReach === undefined ? Number.POSITIVE_INFINITY : Number(costToReach),
    tieBreak: -chance,
    why: { chance, ...(costToReach === undefined ? {} : { costToReach }) },
  };
}

function rankByEngagement(habits: ChannelHabits): Rank {
  const chance = rounded(chanceOf(habits, "read"));
  const seconds = secondsToRead(habits);
  const days = (seconds ?? 0) / (24 * 3600);
  return {
    rank: -chance * 0.5 ** days,
    tieBreak: 0,
    why: { chance, ...(seconds === undefined ? {} : { secondsToRead: Math.round(seconds) }) },
  };
}

/**
 * A channel that reports no reads ranks like one about which nothing is known: after those that are known to be read, before
 * those that are known not to be.
 */
const rankWithoutReads: Rank = (() => {
  const { rank, tieBreak, why } = rankByEngagement({ own: {}, everyone: {} });
  return { rank, tieBreak, why: { ...why, readsAreNotTold: true } };
})();
