/**
 * JSON from outside. What is nested deeper than any request needs is refused before it is parsed: code that walks it by calling
 * itself would end in a stack overflow, and DynamoDB keeps 32 levels.
 */
import { type Fault, Problem } from "./problem.ts";

const deepest = 32;

export function parseJson(text: string): unknown {
  if (isDeeper(text)) throw refusal("too_deep", `must not be nested deeper than ${deepest} levels`);
  try {
    return JSON.parse(text);
  } catch {
    throw refusal("not_json", "send a JSON object");
  }
}

const refusal = (code: Fault["code"], message: string) =>
  new Problem(400, code === "not_json" ? "the body is not JSON" : "the request is not valid", [
    { path: "", code, message },
  ]);

/** By the text alone; whatever is no JSON is left to the parser. */
function isDeeper(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > deepest) return true;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return false;
}
