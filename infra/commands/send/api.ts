/** The API as a destination: `POST /messages/batch` or `POST /consents`, which return a result for each item. */
import * as v from "valibot";
import { CommandError } from "../command-line.ts";
import { explainError, isTransient, isUnreachable } from "../explain-error.ts";
import { printable } from "../text-table.ts";
import { type Destination, type Outcome, Unavailable, unanswered } from "./destination.ts";
import { type Entry, maxMessageBytes } from "./message.ts";

const fault = v.object({
  path: v.optional(v.string(), ""),
  code: v.optional(v.string(), ""),
  message: v.optional(v.string(), ""),
});
const answer = v.object({
  results: v.array(
    v.object({ index: v.number(), status: v.number(), errors: v.optional(v.array(fault), []) }),
  ),
});
type Result = v.InferOutput<typeof answer>["results"][number];

/** API Gateway's own limit is 30 seconds. */
const timeoutMs = 60_000;

interface Route {
  path: string;
  scope: "send" | "profiles";
  /** The item that is sent for an entry. */
  itemOf: (entry: Entry) => object;
}
export const messagesBatch: Route = {
  path: "/messages/batch",
  scope: "send",
  itemOf: ({ message, idempotencyKey }) => ({ ...message, idempotencyKey }),
};
/** They need no key: the same word twice is one. */
export const consentsImport: Route = {
  path: "/consents",
  scope: "profiles",
  itemOf: ({ message }) => message,
};

export function createApiDestination(api: string, apiKey: string, route: Route): Destination {
  const url = `${api.replace(/\/+$/, "")}${route.path}`;

  async function send(entries: readonly Entry[]): Promise<Outcome[]> {
    const response = await post(url, apiKey, entries.map(route.itemOf));
    if (response.status === 413 && entries.length > 1) {
      const half = Math.ceil(entries.length / 2);
      return [...(await send(entries.slice(0, half))), ...(await send(entries.slice(half)))];
    }
    if (response.status === 413) return [{ status: "refused", faults: [tooLarge] }];
    if (!response.ok) throw await explainStatus(response, url, route);
    const { results } = await readAnswer(response, url);
    const byIndex = new Map(results.map((result) => [result.index, result]));
    return entries.map((_, index) => outcomeOf(byIndex.get(index)));
  }

  return {
    name: api,
    // Small enough for the function to finish long before API Gateway's time-out.
    maxEntries: 500,
    // A Lambda event may have 6 MB, and holds the body as an escaped string.
    maxBytes: 3 * maxMessageBytes,
    sizeOf: ({ json, idempotencyKey }) => Buffer.byteLength(json) + idempotencyKey.length,
    send,
  };
}

const tooLarge = { path: "", code: "too_large", message: "is too large for the API" };

const post = (url: string, apiKey: string, items: readonly object[]) =>
  fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(items),
    // A redirect must not take the key to another host.
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(explainFetch);

function explainFetch(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new Unavailable(explainError(error), { unreachable: isUnreachable(error) });
}

async function readAnswer(response: Response, url: string) {
  const text = await response.text().catch(explainFetch);
  try {
    return v.parse(answer, JSON.parse(text));
  } catch {
    throw new CommandError(
      `${url} responds with ${response.status} and without results: is it this product's API?`,
    );
  }
}

const problem = v.object({ title: v.string() });

async function explainStatus(response: Response, url: string, { path, scope }: Route): Promise<Error> {
  const { status, headers } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const answered = `${url} responds with ${status}${v.is(problem, body) ? ` (${printable(body.title)})` : ""}`;
  if (status === 429 || status === 408 || status >= 500) {
    const seconds = Number(headers.get("retry-after"));
    return new Unavailable(answered, { retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0 });
  }
  if (status === 401 || status === 403)
    return new CommandError(`${answered}: API_KEY must hold a key of this API with the scope ${scope}`);
  if (status === 404 || status === 405)
    return new CommandError(`${answered}: check --api: it must be the URL before ${path}`);
  return new CommandError(`${answered}: it does not accept these requests`);
}

function outcomeOf(result: Result | undefined): Outcome {
  if (result === undefined) return unanswered;
  const { status, errors } = result;
  if (status < 300) return { status: "accepted" };
  const faults = errors.length > 0 ? errors : [{ path: "", code: String(status), message: "was refused" }];
  return { status: status === 429 || status >= 500 ? "again" : "refused", faults };
}
