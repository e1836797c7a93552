/** Validates by a Valibot schema: input that does not fit becomes a 400 with an entry for each fault, up to a limit. */
import * as v from "valibot";
import type { Fault } from "../domain/fault.ts";
import { maxFaults, notValid, type Problem, shortPath, truncateFaults } from "./problem.ts";

export type Validated<Value> = { value: Value } | { refused: Problem };

export function validated<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): Validated<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, input);
  return result.success ? { value: result.output } : { refused: notValid(...faultsOf(result.issues)) };
}

/** The input as the schema's output. Throws a Problem (400) where it does not fit. */
export function validate<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  return orThrow(validated(schema, input));
}

/** Throws the Problem where the input was refused. */
export function orThrow<Value>(result: Validated<Value>): Value {
  if ("refused" in result) throw result.refused;
  return result.value;
}

const faultsOf = (issues: readonly v.BaseIssue<unknown>[]): readonly Fault[] =>
  truncateFaults(issues.slice(0, maxFaults + 1).map(toFault), maxFaults);

function toFault(issue: v.BaseIssue<unknown>): Fault {
  const path = shortPath(pathOf(issue.path ?? []));
  if (issue.type === "strict_object" && issue.expected === "never")
    return {
      path,
      code: "unknown_field",
      message: "is not a field of this request: remove it, or check its spelling",
    };
  if (issue.kind === "schema" && issue.received === "undefined")
    return { path, code: "missing", message: "is required" };
  if (issue.kind === "schema") {
    // Our own texts are better than the library's "Invalid type".
    const message = issue.message.startsWith("Invalid ")
      ? `must be ${inWords(issue.expected ?? "")}${isUnknownChoice(issue) ? "" : `, not ${typeName(issue)}`}`
      : issue.message;
    return { path, code: isUnknownChoice(issue) ? "invalid" : "wrong_type", message };
  }
  return { path, code: codeOfCheck[issue.type] ?? "invalid", message: issue.message };
}

/** Whether it is a string, but none of the allowed ones. */
const isUnknownChoice = ({ type, input }: v.BaseIssue<unknown>) =>
  ["picklist", "literal", "union"].includes(type) && typeof input === "string";

const codeOfCheck: Readonly<Record<string, Fault["code"]>> = {
  min_length: "too_short",
  max_length: "too_long",
  min_value: "too_small",
  gt_value: "too_small",
  max_value: "too_large",
};

const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  Object: "an object",
  Array: "an array",
};
/** What the library expected, e.g. `string` or `("RESPONSE" | "UPDATE")`, in JSON's terms, which a sender knows. */
function inWords(expected: string): string {
  const choices = [...expected.matchAll(/"([^"]*)"/g)].map(([, choice]) => choice);
  if (choices.length > 1) return `one of ${choices.join(", ")}`;
  return choices[0] ?? words[expected] ?? expected;
}

/** Only the type: the value may be personal. */
const typeName = ({ input }: v.BaseIssue<unknown>) =>
  input === null || typeof input === "boolean"
    ? String(input)
    : Array.isArray(input)
      ? "an array"
      : typeof input === "object"
        ? "an object"
        : (words[typeof input] ?? typeof input);

function pathOf(items: readonly v.IssuePathItem[]): string {
  return items.reduce(
    (path, { key }) =>
      typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`,
    "",
  );
}
