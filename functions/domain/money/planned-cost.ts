/** What a message may cost, calculated before it is sent, for the plan. Pure. */
import Big from "big.js";
import type { Hop } from "../message/message.ts";
import { expectationOf } from "../route/prefer.ts";
import { worstCaseCost } from "./cost.ts";

/** US dollars as decimal text; what it costs to reach the customer. */
export interface PlannedCost {
  /**
   * On average: the price of the channel that reaches the customer, and what the channels before it cost in vain, by their
   * chances; rounded to ten decimals.
   */
  expected: string;
  /** The cheapest channel reaches the customer, and no other is billed. */
  cheapest: string;
  /** Every channel is tried and billed. */
  dearest: string;
}

/** Undefined where a hop has no price. */
export function plannedCost(hops: readonly Hop[]): PlannedCost | undefined {
  const prices = hops.flatMap(({ estimatedCost }) =>
    estimatedCost === undefined ? [] : [new Big(estimatedCost)],
  );
  if (prices.length === 0 || prices.length < hops.length) return undefined;
  const cheapest = prices.reduce((lowest, price) => (price.lt(lowest) ? price : lowest));
  const dearest = worstCaseCost(hops);
  const expected = (averageWhereReached(hops) ?? new Big(dearest)).round(10);
  // Rounding may take it outside the two bounds, by less than anybody pays.
  const within = expected.lt(cheapest) ? cheapest : expected.gt(dearest) ? new Big(dearest) : expected;
  return { expected: within.toFixed(), cheapest: cheapest.toFixed(), dearest };
}

/** Undefined where no channel has a chance of reaching the customer. */
function averageWhereReached(hops: readonly Hop[]): Big | undefined {
  let sum = new Big(0);
  let costInVain = new Big(0);
  let chanceOfReaching = 0;
  let chanceOfBeingTried = 1;
  for (const hop of hops) {
    const price = new Big(hop.estimatedCost ?? 0);
    const { chance = 0, expectedCost = "0" } = { ...expectationOf(hop, { own: {}, everyone: {} }), ...hop };
    const reachesHere = chanceOfBeingTried * chance;
    sum = sum.plus(costInVain.plus(price).times(reachesHere));
    chanceOfReaching += reachesHere;
    const chanceOfBill = price.eq(0) ? 0 : new Big(expectedCost).div(price).toNumber();
    const billedInVain = chance < 1 ? (chanceOfBill - chance) / (1 - chance) : 0;
    costInVain = costInVain.plus(price.times(Math.min(1, Math.max(0, billedInVain))));
    chanceOfBeingTried *= 1 - chance;
  }
  return chanceOfReaching === 0 ? undefined : sum.div(chanceOfReaching);
}
