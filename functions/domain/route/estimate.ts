/** What a hop costs where it is billed: the units that its provider bills, at the price of the price table. Pure. */
import { SegmentedMessage } from "sms-segments-calculator";
import type { Addresses, Channel } from "../channel.ts";
import type { Hop } from "../message/message.ts";
import { priceOf } from "../money/price.ts";
import type { PriceTable } from "../money/price-table.ts";
import { bodyFor, type Content } from "./content.ts";

export interface SmsParts {
  parts: number;
  encoding: string;
}

/** The parts that carriers split a text into and bill, and the encoding: GSM-7 or UCS-2. Undefined where parts do not count. */
export function smsPartsOf(channel: Channel, content: Content): SmsParts | undefined {
  const body = bodyFor(channel.id, content);
  if (channel.billedPer !== "SMS part" || body === undefined) return undefined;
  const { segmentsCount, encodingName } = new SegmentedMessage(body);
  return { parts: segmentsCount, encoding: encodingName };
}

function unitsOf(channel: Channel, addresses: Addresses, content: Content): number {
  const address = addresses[channel.address];
  if (channel.billedPer === "device" && Array.isArray(address)) return address.length;
  return smsPartsOf(channel, content)?.parts ?? 1;
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
