/** Versions of what is shown: `ETag`, and `If-Match` of who wants to change no other version. RFC 9110, section 13. */
import { hashOf } from "../../domain/hash-of.ts";
import type { HttpEvent } from "../../http/handler.ts";
import { Problem } from "../../http/problem.ts";

/** Whatever the order of its fields. */
export const etagOf = (shown: object): string =>
  `"${hashOf(Object.entries(shown).sort(([a], [b]) => (a < b ? -1 : 1))).slice(0, 27)}"`;

/** `shown`: as it is now. Throws a Problem (412) where the caller means another version. */
export function checkVersion({ headers }: Pick<HttpEvent, "headers">, shown: object): void {
  const wanted = headers["if-match"]?.split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (wanted === undefined || wanted.includes("*")) return;
  const etag = etagOf(shown);
  if (!wanted.some((one) => one === etag || `"${one}"` === etag))
    throw new Problem(412, "it was changed since: read it again, and send the request with its ETag");
}

export const versionHeaders = (shown: { _updatedOn?: unknown }): Record<string, string> => ({
  etag: etagOf(shown),
  ...(typeof shown._updatedOn === "string" ? { "last-modified": shown._updatedOn } : {}),
});
