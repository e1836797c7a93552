/** What a message may cost, before it is sent: for the plan, and for what a budget must have room for. Pure. */
import Big from "big.js";
import type { Hop } from "../message/message.ts";
import { expectationOf } from "../route/prefer.ts";
import { worstCaseCost } from "./cost.ts";

/** US dollars as decimal text. */
export interface PlannedCost {
  /** By the chance that each channel reaches the customer, and is billed; rounded to ten decimals. */
  expected: string;
  /** One channel alone reaches, and the ones before refuse at once. */
  cheapest: string;
  /** Every channel is sent and billed. */
  dearest: string;
}

/** Undefined where a hop has no price. */
export function plannedCost(hops: readonly Hop[]): PlannedCost | undefined {
  const prices = hops.flatMap(({ estimatedCost }) =>
    estimatedCost === undefined ? [] : [new Big(estimatedCost)],
  );
  if (prices.length === 0 || prices.length < hops.length) return undefined;
  let expected = new Big(0);
  let chanceToGetThere = 1;
  for (const hop of hops) {
    const { chance = 0, expectedCost = "0" } = { ...expectationOf(hop, { own: {}, everyone: {} }), ...hop };
    expected = expected.plus(new Big(expectedCost).times(chanceToGetThere));
    chanceToGetThere *= 1 - chance;
  }
  const cheapest = prices.reduce((least, price) => (price.lt(least) ? price : least));
  return {
    expected: expected.round(10).toFixed(),
    cheapest: cheapest.toFixed(),
    dearest: worstCaseCost(hops),
  };
}
