/** What a hop costs if it is billed: the units that its provider bills, at the price in the price table. Pure. */
import type { Addresses, Channel } from "../channel.ts";
import type { Hop } from "../message/message.ts";
import { priceOf } from "../money/price.ts";
import type { PriceTable } from "../money/price-table.ts";
import { bodyFor, type Content } from "./content.ts";
import { countSmsParts } from "./sms-text.ts";

/** What the channel's provider bills for it. */
function unitsOf(channel: Channel, addresses: Addresses, content: Content): number {
  const address = addresses[channel.address];
  if (channel.billedPer === "device" && Array.isArray(address)) return address.length;
  const body = bodyFor(channel.id, content);
  return channel.billedPer === "SMS part" && body !== undefined ? countSmsParts(body).parts : 1;
}

/** `estimatedCost` is absent where the table has no price. */
export function estimateOf(
  channel: Channel,
  { addresses, country, content }: { addresses: Addresses; country: string | undefined; content: Content },
  prices: PriceTable,
): Pick<Hop, "estimatedCost" | "billedWhen"> {
  const units = unitsOf(channel, addresses, content);
  const category = channel.priceCategory?.(content.channelOptions?.[channel.id] ?? {});
  const estimatedCost = priceOf(prices, { channel: channel.id, country, category }, units);
  return {
    ...(estimatedCost === undefined ? {} : { estimatedCost }),
    ...(channel.billedWhen ? { billedWhen: channel.billedWhen } : {}),
  };
}
