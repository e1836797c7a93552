/**
 * Requests of as many megabytes as Lambda takes: refused by name, with an answer of some kilobytes, and nothing of them is left.
 * Above 6 MB API Gateway answers 413, which the fuzz asks for (test/fuzz).
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Context } from "aws-lambda";
import { expect, it, vi } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import { type HttpEvent, httpHandler } from "../../functions/http/handler.ts";
import { checkPart, parseJson } from "../../functions/http/json.ts";
import { createBatch } from "../../functions/ingest/batch.ts";
import type { IngestDependencies } from "../../functions/ingest/ingest-dependencies.ts";
import { createIngest } from "../../functions/ingest/single.ts";
import { nothingKnown } from "./fixtures/routing-in-process.ts";

const few = vi.fn();
const dependencies = {
  ...nothingKnown,
  messages: { create: few },
  profiles: { get: few },
  keys: { take: few },
  start: few,
  deployment: { channels: channelById, absent: {} },
  prices: {},
  retentionDays: 30,
  now: () => new Date("2030-01-01T00:00:00Z"),
} as unknown as IngestDependencies;
const single = httpHandler(() => createIngest(dependencies));
const batch = httpHandler(() =>
  createBatch(dependencies, { enqueue: few, enqueueIn: vi.fn(), maxBatchEntries: 10 }),
);
const post = async (body: string, handler = single) => {
  const lambda = { client: "shop", scopes: ["send"] };
  const event = {
    routeKey: "POST /messages",
    headers: {},
    body,
    isBase64Encoded: false,
    requestContext: { requestId: "r", authorizer: { lambda } },
  } as unknown as HttpEvent;
  const { statusCode, body: answer = "" } = await handler(event, {} as Context);
  return { statusCode, answer };
};
const withField = (fields: object) =>
  JSON.stringify({ to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["sms"], ...fields });
const wide = (count: number, value: unknown = 1) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, value]));
const many = <One>(count: number, one: One) => Array<One>(count).fill(one);
const longestAnswer = 10_000;

const hostile: [string, () => string, string][] = [
  ["a text of 6,000,000 characters", () => withField({ body: "x".repeat(6_000_000) }), "too_long"],
  ["a text of 1,000,000 characters", () => withField({ body: "x".repeat(1_000_000) }), "too_long"],
  ["an SMS of 300 parts", () => withField({ body: "x".repeat(300 * 153) }), "too_long"],
  ["an SMS of 11 parts", () => withField({ body: "x".repeat(1601) }), "too_long"],
  ["JSON of a million levels", () => '{"a":'.repeat(1_000_000), "too_deep"],
  ["rules of 3,000,000 numbers", () => withField({ rules: many(2_900_000, 1) }), "too_many_values"],
  ["rules of 700,000 objects", () => withField({ rules: many(700_000, { a: 1 }) }), "too_many_values"],
  ["400,000 unknown fields", () => withField(wide(400_000)), "too_many_values"],
  ["400,000 addresses", () => withField({ to: wide(400_000, "a") }), "too_many_values"],
  ["1,000,000 devices", () => withField({ to: { appDevices: many(1_000_000, 1) } }), "too_many_values"],
  ["metadata of 400,000 fields", () => withField({ metadata: wide(400_000) }), "too_many_values"],
  ["many brackets", () => withField({ metadata: { a: many(1_500_000, []) } }), "too_many_values"],
  // Few enough to be parsed and checked, each a fault.
  ["rules of 19,000 numbers", () => withField({ rules: many(19_000, 1) }), "wrong_type"],
  ["metadata of 19,000 fields", () => withField({ metadata: wide(19_000) }), "invalid"],
  [
    "a field's name of 5,000,000 characters",
    () => withField({ ["f".repeat(5_000_000)]: 1 }),
    "unknown_field",
  ],
];

it.each(hostile)(
  "a hostile request is refused with an answer of a few kilobytes: %s",
  async (_, body, code) => {
    const { statusCode, answer } = await post(body());
    expect(statusCode).toBe(400);
    expect(answer.length).toBeLessThan(longestAnswer);
    expect(answer).toContain(`"code":"${code}"`);
    expect(few).not.toHaveBeenCalled();
  },
);

it("a refused request leaves nothing in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const bodies = hostile.map(([, body]) => body());
  const refuseAll = async () => {
    for (const body of bodies) await post(body);
    collect();
    return process.memoryUsage().heapUsed;
  };
  const once = await refuseAll();
  const again = [await refuseAll(), await refuseAll()];
  expect(Math.min(...again) - once).toBeLessThan(2 * 1024 * 1024);
}, 120_000);

it("a faulty item of a batch is refused by itself, and 5,000 of them fit into a response of Lambda", async () => {
  const faulty = { rules: many(400, 1) };
  const items = [{ rules: many(100_000, 1) }, ...many(4_999, faulty)];
  const { statusCode, answer } = await post(JSON.stringify(items), batch);
  expect(statusCode).toBe(202);
  expect(answer.length).toBeLessThan(6 * 1024 * 1024);
  const { results } = JSON.parse(answer) as { results: { status: number; errors: { code: string }[] }[] };
  expect(results[0]).toMatchObject({ status: 400, errors: [{ code: "too_many_values" }] });
  expect(results[1]?.errors.map(({ code }) => code)).toEqual(["missing", "wrong_type", "wrong_type", "more"]);
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set([400]));
}, 120_000);

it("an answer lists the first faults, and says that there are more", async () => {
  const { answer } = await post(withField({ rules: many(21, 1) }));
  const { errors } = JSON.parse(answer) as { errors: { path: string; code: string }[] };
  expect(errors).toHaveLength(21);
  expect(errors.at(0)).toMatchObject({ path: "rules[0]", code: "wrong_type" });
  expect(errors.at(-1)).toMatchObject({ path: "", code: "more" });
});

it("the largest message that the API accepts has fewer values than the limit", () => {
  const components = many(8_000, 0);
  const largest = {
    to: { ...wide(47, "a"), appDevices: many(20, { platform: "fcm", token: "t" }) },
    metadata: { a: many(2_000, 0) },
    channelOptions: {
      whatsApp: { template: { name: "t", language: "en", components } },
      appMessaging: { data: wide(400, "") },
    },
  };
  expect(() => parseJson(JSON.stringify(largest))).not.toThrow();
  expect(() => checkPart(largest)).not.toThrow();
});
