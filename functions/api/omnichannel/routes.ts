/**
 * The routes of this layer, below `/cpaas` and `/apispaces/{apiSpaceId}`: API Gateway hands over all of both. The space's id is
 * not looked at, because the key says whose request it is.
 */
import type { Scope } from "../../http/caller.ts";

export const routes = {
  "POST /messages": "send",
  "POST /messages/batch": "send",
  "POST /messages/inbounds": "send",
  "POST /messages/inbounds/{inboundId}/statuses/{status}": "send",
  "GET /messages/{messageId}": "read",
  "PATCH /messages/{messageId}": "send",
  "DELETE /messages/{messageId}": "send",
  "POST /messages/{messageId}/statuses/{status}": "send",
  "GET /profiles": "profiles",
  "POST /profiles": "profiles",
  "PATCH /profiles/bulk": "profiles",
  "DELETE /profiles/bulk": "profiles",
  "GET /profiles/{profileId}": "profiles",
  "PUT /profiles/{profileId}": "profiles",
  "PATCH /profiles/{profileId}": "profiles",
  "DELETE /profiles/{profileId}": "profiles",
  "PUT /profiles/{profileId}/optin": "profiles",
  "DELETE /profiles/{profileId}/optin": "profiles",
  "GET /profiles/{profileId}/messages": "read",
  "POST /channels/facebook/state": "profiles",
  "GET /webhooks": "webhook",
  "POST /webhooks": "webhook",
  "GET /webhooks/availableevents": "webhook",
  "GET /webhooks/availabletemplates": "webhook",
  "GET /webhooks/{webhookId}": "webhook",
  "PUT /webhooks/{webhookId}": "webhook",
  "DELETE /webhooks/{webhookId}": "webhook",
} as const satisfies Record<string, Scope>;
export type RouteKey = keyof typeof routes;

const patterns = Object.keys(routes)
  .map((key) => {
    const [method = "", path = ""] = key.split(" ");
    return { key: key as RouteKey, method, segments: path.split("/").slice(1) };
  })
  // /messages/batch before /messages/{messageId}
  .sort((a, b) => variables(a.segments) - variables(b.segments));

function variables(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith("{")).length;
}

export interface Matched {
  key: RouteKey;
  parameters: Record<string, string>;
}

/** `path`: as it came, with its prefix. Undefined where the layer has no such route. */
export function routeOf(method: string, path: string): Matched | undefined {
  const [, first, ...others] = path.split("/");
  const given = (first === "apispaces" ? others.slice(1) : others).map(decoded);
  for (const { key, method: wanted, segments } of patterns) {
    if (wanted !== method || segments.length !== given.length) continue;
    const parameters: Record<string, string> = {};
    const fits = segments.every((segment, index) => {
      const value = given[index] ?? "";
      const [, name] = /^\{(\w+)\}$/.exec(segment) ?? [];
      if (name === undefined) return segment === value;
      parameters[name] = value;
      return value !== "";
    });
    if (fits) return { key, parameters };
  }
  return undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
