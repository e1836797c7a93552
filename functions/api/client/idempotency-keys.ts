/** Gives every message that has no idempotency key one of its own. */
import type { Middleware } from "openapi-fetch";

export const idempotencyKeys = {
  async onRequest({ request, schemaPath }) {
    if (request.method !== "POST") return undefined;
    if (schemaPath === "/messages" && !request.headers.has("idempotency-key"))
      request.headers.set("idempotency-key", crypto.randomUUID());
    // If the batch has a key, the items' keys are made from it.
    if (schemaPath !== "/messages/batch" || request.headers.has("idempotency-key")) return request;
    const items: unknown = await request.clone().json();
    return Array.isArray(items)
      ? new Request(request, { body: JSON.stringify(items.map(withKey)) })
      : undefined;
  },
} satisfies Middleware;

const withKey = (item: unknown): unknown =>
  typeof item === "object" && item !== null
    ? { ...item, idempotencyKey: ("idempotencyKey" in item && item.idempotencyKey) || crypto.randomUUID() }
    : item;
