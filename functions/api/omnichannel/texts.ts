/** Merge fields and texts of the Omnichannel API, as ours take them. Pure. */
import { mapTexts } from "../../validation/text.ts";

/** As functions/domain/route/merge-fields.ts looks for them. */
const candidate = /\{\{+[^{}]*(?:\}\})?/g;
const path = /^\{\{\s*profile\.([A-Za-z][\w.-]*)\s*(\|[^|]*)?\}\}$/;

/** A profile's nested field has its path as one name here: `address.city` is `address_city` (profile-fields.ts). */
export const flatName = (name: string): string => name.replaceAll(".", "_");

/**
 * The text with our merge fields. `own`: what `{{body}}` and `{{title}}` stand for; anything else in two braces has no value, so
 * it is left out, and `onUnknown` gets its name.
 */
export function withMergeFields(
  text: string,
  own: Readonly<Record<string, string | undefined>>,
  onUnknown: (field: string) => void,
): string {
  return text.replace(candidate, (found) => {
    const [, name, otherwise = ""] = path.exec(found) ?? [];
    if (name !== undefined) return `{{profile.${flatName(name).slice(0, 64)}${otherwise}}}`;
    const inside = found.replace(/^\{+|\}+$/g, "").trim();
    if (Object.hasOwn(own, inside)) return own[inside] ?? "";
    onUnknown(found);
    return "";
  });
}

/** The same for every text in a value. */
export const withMergeFieldsIn = <Value>(
  value: Value,
  own: Readonly<Record<string, string | undefined>>,
  onUnknown: (field: string) => void,
): Value => mapTexts(value, (text) => withMergeFields(text, own, onUnknown));

/** The longest beginning that fits; undefined where nothing does. */
export function longestThatFits(text: string, fits: (text: string) => boolean): string | undefined {
  let [fitting, tooLong] = [0, text.length + 1];
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (fits(beginning(text, middle))) fitting = middle;
    else tooLong = middle;
  }
  return fitting === 0 ? undefined : beginning(text, fitting);
}

/** Never half of a character. */
function beginning(text: string, length: number): string {
  const cut = text.slice(0, length);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** The text of HTML, for channels that show text alone. */
export const textOfHtml = (html: string): string =>
  html
    .replace(/<(?:br|\/p|\/div|\/li)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&nbsp;/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&")
    .trim();
