/** What is wrong with an answer: a server error, one that the document does not promise, or a request let through. Pure. */
import * as v from "valibot";
import type { Contract, Exchange } from "../contract/contract.ts";

/** The schema of an item, by the path of a request that is answered item by item. */
const itemSchemas: Readonly<Record<string, string>> = {
  "/messages/batch": "BatchItem",
  "/consents": "ConsentItem",
};
const batchResults = v.object({ results: v.array(v.object({ index: v.number(), status: v.number() })) });

export function faultsOf(
  contract: Contract,
  exchange: Exchange,
  { body, mustBeRefused }: { body: string | undefined; mustBeRefused: boolean },
): string[] {
  const { method, path, status } = exchange;
  if (status >= 500) return [`a server error: ${status}`];
  const faults = contract.violations(exchange);
  if (status >= 400) return faults;
  if (mustBeRefused) return [...faults, `was let through with ${status}`];
  const operation = contract.operationOf(method, path)?.operation;
  const schema = operation?.requestBody?.content["application/json"]?.schema;
  if (schema === undefined) return faults;
  return [...faults, ...acceptedMismatches(contract, schema, parse(body), exchange)];
}

/** What does not fit the document's schema must not be taken; a list is answered item by item. */
function acceptedMismatches(
  { schemaErrors, document }: Contract,
  schema: unknown,
  value: unknown,
  { body, path }: Exchange,
) {
  const taken = v.safeParse(batchResults, parse(body));
  const itemSchema = document.components.schemas[itemSchemas[path] ?? ""];
  if (itemSchema === undefined || !taken.success || !Array.isArray(value))
    return schemaErrors(schema, value).map(
      (mismatch) => `was accepted, and does not fit the document: ${mismatch}`,
    );
  const failed = taken.output.results.filter(({ status }) => status >= 500);
  if (failed.length > 0) return failed.map(({ index }) => `a server error: item ${index}`);
  return taken.output.results
    .filter(({ status }) => status < 300)
    .flatMap(({ index }) =>
      schemaErrors(itemSchema, value[index]).map(
        (mismatch) => `item ${index} was accepted, and does not fit the document: ${mismatch}`,
      ),
    );
}

function parse(text: string | undefined): unknown {
  try {
    // As the API reads it: without a byte order mark.
    return JSON.parse((text ?? "").replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}
