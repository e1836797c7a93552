/** `fetch` that holds every answer of the service against the document that the service itself serves. */
import { fetchContract } from "./contract.ts";

export type CheckedFetch = (path: string, init?: RequestInit) => Promise<Response>;

export async function checkedFetch(api: string): Promise<CheckedFetch> {
  const contract = await fetchContract(api);
  return async (path, init = {}) => {
    const response = await fetch(`${api}${path}`, init);
    const { status, headers } = response;
    const body = await response.clone().text();
    const method = init.method ?? "GET";
    const faults = contract.breaches({ method, path: new URL(response.url).pathname, status, headers, body });
    if (faults.length === 0) return response;
    throw new Error(
      `an answer that /openapi.json does not promise: mend functions/openapi/operations.ts (statuses) or answers.ts ` +
        `(fields), or the handler\n${faults.join("\n")}\n${body}`,
    );
  };
}
