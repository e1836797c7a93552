/**
 * JSON from outside. JSON that is nested deeper or has more values than any request needs is refused before it is parsed:
 * recursive code would overflow the stack, DynamoDB stores 32 levels, and a million small values need more memory than a function
 * has and would cause a fault each.
 */

import type { Fault } from "../domain/fault.ts";
import { faultsInTexts } from "../validation/text.ts";
import { maxFaults, notValid, Problem, shortPath, truncateFaults } from "./problem.ts";

const maxDepth = 32;
/** The largest message has about 12,000, most of them in a template's components. */
const maxValues = 20_000;

/** Throws a Problem (400) where the text is not JSON, exceeds a limit, or contains ill-formed text. */
export function parseJson(text: string): unknown {
  const value = parse(text, maxValues);
  refuseUnsoundTexts(value);
  return value;
}

/**
 * JSON whose parts the caller checks one by one with `checkPart`. Throws a Problem (400) where the text is not JSON or is nested
 * too deeply.
 */
export const parseParts = (text: string): unknown => parse(text, Number.POSITIVE_INFINITY);

/** One message of a batch. Throws a Problem (400) where it has too many values, or ill-formed text. */
export function checkPart(value: unknown): void {
  const found = [value];
  // The list grows while it is iterated.
  for (const one of found) {
    if (typeof one !== "object" || one === null) continue;
    const inner = Object.values(one);
    if (found.length + inner.length > maxValues) throw tooMany();
    for (const each of inner) found.push(each);
  }
  refuseUnsoundTexts(value);
}

function parse(text: string, limit: number): unknown {
  const excess = excessOf(text, limit);
  if (excess === "depth") throw refusal("too_deep", `must be nested at most ${maxDepth} levels deep`);
  if (excess === "values") throw tooMany();
  try {
    // A byte order mark is no part of the text: RFC 8259, section 8.1.
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw refusal("not_json", "must be valid JSON: check its syntax");
  }
}

function refuseUnsoundTexts(value: unknown): void {
  const faults = faultsInTexts(value, maxFaults + 1).map(
    ({ path, message }): Fault => ({ path: shortPath(path), code: "not_unicode", message }),
  );
  if (faults.length > 0) throw notValid(...truncateFaults(faults, maxFaults));
}

const refusal = (code: Fault["code"], message: string) =>
  new Problem(400, code === "not_json" ? "the body is not JSON" : "the request is not valid", [
    { path: "", code, message },
  ]);
const tooMany = () =>
  refusal("too_many_values", `must have at most ${maxValues.toLocaleString("en")} values`);

/** Judges by the text alone; what is not JSON is left to the parser. */
function excessOf(text: string, limit: number): "depth" | "values" | undefined {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === ",") values += 1;
    else if (character === "{" || character === "[") {
      values += 1;
      depth += 1;
      if (depth > maxDepth) return "depth";
    } else if (character === "}" || character === "]") depth -= 1;
    if (values > limit) return "values";
  }
  return undefined;
}
