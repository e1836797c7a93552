/** `fetch` that holds every answer of the service against the document that the service itself serves. */
import { fetchContract } from "./contract.ts";

export type CheckedFetch = (path: string, init?: RequestInit) => Promise<Response>;

export async function checkedFetch(api: string): Promise<CheckedFetch> {
  const contract = await fetchContract(api);
  // A stage or an emulator puts a path of its own in front of the API's.
  const prefix = new URL(api).pathname.replace(/\/$/, "");
  return async (given, init = {}) => {
    const response = await fetch(`${api}${given}`, init);
    const { status, headers } = response;
    const body = await response.clone().text();
    const method = init.method ?? "GET";
    const path = new URL(response.url).pathname.slice(prefix.length);
    const faults = contract.violations({ method, path, status, headers, body });
    if (faults.length === 0) return response;
    throw new Error(
      `an answer that /openapi.json does not promise: mend functions/api/openapi/operations.ts (statuses) or answers.ts ` +
        `(fields), or the handler\n${faults.join("\n")}\n${body}`,
    );
  };
}
