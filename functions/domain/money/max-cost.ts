/** The most that a message may cost: hops that would make the possible total pass it are left out. Pure. */
import Big from "big.js";
import type { Hop, Skip } from "../message/message.ts";

export function withinCost(
  hops: readonly Hop[],
  maxCost: string,
): { hops: Hop[]; skipped: Record<string, Skip> } {
  const kept: Hop[] = [];
  const skipped: Record<string, Skip> = {};
  let total = new Big(0);
  for (const hop of hops) {
    const { channel, estimatedCost } = hop;
    const after = estimatedCost === undefined ? undefined : total.plus(estimatedCost);
    if (after === undefined)
      skipped[channel] = {
        code: "no_price",
        reason: `the price table has no price for it, and maxCost is ${maxCost} USD`,
      };
    else if (after.gt(maxCost))
      skipped[channel] = {
        code: "max_cost",
        reason: `it would cost ${estimatedCost} USD, after up to ${total.toFixed()} USD of the channels before: more than maxCost, ${maxCost} USD`,
      };
    else {
      total = after;
      kept.push(hop);
    }
  }
  return { hops: kept, skipped };
}
