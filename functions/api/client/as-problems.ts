/**
 * Gives every refusal the form of problem details (RFC 9457), including those of API Gateway and of what stands in front of it.
 */
import type { Middleware } from "openapi-fetch";
import type { components } from "./api-types.ts";

export const asProblems = {
  async onResponse({ response }) {
    if (response.ok || response.headers.get("content-type")?.startsWith("application/problem+json"))
      return undefined;
    const { status, statusText } = response;
    const title = messageIn(await response.text()) ?? (statusText || `HTTP ${status}`);
    const problem: components["schemas"]["Problem"] = { type: "about:blank", title, status, errors: [] };
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    headers.set("content-type", "application/problem+json");
    return new Response(JSON.stringify(problem), { status, statusText, headers });
  },
} satisfies Middleware;

/** The message of an answer by API Gateway: `{"message": "…"}`. */
function messageIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || !("message" in body)) return undefined;
    return typeof body.message === "string" ? body.message : undefined;
  } catch {
    return undefined;
  }
}
