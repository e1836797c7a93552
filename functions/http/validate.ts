/** Parses by a Valibot schema; what does not fit becomes a 400 with one entry a fault, naming the field, for the first of them. */
import * as v from "valibot";
import type { Fault } from "../domain/fault.ts";
import { firstFaults, Problem } from "./problem.ts";

const mostFaults = 20;
/** Names of fields are the sender's, and may be as long as the request. */
const longestPath = 200;

export function validate<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw new Problem(400, "the request is not valid", faultsOf(result.issues));
}

const faultsOf = (issues: readonly v.BaseIssue<unknown>[]): readonly Fault[] =>
  firstFaults(issues.slice(0, mostFaults + 1).map(toFault), mostFaults);

function toFault(issue: v.BaseIssue<unknown>): Fault {
  const whole = pathOf(issue.path ?? []);
  const path = whole.length > longestPath ? `${whole.slice(0, longestPath)}…` : whole;
  if (issue.type === "strict_object" && issue.expected === "never")
    return {
      path,
      code: "unknown_field",
      message: "is not a field that this request knows: remove it, or mind its spelling",
    };
  if (issue.kind === "schema" && issue.received === "undefined")
    return { path, code: "missing", message: "is required" };
  if (issue.kind === "schema") {
    // A text of our own beats the library's "Invalid type".
    const message = issue.message.startsWith("Invalid ")
      ? `must be ${issue.expected}, not ${typeName(issue)}`
      : issue.message;
    return { path, code: isOtherChoice(issue) ? "invalid" : "wrong_type", message };
  }
  return { path, code: codeOfCheck[issue.type] ?? "invalid", message: issue.message };
}

/** A text, but none of those that may be chosen. */
const isOtherChoice = ({ type, input }: v.BaseIssue<unknown>) =>
  ["picklist", "literal", "union"].includes(type) && typeof input === "string";

const codeOfCheck: Readonly<Record<string, Fault["code"]>> = {
  min_length: "too_short",
  max_length: "too_long",
  min_value: "too_small",
  gt_value: "too_small",
  max_value: "too_large",
};

/** Names the type alone: the value may be personal. */
const typeName = ({ input }: v.BaseIssue<unknown>) =>
  input === null ? "null" : Array.isArray(input) ? "an array" : `a ${typeof input}`;

function pathOf(items: readonly v.IssuePathItem[]): string {
  return items.reduce(
    (path, { key }) =>
      typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`,
    "",
  );
}
