/**
 * The typed client of the API, `fallback-routing/client`: openapi-fetch with types made from the API's document, retries, and
 * idempotency keys that make them safe. `npm pack` builds it for other packages, so it imports nothing from the other folders.
 */
import createFetchClient, { type Client as FetchClient } from "openapi-fetch";
import type { components, paths } from "./api-types.ts";
import { asProblems } from "./as-problems.ts";
import { idempotencyKeys } from "./idempotency-keys.ts";
import { withRetries } from "./retries.ts";

/** The types of requests, answers and events, by name: `Schemas["Message"]`, `Schemas["Trace"]`, `Schemas["MessageEvent"]`. */
export type Schemas = components["schemas"];

export interface ClientOptions {
  /** The stack's output `ApiUrl`. */
  baseUrl: string;
  apiKey: string;
  /**
   * How often one call is tried at most. It is tried again where no answer came and after 429, 500, 502, 503 and 504. Before that
   * it waits as long as `Retry-After` asks, otherwise up to 1, 2 and 4 seconds. If `Retry-After` asks for more than a minute, the
   * answer is returned at once.
   * @default 4
   */
  tries?: number;
}

/**
 * `GET`, `PUT`, `POST` and `DELETE`, each by path: https://openapi-ts.dev/openapi-fetch. An answer is `{ data }` or `{ error }`, of
 * which `error` is always problem details; a call without an answer throws what `fetch` threw.
 */
export type Client = Pick<FetchClient<paths>, "GET" | "PUT" | "POST" | "DELETE">;

/**
 * Each message without an idempotency key is given one, so that it is sent once, however often the call is tried. An item that a
 * batch's result refuses with 429 or 500 has to be sent again by the caller: with a key of its own it stays one message.
 */
export function createClient({ baseUrl, apiKey, tries = 4 }: ClientOptions): Client {
  const client = createFetchClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${apiKey}` },
    // A key must not follow to another host.
    redirect: "manual",
    fetch: withRetries(fetch, { tries }),
  });
  client.use(idempotencyKeys, asProblems);
  return client;
}
