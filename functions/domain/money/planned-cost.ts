/** What a message may cost, before it is sent: for the plan. Pure. */
import Big from "big.js";
import type { Hop } from "../message/message.ts";
import { expectationOf } from "../route/prefer.ts";
import { worstCaseCost } from "./cost.ts";

/** US dollars as decimal text. */
export interface PlannedCost {
  /** By the chances that each channel is tried and billed; rounded to ten decimals. */
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
  let expected = new Big(0);
  let chanceOfBeingTried = 1;
  for (const hop of hops) {
    const { chance = 0, expectedCost = "0" } = { ...expectationOf(hop, { own: {}, everyone: {} }), ...hop };
    expected = expected.plus(new Big(expectedCost).times(chanceOfBeingTried));
    chanceOfBeingTried *= 1 - chance;
  }
  const cheapest = prices.reduce((lowest, price) => (price.lt(lowest) ? price : lowest));
  return {
    expected: expected.round(10).toFixed(),
    cheapest: cheapest.toFixed(),
    dearest: worstCaseCost(hops),
  };
}
