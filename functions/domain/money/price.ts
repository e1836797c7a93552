/** A price from the deployment's price table. Money is decimal text, never a float. Pure. */
import Big from "big.js";
import type { PriceTable } from "./price-table.ts";

export interface Priced {
  channel: string;
  country: string | undefined;
  category: string | undefined;
}

/** Undefined where the table has no price. */
export function priceOf(
  prices: PriceTable,
  { channel, country, category }: Priced,
  units = 1,
): string | undefined {
  const byCountry = prices[channel];
  const price = priceIn(country && byCountry?.[country], category) ?? priceIn(byCountry?.default, category);
  return price === undefined ? undefined : new Big(price).times(units).toFixed();
}

const priceIn = (
  price: string | Readonly<Record<string, string>> | undefined,
  category: string | undefined,
): string | undefined => (typeof price === "object" ? price[category ?? ""] : price || undefined);
