/**
 * Merge fields: `{{profile.firstName}}` becomes the value in the profile, `{{profile.firstName|there}}` the text `there` where
 * it has none. Nothing else may stand in two braces, because it would reach the customer as it is. Pure.
 */
import { isBlank, mapTexts, textsIn } from "../../validation/text.ts";
import type { Fault } from "../fault.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What looks like a merge field, even without its closing braces. */
const candidate = /\{\{+[^{}]*(?:\}\})?/g;
const field = /^\{\{\s*profile\.([A-Za-z][A-Za-z0-9_-]{0,63})\s*(?:\|([^|]*))?\}\}$/;
/** A default in the syntax of another template language: it would be sent as text. */
const otherSyntaxDefault = /^\s*(?:default\s*[:(]|(["'])[\s\S]*\1\s*$)/i;

interface MergeField {
  name: string;
  otherwise: string | undefined;
}

function readField(text: string): MergeField | undefined {
  const [, name, otherwise] = field.exec(text) ?? [];
  if (name === undefined || otherSyntaxDefault.test(otherwise ?? "")) return undefined;
  return { name, otherwise: otherwise?.trim() };
}

/**
 * Fills the merge fields of every string in a value, at any depth; everything else stays as it is. `onEmpty` is called with each
 * field that has neither a value nor a default.
 */
export const fillMergeFields = <Value>(
  value: Value,
  profile: Fields,
  onEmpty: (name: string) => void = () => {},
): Value =>
  mapTexts(value, (given) =>
    given.replace(candidate, (text) => {
      const found = readField(text);
      if (found === undefined) return text;
      const known = scalar(profile, found.name);
      if (!isBlank(known)) return known;
      if (found.otherwise === undefined) onEmpty(found.name);
      return found.otherwise ?? known;
    }),
  );

function scalar(profile: Fields, name: string): string {
  const value = Object.hasOwn(profile, name) ? profile[name] : undefined;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** What looks like a merge field and is none, each with what would be right. */
export const mergeFieldFaults = (value: unknown): Fault[] =>
  [...textsIn(value)].flatMap(({ path, text, isName }) =>
    (isName ? [] : (text.match(candidate) ?? []))
      .filter((found) => readField(found) === undefined)
      .map((found) => ({ path, code: "no_merge_field" as const, message: whatWouldBeRight(found) })),
  );

const longestExcerpt = 40;
function whatWouldBeRight(text: string): string {
  const shown = text.length > longestExcerpt ? `${text.slice(0, longestExcerpt).toWellFormed()}…` : text;
  const [path = "", given] = text.replace(/^\{+|\}+$/g, "").split("|");
  const [name = "firstName"] = /[A-Za-z][A-Za-z0-9_-]*$/.exec(path.trim()) ?? [];
  const [, otherwise] = /^\s*(?:default\s*[:(]\s*)?["']?([^"')]*)/i.exec(given ?? "") ?? [];
  const right = `profile.${name.slice(0, 64)}`;
  return `has ${shown}, which is no merge field: write {{${right}}}, or with a default {{${right}|${otherwise?.trim().slice(0, longestExcerpt) || "there"}}}`;
}
