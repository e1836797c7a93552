/**
 * Text that every store and provider accepts. Ill-formed Unicode and NUL break serializers on the way, and U+FFFD stands for
 * bytes that were not UTF-8: the customer would see it. Pure.
 */

/** What is wrong with a text; undefined where it is sound. */
export function faultInText(text: string): string | undefined {
  if (!text.isWellFormed())
    return "must be well-formed Unicode: it has half of a character, as of a cut emoji";
  if (text.includes("\0")) return "must not have the character NUL (U+0000)";
  if (text.includes("\ufffd"))
    return "must not have U+FFFD, which stands for bytes that are not UTF-8: send the text as UTF-8";
  return undefined;
}

/** Whether nothing of it can be seen: spaces, control and zero-width characters, the empty Braille pattern. */
export const isBlank = (text: string): boolean =>
  /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text);

export interface FoundText {
  /** As in the API's answers: `rules[1].channel`. */
  path: string;
  text: string;
  /** The text is the name of the field, not its value. */
  isName: boolean;
}

/** All texts of a JSON value, at any depth. */
export function* textsIn(value: unknown, path = ""): Generator<FoundText> {
  if (typeof value === "string") yield { path, text: value, isName: false };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* textsIn(item, `${path}[${index}]`);
  else if (typeof value === "object" && value !== null)
    for (const [name, item] of Object.entries(value)) {
      const field = (path === "" ? name : `${path}.${name}`).toWellFormed().replaceAll("\0", "\ufffd");
      yield { path: field, text: name, isName: true };
      yield* textsIn(item, field);
    }
}

/** The value with every string in it changed, at any depth; names of fields stay. */
export function mapTexts<Value>(value: Value, change: (text: string) => string): Value;
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
  return value;
}

/** In Unicode's normal form NFC: a letter and its accents are one character, where Unicode has it. */
export const inNfc = <Value>(value: Value): Value => mapTexts(value, (text) => text.normalize("NFC"));

export interface TextFault {
  path: string;
  message: string;
}

/** The faults in all texts of a JSON value, including names of fields; at most `max`. */
export function faultsInTexts(value: unknown, max: number): TextFault[] {
  const faults: TextFault[] = [];
  for (const { path, text, isName } of textsIn(value)) {
    const fault = faultInText(text);
    if (fault === undefined) continue;
    faults.push({ path, message: isName ? `has a name that ${fault}` : fault });
    if (faults.length === max) break;
  }
  return faults;
}
