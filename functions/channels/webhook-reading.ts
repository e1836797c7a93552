/**
 * How Meta's webhooks are read: one of them may hold a thousand updates of several senders, so what cannot be read, or is not
 * ours, is left out alone and said without its content.
 */
import * as v from "valibot";
import type { Queued } from "../domain/message/queued-receipt.ts";

export interface WebhookContents {
  items: Queued[];
  /** Why something was left out, once for each: field names and types, nothing personal. */
  leftOut: string[];
}

/** What can be read of a list; anything else is a reason in `leftOut`. */
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

/** Fields and types alone: a customer's words and address stay out of the log. `whole`: the name of what was read. */
export const describeIssues = (issues: readonly v.BaseIssue<unknown>[], whole = "it"): string =>
  issues.map((issue) => `${v.getDotPath(issue) ?? whole} is not ${issue.expected ?? issue.type}`).join("; ");

/** A list, or nothing where it is missing or is no list. */
export const list = v.fallback(v.optional(v.array(v.unknown()), []), []);
/** A text that may be missing; what is no text is as if it were missing. */
export const word = v.fallback(v.optional(v.string()), undefined);
/** An object that may be missing; what is none is as if it were missing. */
export const part = /* @__NO_SIDE_EFFECTS__ */ <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.fallback(v.optional(v.looseObject(entries)), undefined);
/** An id: Meta's documents have texts, its older webhooks numbers. */
export const id = v.pipe(v.union([v.string(), v.pipe(v.number(), v.integer())]), v.transform(String));
