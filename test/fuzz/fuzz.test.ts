/** A short fuzz on the whole system, and that its checks see what they are there for. */
import { App } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, it } from "vitest";
import cdkJson from "../../cdk.json" with { type: "json" };
import { apiDocument } from "../../infra/bundle/bundles.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { readSettings } from "../../infra/settings.ts";
import { createContract } from "../contract/contract.ts";
import { checkOutcomes } from "./check-outcomes.ts";
import { mutate } from "./mutations.ts";
import { faultsOf } from "./oracle.ts";
import { describeErrors, describeFindings, summary } from "./report.ts";
import { makeRequests } from "./requests.ts";
import type { Outcome } from "./run.ts";
import { type FuzzSystem, fuzz, startFuzzSystem } from "./system.ts";

const seed = 2;
const requests = 450;

let system: FuzzSystem;
let outcome: Outcome;
beforeAll(async () => {
  system = await startFuzzSystem(() => {});
  outcome = await fuzz(system, seed, requests);
  console.info(summary(outcome, seed));
}, 240_000);
afterAll(() => system?.stop());

const { document } = createContract(
  apiDocument(readSettings(new App({ context: { ...cdkJson.context, ...localSettings } }).node)),
);

it("random requests cause no server error, no answer outside the document, and no acceptance of an invalid request", () => {
  expect(
    `${describeFindings(outcome.findings)}${outcome.findings.length > 0 ? describeErrors(system.errors) : ""}`,
  ).toBe("");
});

it("no message that was accepted ends without an answer of its provider, and the next ones go out", async () => {
  expect(outcome.accepted.length).toBeGreaterThan(3);
  expect(await checkOutcomes(system, outcome.accepted)).toEqual([]);
});

it("random requests reach far enough: some are accepted, and every kind of invalid request is refused", () => {
  const { valid, "nearly valid": nearlyValid, hostile } = outcome.counts;
  expect(valid[201]).toBeGreaterThan(2);
  expect(valid[202]).toBeGreaterThan(5);
  expect(nearlyValid[400]).toBeGreaterThan(50);
  for (const status of [400, 401, 403, 404, 413]) expect(hostile[status], String(status)).toBeGreaterThan(0);
});

it("the same seed makes the same requests, and another seed makes others", () => {
  const texts = (one: number) =>
    makeRequests(document, one, 60).map(({ body, ...request }) => JSON.stringify([request, body?.()]));
  expect(texts(seed)).toEqual(texts(seed));
  expect(texts(seed + 1)).not.toEqual(texts(seed));
});

it("valid requests fit the document's schema", () => {
  const { schemaErrors, operationOf } = createContract(document);
  const valid = makeRequests(document, seed, 300).filter(({ kind }) => kind === "valid");
  for (const { method, path, body } of valid) {
    const schema = operationOf(method, path)?.operation.requestBody?.content["application/json"]?.schema;
    if (schema !== undefined) expect(schemaErrors(schema, JSON.parse(body?.() ?? ""))).toEqual([]);
  }
});

it("an invalid request has one mistake", () => {
  const value = { a: [1, { b: "c" }] };
  const texts = (mistake: string) => [0, 0.2, 0.4, 0.6, 0.8].map((at) => mutate(value, { mistake, at }));
  expect(texts("without it")).toEqual(["", "{}", '{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1,{}]}']);
  expect(texts("null in its place").at(-1)).toBe('{"a":[1,{"b":null}]}');
  expect(new Set(texts("a field __proto__"))).toEqual(
    new Set([
      '{"a":[1,{"b":"c"}],"__proto__":{"isAdmin":true}}',
      '{"a":[1,{"b":"c","__proto__":{"isAdmin":true}}]}',
    ]),
  );
});

it("the oracle recognizes a server error, an invalid request that was accepted, and a body outside the schema that was accepted", () => {
  const contract = createContract(document);
  const exchange = (status: number, body: object, path = "/messages/plan") => ({
    method: "POST",
    path,
    status,
    headers: new Headers({ "content-type": "application/json" }),
    body: JSON.stringify(body),
  });
  const plan = { category: "transactional", hops: [], skipped: [] };
  const sound = JSON.stringify({ to: { phoneNumber: "+447123123123" }, rules: ["sms"] });
  const ask = (one: ReturnType<typeof exchange>, body: string, mustBeRefused = false) =>
    faultsOf(contract, one, { body, mustBeRefused });
  expect(ask(exchange(200, plan), sound)).toEqual([]);
  expect(ask(exchange(500, {}), sound)).toEqual(["a server error: 500"]);
  expect(ask(exchange(200, plan), sound, true)).toEqual(["was let through with 200"]);
  expect(ask(exchange(200, plan), '{"to":{},"rules":["sms"]}')).toHaveLength(1);
  expect(ask(exchange(200, plan), "no JSON")).toHaveLength(1);
  const results = (status: number) => ({ results: [{ index: 0, status, messageId: "m1" }] });
  expect(ask(exchange(202, results(201), "/messages/batch"), `[${sound}]`)).toEqual([]);
  expect(ask(exchange(202, results(201), "/messages/batch"), '[{"rules":["sms"]}]')).toHaveLength(1);
  const failed = { results: [{ index: 0, status: 500, errors: [] }] };
  expect(ask(exchange(202, failed, "/messages/batch"), `[${sound}]`)).toEqual(["a server error: item 0"]);
});
