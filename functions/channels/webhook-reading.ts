/**
 * How Meta's webhooks are read: one webhook may contain a thousand updates for several senders, so only what cannot be read or is
 * not ours is left out, and reported without its content.
 */
import * as v from "valibot";
import type { Queued } from "../domain/message/queued-receipt.ts";

export interface WebhookContents {
  items: Queued[];
  /** Why something was left out, each reason once: field names and types, nothing personal. */
  leftOut: string[];
}

/** The entries of a list that can be read; for any other, a reason is added to `leftOut`. */
export function readable<Schema extends v.GenericSchema>(
  schema: Schema,
  given: readonly unknown[],
  name: string,
  leftOut: string[],
): v.InferOutput<Schema>[] {
  return given.flatMap((one) => {
    const { success, output, issues } = v.safeParse(schema, one);
    if (success) return [output];
    leftOut.push(`${name}: ${describeIssues(issues)}`);
    return [];
  });
}

/** Only fields and types: a customer's words and address stay out of the log. `whole`: the name of what was read. */
export const describeIssues = (issues: readonly v.BaseIssue<unknown>[], whole = "it"): string =>
  issues.map((issue) => `${v.getDotPath(issue) ?? whole} is not ${issue.expected ?? issue.type}`).join("; ");

/** A list; empty where it is missing or not a list. */
export const list = v.fallback(v.optional(v.array(v.unknown()), []), []);
/** A text that may be missing; anything else counts as missing. */
export const word = v.fallback(v.optional(v.string()), undefined);
/** An object that may be missing; anything else counts as missing. */
export const part = /* @__NO_SIDE_EFFECTS__ */ <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.fallback(v.optional(v.looseObject(entries)), undefined);
/** An id: a text in Meta's documentation, a number in its older webhooks. */
export const id = v.pipe(v.union([v.string(), v.pipe(v.number(), v.integer())]), v.transform(String));
