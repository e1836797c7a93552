/**
 * JSON from outside. What is nested deeper, or holds more values, than any request needs is refused before it is parsed: code that
 * walks it by calling itself would end in a stack overflow, DynamoDB keeps 32 levels, and a million small values are more memory
 * than a function has, and a fault each.
 */

import type { Fault } from "../domain/fault.ts";
import { Problem } from "./problem.ts";

const deepest = 32;
/** The largest message has about 12,000, most of them in a template's components. */
const mostValues = 20_000;

/** `most` is for what holds many messages: whoever has it refuses each that is too large by `refuseMany`. */
export function parseJson(text: string, most = mostValues): unknown {
  const excess = excessOf(text, most);
  if (excess === "depth") throw refusal("too_deep", `must not be nested deeper than ${deepest} levels`);
  if (excess === "values") throw tooMany();
  try {
    return JSON.parse(text);
  } catch {
    throw refusal("not_json", "send a JSON object");
  }
}

/** Of what is parsed: one of many messages. */
export function refuseMany(value: unknown): void {
  const found = [value];
  // It grows while it is walked.
  for (const one of found) {
    if (typeof one !== "object" || one === null) continue;
    const inner = Object.values(one);
    if (found.length + inner.length > mostValues) throw tooMany();
    for (const each of inner) found.push(each);
  }
}

const refusal = (code: Fault["code"], message: string) =>
  new Problem(400, code === "not_json" ? "the body is not JSON" : "the request is not valid", [
    { path: "", code, message },
  ]);
const tooMany = () =>
  refusal("too_many_values", `must not hold more than ${mostValues.toLocaleString("en")} values`);

/** By the text alone; whatever is no JSON is left to the parser. */
function excessOf(text: string, most: number): "depth" | "values" | undefined {
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
      if (depth > deepest) return "depth";
    } else if (character === "}" || character === "]") depth -= 1;
    if (values > most) return "values";
  }
  return undefined;
}
