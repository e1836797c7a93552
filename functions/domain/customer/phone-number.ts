/**
 * International phone numbers, with or without `+`, checked by libphonenumber and stored as E.164. It checks the length and the
 * country (`isPossible`), not the assigned ranges: they change more often than a deployment, and the carrier knows them.
 */
import parsePhoneNumber from "libphonenumber-js/min";
import * as v from "valibot";

export const phoneNumber = v.pipe(
  v.string(),
  v.maxLength(32, "must have at most 32 characters"),
  v.metadata({
    description: "International, with its country code; with or without `+`. Kept as E.164.",
    // No country's numbers have fewer than 6 digits, and no country code begins with 0.
    pattern: "^\\s*\\+?[\\s().-]*[1-9]([\\s().-]*[0-9]){5,}[\\s().-]*$",
    examples: ["+447123123123", "447123123123"],
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const text = dataset.value.trim();
    const parsed = parsePhoneNumber(text.startsWith("+") ? text : `+${text}`);
    if (/^\+?[\d\s().-]+$/.test(text) && parsed?.isPossible()) return parsed.number as string;
    addIssue({ message: "must be an international phone number with its country code, e.g. +447123123123" });
    return NEVER;
  }),
);

/** The country of an E.164 number, as ISO 3166-1 alpha-2; undefined where the number belongs to no country. */
export const countryOf = (number: string): string | undefined => parsePhoneNumber(number)?.country;
