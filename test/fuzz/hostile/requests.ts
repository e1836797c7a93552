/** Requests that mean harm: valid ones, each with one thing of a client of no good will. */
import fc from "fast-check";
import type { FuzzRequest, Target } from "../request.ts";
import * as bodies from "./bodies.ts";
import * as wire from "./wire.ts";

export function hostileRequests(
  targets: readonly Target[],
  withBody: readonly Target[],
): fc.Arbitrary<FuzzRequest> {
  const any = fc.constantFrom(...targets).chain(({ valid }) => valid);
  const keyed = fc
    .constantFrom(...targets.filter(({ operation }) => operation.security.some((one) => "apiKey" in one)))
    .chain(({ valid }) => valid);
  const bodied = fc.constantFrom(...withBody).chain(({ valid }) => valid);
  const messages = fc
    .constantFrom(...targets.filter(({ route }) => /^POST \/messages(\/plan)?$/.test(route)))
    .chain(({ valid }) => valid);
  const harm = <Value extends { what: string }>(
    requests: fc.Arbitrary<FuzzRequest>,
    values: fc.Arbitrary<Value>,
    apply: (request: FuzzRequest, value: Value) => Partial<FuzzRequest>,
  ) =>
    fc.tuple(requests, values).map(
      ([request, value]): FuzzRequest => ({
        ...request,
        kind: "hostile",
        what: value.what,
        ...apply(request, value),
      }),
    );
  const among = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
  const named = (what: string, values: fc.Arbitrary<string>) => values.map((value) => ({ what, value }));
  const body = (_: FuzzRequest, { body }: bodies.HostileBody) => ({ body });
  return fc.oneof(
    { weight: 6, arbitrary: harm(messages, among(bodies.messageBodies), body) },
    { weight: 5, arbitrary: harm(bodied, among(bodies.wholeBodies), body) },
    {
      weight: 3,
      arbitrary: harm(bodied, named("any JSON", fc.json({ maxDepth: 6 })), (_, { value }) => ({
        body: () => value,
      })),
    },
    {
      weight: 1,
      arbitrary: harm(bodied, named("any text", fc.string({ unit: "binary" })), (_, { value }) => ({
        body: () => value,
      })),
    },
    {
      weight: 4,
      arbitrary: harm(keyed, among(wire.keys), ({ headers }, { headers: own }) => ({
        headers: [...headers.filter(([name]) => name !== "authorization"), ...own],
        mustBeRefused: true,
      })),
    },
    {
      weight: 5,
      arbitrary: harm(any, among(wire.headers), ({ headers }, { headers: own, replaces }) => ({
        headers: [...headers.filter(([name]) => name !== replaces), ...own],
      })),
    },
    {
      weight: 4,
      arbitrary: harm(any, named("a hostile id", among(wire.hostileIds)), ({ path }, { value }) => ({
        path: path.replace(
          /^\/(messages|profiles|rules)\/(?!plan|batch)[^/?]+/,
          `/$1/${value.replaceAll("$", "$$$$")}`,
        ),
      })),
    },
    {
      weight: 2,
      arbitrary: harm(any, named("a path that is none", among(wire.hostilePaths)), (_, { value }) => ({
        path: value,
      })),
    },
    {
      weight: 2,
      arbitrary: harm(any, named("another method", wire.hostileMethods), (_, { value }) => ({
        method: value,
      })),
    },
    { weight: 1, arbitrary: harm(bodied, named("no signature", fc.constant("")), () => ({ signed: false })) },
  );
}

/** Many megabytes each, so few: they come at the end. */
export const largeRequests = (): FuzzRequest[] =>
  bodies.largeBodies.map(({ what, body }) => ({
    kind: "hostile",
    what,
    method: "POST",
    path: "/messages",
    headers: [
      ["authorization", "Bearer local"],
      ["content-type", "application/json"],
    ],
    body,
    mustBeRefused: true,
  }));
