/** What a hop is expected to cost, from the deployment's price table. Money is decimal text, never a float. */
import Big from "big.js";
import { SegmentedMessage } from "sms-segments-calculator";

/** US dollars a message (SMS: a part) as decimal text, by channel, then by country (ISO 3166-1 alpha-2) or `default`. */
export type PriceTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface SmsParts {
  parts: number;
  encoding: string;
}

/** How SNS will cut a text: GSM-7 or UCS-2, and how many parts are billed. */
export function countSmsParts(body: string): SmsParts {
  const { segmentsCount, encodingName } = new SegmentedMessage(body);
  return { parts: segmentsCount, encoding: encodingName };
}

/** Undefined where the table has no price. */
export function estimateCost(
  prices: PriceTable,
  channel: string,
  country: string | undefined,
  units: number,
): string | undefined {
  const price = (country && prices[channel]?.[country]) || prices[channel]?.default;
  return price === undefined ? undefined : new Big(price).times(units).toFixed();
}
