/**
 * Text that every store and provider takes. What is no well-formed Unicode, or has NUL, breaks serializers on the way, and U+FFFD
 * stands where bytes that were not UTF-8 were read: it would reach the customer as such. Pure.
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

export interface TextFault {
  /** As in the API's answers: `rules[1].channel`. */
  path: string;
  message: string;
}

/** The faults in all texts of a JSON value, names of fields too; at most `max`. */
export function faultsInTexts(value: unknown, max: number): TextFault[] {
  const faults: TextFault[] = [];
  const walk = (inner: unknown, path: string): void => {
    if (faults.length >= max) return;
    if (typeof inner === "string") {
      const message = faultInText(inner);
      if (message !== undefined) faults.push({ path, message });
    } else if (Array.isArray(inner))
      for (const [index, item] of inner.entries()) walk(item, `${path}[${index}]`);
    else if (typeof inner === "object" && inner !== null)
      for (const [name, item] of Object.entries(inner)) {
        const message = faultInText(name);
        const field = path === "" ? name : `${path}.${name}`;
        if (message !== undefined)
          faults.push({ path: readable(field), message: `has a name that ${message}` });
        walk(item, readable(field));
      }
  };
  walk(value, "");
  return faults.slice(0, max);
}

const readable = (path: string) => path.toWellFormed().replaceAll("\0", "\ufffd");
