/**
 * The requests of the fuzz, all of them from the API's document and the seed: what fits its schemas, what misses them by one
 * mistake, and what means harm. The same seed and number make the same requests.
 */
import fc from "fast-check";
import { type ApiDocument, type Operation, operationsIn } from "../contract/contract.ts";
import { hostileRequests } from "./hostile/requests.ts";
import { mistakes, mutate } from "./mutations.ts";
import type { FuzzRequest, Target } from "./request.ts";
import { valuesOf } from "./schema-values.ts";

/** So many messages are there before the first request. */
export const knownMessages = 10;

export function makeRequests(document: ApiDocument, seed: number, count: number): FuzzRequest[] {
  const targets = operationsIn(document).map((one) => target(one, document.components.schemas));
  const withBody = targets.filter(({ bodies }) => bodies !== undefined);
  const kinds = fc.oneof(
    { weight: 35, arbitrary: anyOf(targets) },
    { weight: 30, arbitrary: fc.constantFrom(...withBody).chain(nearlyValid) },
    { weight: 35, arbitrary: hostileRequests(targets, withBody) },
  );
  return fc.sample(kinds, { seed, numRuns: count });
}

function target(
  { route, operation }: { route: string; operation: Operation },
  schemas: Readonly<Record<string, unknown>>,
): Target {
  const [method = "", path = ""] = route.split(" ");
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const examples = Object.values(content?.examples ?? {}).map(({ value }) => value);
  const bodies =
    content &&
    fc.oneof(
      { weight: 3, arbitrary: valuesOf(content.schema, schemas).map(withText) },
      fc.constantFrom(...examples),
    );
  const parameters = Object.fromEntries(
    operation.parameters.map((one) => [one.name, parameterValues(one, schemas)]),
  );
  const inPlace = (place: string) =>
    operation.parameters.filter((one) => one.in === place).map(({ name }) => name);
  const optional = operation.parameters
    .filter((one) => one.in === "query" && !one.required)
    .map(({ name }) => name);
  const valid = fc
    .record({
      values: fc.record(parameters),
      leftOut: fc.subarray(optional),
      body: bodies ?? fc.constant(undefined),
      isKeyed: fc.boolean(),
    })
    .map(({ values, leftOut, body, isKeyed }): FuzzRequest => {
      const text = (name: string) => String(values[name]);
      const given = inPlace("query").filter((name) => !leftOut.includes(name));
      const query = given.map((name) => `${name}=${encodeURIComponent(text(name))}`);
      return {
        kind: "valid",
        what: operation.operationId,
        method,
        path:
          path.replace(/\{([^}]+)\}/g, (_, name: string) => inPath(text(name))) +
          (query.length > 0 ? `?${query.join("&")}` : ""),
        headers: [
          ["authorization", "Bearer local"],
          ["content-type", "application/json"],
          ...(isKeyed ? inPlace("header").map((name): [string, string] => [name, text(name)]) : []),
        ],
        ...(body === undefined ? {} : { body: () => JSON.stringify(body) }),
        signed: path.startsWith("/webhooks/"),
      };
    });
  return { route, operation, valid, bodies };
}

/** A body has more to it than a path. */
const anyOf = (targets: readonly Target[]) =>
  fc.oneof(
    ...targets.map(({ valid, bodies }) => ({ weight: bodies === undefined ? 1 : 3, arbitrary: valid })),
  );

const inPath = (value: string) => (value.startsWith("{message:") ? value : encodeURIComponent(value));

/** What no schema can say: the ids of messages that are there, and the words of Meta's handshake. */
function parameterValues(
  { name, schema }: Operation["parameters"][number],
  schemas: Readonly<Record<string, unknown>>,
): fc.Arbitrary<unknown> {
  if (name === "messageId")
    return fc.oneof(
      { weight: 4, arbitrary: fc.nat(knownMessages - 1).map((index) => `{message:${index}}`) },
      fc.uuid(),
    );
  if (name === "hub.mode") return fc.constantFrom("subscribe", "subscribe", "unsubscribe");
  if (name === "hub.verify_token")
    return fc.constantFrom("local-whatsApp-verifyToken", "local-fbMessenger-verifyToken", "guess");
  const some = valuesOf(schema, schemas).filter((value) => isWellFormed(String(value)) && value !== "");
  // An empty segment is another path, and a dot none.
  return some.filter((value) => !/^\.{1,2}$/.test(String(value)));
}
const isWellFormed = (text: string) => text.isWellFormed();

/**
 * A message without a text is refused, where no channel has its own, and most times of the document are too far ahead or wait
 * for long; nobody opted in: most of them shall get further.
 */
const withText = (body: unknown) =>
  typeof body === "object" && body !== null && "rules" in body
    ? {
        ...body,
        ...(!("body" in body) || body.body === null ? { body: "Hello" } : {}),
        ...("sendAt" in body ? { sendAt: "2020-01-01T00:00:00Z" } : {}),
        ...("requireOptIn" in body ? { requireOptIn: false } : {}),
      }
    : body;

const nearlyValid = ({ valid, bodies = fc.constant({}) }: Target): fc.Arbitrary<FuzzRequest> =>
  fc.record({ request: valid, body: bodies, mutation: mistakes }).map(({ request, body, mutation }) => ({
    ...request,
    kind: "nearly valid",
    what: mutation.mistake,
    body: () => mutate(body, mutation),
  }));
