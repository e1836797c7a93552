/**
 * `maxCost`: skips the hops that could make the total cost exceed it, and says of the others what each may cost beside them, should
 * the price table be wrong. Pure.
 */
import Big from "big.js";
import type { Hop, Skip } from "../message/message.ts";

export function withinMaxCost(
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
        reason: `maxCost is ${maxCost} USD, and the price table has no price for this channel`,
      };
    else if (after.gt(maxCost))
      skipped[channel] = {
        code: "max_cost",
        reason: `its ${estimatedCost} USD, after up to ${total.toFixed()} USD for the channels before it, would exceed maxCost, ${maxCost} USD`,
      };
    else {
      total = after;
      kept.push(hop);
    }
  }
  const left = new Big(maxCost).minus(total);
  return {
    hops: kept.map((hop) => ({ ...hop, mostCost: left.plus(hop.estimatedCost ?? 0).toFixed() })),
    skipped,
  };
}
