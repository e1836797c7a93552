/** The deployment's price table. Money is decimal text, never a float. */
import * as v from "valibot";

const mustBeUsd = 'must be US dollars as decimal text, e.g. "0.0387"';
/** An amount in a request or a setting. */
export const usd = v.pipe(v.string(), v.maxLength(20, mustBeUsd), v.regex(/^\d+(\.\d+)?$/, mustBeUsd));

/**
 * US dollars per message (SMS: per part; push: per device), by channel, then by country (ISO 3166-1 alpha-2) or `default`;
 * where the provider has categories (WhatsApp), then by category.
 */
export const priceTable = v.record(
  v.string(),
  v.record(v.string(), v.union([usd, v.record(v.string(), usd)], mustBeUsd)),
);
export type PriceTable = Readonly<
  Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>
>;
