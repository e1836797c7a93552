/**
 * Phone numbers, read by libphonenumber and kept as E.164. With `+` a number names its country, and is checked for length and
 * country (`isPossible`): assigned ranges change more often than this service is deployed, and the carrier knows them. Without
 * `+` the country is a guess, so such a number must be valid (`isValid`, for which the library asks for its metadata `max`,
 * https://gitlab.com/catamphetamine/libphonenumber-js#min-vs-max-vs-mobile-vs-core): read with `+`, numbers of 177 of the 381 US
 * area codes would be possible numbers of another country, and of 40 valid ones.
 */
import parsePhoneNumber, { type CountryCode, getCountries, type PhoneNumber } from "libphonenumber-js/max";
import * as v from "valibot";

export const country = v.pipe(
  v.picklist(getCountries(), "must be a country's two letters (ISO 3166-1), e.g. GB"),
  v.metadata({ description: "A country, by its two letters (ISO 3166-1).", examples: ["GB"] }),
);
export type Country = CountryCode;

const separators = "\\s().-";
const shape = new RegExp(`^\\+[\\d${separators}]+$`);
const withoutPlus = new RegExp(`^([${separators}]*\\d){6,}[${separators}]*$`);

/** The schema alone: a number without `+` stays as written, until `readPhoneNumber` knows its country. */
export const phoneNumber = v.pipe(
  v.string(),
  v.maxLength(32, "must have at most 32 characters"),
  v.metadata({
    description:
      "With `+` and the country code, or, in bare digits, an international number that exists. With `defaultCountry` also as it is " +
      "dialled in that country. Kept as E.164.",
    // With its country code a number has at least 6 digits, and no country code begins with 0.
    pattern: `^(\\s*\\+[${separators}]*[1-9]|[${separators}]*[0-9])([${separators}]*[0-9]){5,}[${separators}]*$`,
    examples: ["+447123123123", "447123123123"],
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const text = dataset.value.trim();
    if (withoutPlus.test(text)) return text;
    const parsed = shape.test(text) ? parsePhoneNumber(text) : undefined;
    if (parsed?.isPossible()) return parsed.number as string;
    addIssue({ message: "must be a phone number with + and its country code, e.g. +447123123123" });
    return NEVER;
  }),
);

export interface NumberSettings {
  /** The country of a number without `+`. */
  defaultCountry?: string | undefined;
  /** The only countries to which messages may be sent. */
  countries?: readonly string[] | undefined;
}

export type ReadNumber =
  | { phoneNumber: string }
  | { fault: { code: "invalid" | "country_not_allowed"; message: string } };

/** `text`: as the schema leaves it. */
export function readPhoneNumber(text: string, { defaultCountry, countries }: NumberSettings): ReadNumber {
  const parsed = text.startsWith("+") ? parsePhoneNumber(text) : guess(text, defaultCountry);
  if (parsed === undefined) return { fault: { code: "invalid", message: whyNot(text, defaultCountry) } };
  const message = countries && whyNotTo(parsed.country, countries);
  if (message !== undefined) return { fault: { code: "country_not_allowed", message } };
  return { phoneNumber: parsed.number };
}

const isBareDigits = (text: string) => /^[1-9]\d*$/.test(text);

function guess(text: string, defaultCountry: string | undefined): PhoneNumber | undefined {
  const atHome =
    defaultCountry === undefined ? undefined : parsePhoneNumber(text, defaultCountry as CountryCode);
  const abroad = isBareDigits(text) ? parsePhoneNumber(`+${text}`) : undefined;
  return [atHome, abroad].find((number) => number?.isValid());
}

const whyNot = (text: string, defaultCountry: string | undefined) =>
  defaultCountry !== undefined
    ? `must be a number of ${defaultCountry}, or have + and its country code, e.g. +447123123123`
    : isBareDigits(text)
      ? "must have + and its country code, e.g. +447123123123: without + there is no such number in any country, and no `defaultCountry` says where it is dialled"
      : "must have + and its country code, e.g. +447123123123: no `defaultCountry` says where it is dialled as it is";

/** Why nothing may be sent to a number of this country. */
export const whyNotTo = (
  country: string | undefined,
  countries: readonly string[] = [],
): string | undefined =>
  country !== undefined && countries.includes(country)
    ? undefined
    : `is a number of ${country ?? "no country"}, and your settings allow ${countries.join(", ")}`;

/** The country of an E.164 number, as ISO 3166-1 alpha-2; undefined where the number belongs to no country. */
export const countryOf = (number: string): Country | undefined => parsePhoneNumber(number)?.country;
