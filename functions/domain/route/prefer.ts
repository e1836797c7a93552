/**
 * The order of a route's channels by purpose. Pure.
 * - cost: the cheapest expected cost to reach the customer. Channels are tried in turn until one reaches, so the sum is least
 *   in the order of expected cost over chance (exchange two neighbours and compare).
 * - engagement: where the customer reads: the chance that they read, halved for each day that it typically takes.
 */
import Big from "big.js";
import type { Hop, Purpose, Why } from "../message/message.ts";
import { chanceOf, type Known, secondsToRead } from "./habits.ts";

export const rounded = (chance: number): number => Math.round(chance * 1e4) / 1e4;

/** What a try is expected to cost, and how likely it reaches the customer. */
export function expectationOf(
  hop: Pick<Hop, "estimatedCost" | "billedWhen" | "until">,
  known: Known,
): Pick<Hop, "chance" | "expectedCost"> {
  const billed = chanceOf(known, hop.billedWhen ?? "billed");
  const expectedCost =
    hop.estimatedCost === undefined
      ? {}
      : { expectedCost: money(new Big(hop.estimatedCost).times(rounded(billed))) };
  return { chance: rounded(chanceOf(known, hop.until)), ...expectedCost };
}

/** An expectation is no amount that anybody pays: ten decimals are enough. */
const money = (amount: Big) => amount.round(10).toFixed();

/** `tellsReads`: whether the channel reports them. */
export function orderBy(
  prefer: Purpose,
  hops: readonly Hop[],
  knownOf: (channel: string) => Known,
  tellsReads: (channel: string) => boolean,
): Hop[] {
  const knowns = hops.map((hop) => ({ hop, known: knownOf(hop.channel) }));
  if (!knowns.some(({ known }) => known.own.tried || known.everyone.tried))
    return hops.map((hop) => ({ ...hop, why: { prefer, nothingKnown: true } }));
  const judge = (hop: Hop, known: Known): Judged => {
    if (prefer === "cost") return judgeCost(hop, known);
    return tellsReads(hop.channel) ? judgeEngagement(known) : readsAreNotTold;
  };
  return knowns
    .map(({ hop, known }) => {
      const { rank, tieBreak, why } = judge(hop, known);
      const tries = { own: known.own.tried ?? 0, everyone: known.everyone.tried ?? 0 };
      return { rank, tieBreak, hop: { ...hop, why: { prefer, ...why, tries } } };
    })
    .sort((a, b) => a.rank - b.rank || a.tieBreak - b.tieBreak)
    .map(({ hop }) => hop);
}

interface Judged {
  /** Least first; what is equal keeps the order given. */
  rank: number;
  tieBreak: number;
  why: Omit<Why, "prefer">;
}

function judgeCost(hop: Hop, known: Known): Judged {
  const { chance = 0, expectedCost } = expectationOf(hop, known);
  const costToReach =
    expectedCost === undefined ? undefined : money(new Big(expectedCost).div(Math.max(chance, 1e-4)));
  return {
    rank: costToReach === undefined ? Number.POSITIVE_INFINITY : Number(costToReach),
    tieBreak: -chance,
    why: { chance, ...(costToReach === undefined ? {} : { costToReach }) },
  };
}

function judgeEngagement(known: Known): Judged {
  const chance = rounded(chanceOf(known, "read"));
  const seconds = secondsToRead(known);
  const days = (seconds ?? 0) / (24 * 3600);
  return {
    rank: -chance * 0.5 ** days,
    tieBreak: 0,
    why: { chance, ...(seconds === undefined ? {} : { secondsToRead: Math.round(seconds) }) },
  };
}

/** As good as a channel of which nothing is known: after those that are known to be read, before those that are known not to be. */
const readsAreNotTold: Judged = (() => {
  const { rank, tieBreak, why } = judgeEngagement({ own: {}, everyone: {} });
  return { rank, tieBreak, why: { ...why, readsAreNotTold: true } };
})();
