/** What a hop costs where it is billed: the units that its provider bills, at the price of the price table. Pure. */
import type { Addresses, Channel } from "../channel.ts";
import type { Hop } from "../message/message.ts";
import { priceOf } from "../money/price.ts";
import type { PriceTable } from "../money/price-table.ts";
import { bodyFor, type Content } from "./content.ts";
import { countSmsParts } from "./sms-text.ts";

const smsPartsOf = (channel: string, content: Content): number | undefined => {
  const body = bodyFor(channel, content);
  return channel === "sms" && body !== undefined ? countSmsParts(body).parts : undefined;
};

/** `estimatedCost` is absent where the table has no price. */
export function estimateOf(
  channel: Channel,
  { addresses, country, content }: { addresses: Addresses; country: string | undefined; content: Content },
  prices: PriceTable,
): Pick<Hop, "estimatedCost" | "billedWhen"> {
  const address = addresses[channel.address];
  const units = smsPartsOf(channel.id, content) ?? (Array.isArray(address) ? address.length : 1);
  const category = channel.priceCategory?.(content.channelOptions?.[channel.id] ?? {});
  const estimatedCost = priceOf(prices, { channel: channel.id, country, category }, units);
  return {
    ...(estimatedCost === undefined ? {} : { estimatedCost }),
    ...(channel.billedWhen ? { billedWhen: channel.billedWhen } : {}),
  };
}
