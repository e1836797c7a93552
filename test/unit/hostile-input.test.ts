/** What the fuzz found, each once more by itself: input that must be refused by name, and none that ends in an error of ours. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Context } from "aws-lambda";
import * as v from "valibot";
import { describe, expect, it, vi } from "vitest";
import { asciiJson, readableText } from "../../functions/aws/sqs-text.ts";
import { channelById } from "../../functions/channels/registry.ts";
import { ownMessage } from "../../functions/get-message/own-message.ts";
import { parseJson, refuseMany } from "../../functions/http/json.ts";
import { type HttpEvent, httpHandler, Problem } from "../../functions/http/problem.ts";
import { validate } from "../../functions/http/validate.ts";
import type { IngestDependencies } from "../../functions/ingest/accept.ts";
import { createIngest } from "../../functions/ingest/handler.ts";
import { sendRequest } from "../../functions/ingest/request.ts";
import { createBatch } from "../../functions/ingest-batch/handler.ts";
import { additionsTo, profile } from "../../functions/profiles/profile.ts";
import { nothingKnown } from "./fixtures/routing-in-process.ts";

const faultsOf = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Problem)
      return error.errors.map(({ path, code, message }) => `${path} ${code} ${message}`);
    throw error;
  }
  return [];
};
const message = (json: string) =>
  JSON.parse(`{"to":{"phoneNumber":"+447123123123"},"body":"Hello","rules":["sms"],${json}}`);
const faultsOfMessage = (json: string) => faultsOf(() => validate(sendRequest, message(json)));
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

it("JSON may be 32 levels deep, and is refused before anything walks it", () => {
  expect(parseJson(nested(32))).toHaveLength(1);
  for (const text of [nested(33), '{"a":'.repeat(1_000_000), nested(3_000_000)])
    expect(faultsOf(() => parseJson(text))).toEqual([" too_deep must not be nested deeper than 32 levels"]);
});

it("brackets in strings are no depth", () => {
  const texts = ["[".repeat(100), '\\"['.repeat(100), "\\".repeat(99) + "{".repeat(100)];
  for (const text of texts) expect(parseJson(JSON.stringify([text]))).toEqual([text]);
  expect(faultsOf(() => parseJson("{"))).toEqual([" not_json send a JSON object"]);
});

const template = (components: string) =>
  `"channelOptions":{"whatsApp":{"template":{"name":"t","language":"en","components":${components}}}}`;

it.each(["1e400", "1e300", "-1e126", "1e-300", "9007199254740993"])(
  "the number %s, which DynamoDB or its client does not keep, is refused by its field",
  (number) => {
    expect(faultsOfMessage(`"metadata":{"a":{"b":[${number}]}}`)).toEqual([
      expect.stringMatching(/^metadata .*numbers must be 0, or between/),
    ]);
    expect(faultsOfMessage(template(`[{"a":${number}}]`))).toEqual([
      expect.stringMatching(/^channelOptions.whatsApp.template.components .*numbers must be/),
    ]);
    expect(faultsOf(() => validate(profile, JSON.parse(`{"points":${number}}`)))).not.toEqual([]);
  },
);

it("numbers that are kept pass", () => {
  for (const number of ["0", "-1.5", "1e-130", "9007199254740991"])
    expect(faultsOf(() => validate(profile, JSON.parse(`{"points":${number}}`)))).toEqual([]);
});

it("a template and an app's data have a size, so that the message fits into its item", () => {
  const long = "x".repeat(20_000);
  expect(faultsOfMessage(template(`[{"a":"${long}"}]`))).toEqual([
    expect.stringMatching(/16,384 characters/),
  ]);
  expect(faultsOfMessage(`"channelOptions":{"appMessaging":{"data":{"a":"${long}"}}}`)).toEqual([
    expect.stringMatching(/4,096 characters/),
  ]);
});

it.each([
  ["the message", '"__proto__":{"client":"other"}'],
  ["the message", '"constructor":"x"'],
  ["a rule", '"rules":[{"channel":"sms","__proto__":{"until":"sent"}}]'],
  ["the addresses", '"to":{"phoneNumber":"+447123123123","constructor":"x"}'],
  ["metadata", '"metadata":{"__proto__":{"a":1}}'],
  ["a channel's text", '"customBody":{"prototype":"x"}'],
])("in %s a name that JavaScript keeps for itself is refused, not dropped: %s", (_, json) => {
  expect(faultsOfMessage(json)).toEqual([
    expect.stringMatching(/(__proto__|constructor|prototype) unknown_field/),
  ]);
});

it("such a name is refused at any depth of a sender's own JSON", () => {
  const deep = '{"a":[{"b":{"constructor":{"name":"Set"}}}]}';
  expect(faultsOfMessage(`"metadata":${deep}`)).toEqual([
    expect.stringMatching(/^metadata .*must not be named/),
  ]);
  expect(faultsOfMessage(template(`[${deep}]`))).toEqual([
    expect.stringMatching(/template.components .*must not be named/),
  ]);
});

describe("a request of many megabytes", () => {
  const few = vi.fn();
  const dependencies = {
    ...nothingKnown,
    messages: { create: few },
    profiles: { get: few },
    keys: { take: few },
    start: few,
    bench: { channels: channelById, absent: {} },
    prices: {},
    retentionDays: 30,
    now: () => new Date("2030-01-01T00:00:00Z"),
  } as unknown as IngestDependencies;
  const single = httpHandler(() => createIngest(dependencies));
  const batch = httpHandler(() => createBatch(dependencies, { enqueue: few, mostInOneBatch: 10 }));
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

  // What Lambda takes is 6 MB; API Gateway answers 413 above (test/fuzz).
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

  it.each(hostile)("is refused with an answer of some kilobytes: %s", async (_, body, code) => {
    const { statusCode, answer } = await post(body());
    expect(statusCode).toBe(400);
    expect(answer.length).toBeLessThan(longestAnswer);
    expect(answer).toContain(`"code":"${code}"`);
    expect(few).not.toHaveBeenCalled();
  });

  it("leaves nothing in memory", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const refuseAll = async () => {
      for (const [, body] of hostile) await post(body());
      collect();
      return process.memoryUsage().heapUsed;
    };
    const once = await refuseAll();
    const thrice = [await refuseAll(), await refuseAll(), await refuseAll()];
    expect(Math.min(...thrice) - once).toBeLessThan(2 * 1024 * 1024);
  }, 120_000);

  it("in a batch is refused for itself, and 5,000 of them fit into an answer that Lambda hands on", async () => {
    const faulty = { rules: many(400, 1) };
    const items = [{ rules: many(100_000, 1) }, ...many(4_999, faulty)];
    const { statusCode, answer } = await post(JSON.stringify(items), batch);
    expect(statusCode).toBe(202);
    expect(answer.length).toBeLessThan(6 * 1024 * 1024);
    const { results } = JSON.parse(answer) as { results: { status: number; errors: { code: string }[] }[] };
    expect(results[0]).toMatchObject({ status: 400, errors: [{ code: "too_many_values" }] });
    expect(results[1]?.errors.map(({ code }) => code)).toEqual([
      "missing",
      "wrong_type",
      "wrong_type",
      "more",
    ]);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set([400]));
  }, 120_000);

  it("says which faults it names, and that there are more", async () => {
    const { answer } = await post(withField({ rules: many(21, 1) }));
    const { errors } = JSON.parse(answer) as { errors: { path: string; code: string }[] };
    expect(errors).toHaveLength(21);
    expect(errors.at(0)).toMatchObject({ path: "rules[0]", code: "wrong_type" });
    expect(errors.at(-1)).toMatchObject({ path: "", code: "more" });
  });

  it("the largest message that the API knows is not among them", () => {
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
    expect(() => refuseMany(largest)).not.toThrow();
  });
});

it("an id that is longer than any of ours is no message, and no key for DynamoDB", async () => {
  const get = vi.fn();
  const event = {
    pathParameters: { messageId: "a".repeat(101) },
    requestContext: { authorizer: { lambda: { client: "shop" } } },
  } as unknown as HttpEvent;
  await expect(ownMessage({ get } as never, event)).rejects.toMatchObject({ status: 404 });
  expect(get).not.toHaveBeenCalled();
});

it("a profile grows by what sends bring to 50 fields, and known fields still change", () => {
  const known = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`f${index}`, "a"]));
  const brought = { f1: "b", one: "1", two: "2" };
  expect(additionsTo(known, brought)).toEqual({ f1: "b", one: "1" });
});

it("every text goes through SQS and comes back as it was", () => {
  const odd = { text: "\u0000\ud800 \uffff \u{1f4a9} ä \u007f\u2028" };
  expect(asciiJson(odd)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(asciiJson(odd))).toEqual(odd);
});

it("what people read of a dead letter holds no character that SQS refuses", () => {
  expect(readableText("to.\u0000\uffff\ud83d: \u{1f4a9}\n")).toBe("to.\ufffd\ufffd\ufffd: \u{1f4a9}\n");
});

it("the largest profile fits into its item", () => {
  const text = (length: number) => "\u20ac".repeat(length);
  const largest = {
    phoneNumber: "+447123123123",
    fbMessengerId: text(256),
    appDevices: Array.from({ length: 20 }, () => ({ platform: "fcm", token: text(4096) })),
    ...Object.fromEntries(
      Array.from({ length: 47 }, (_, index) => [`f${index}`.padEnd(64, "x"), text(1024)]),
    ),
  };
  expect(v.is(profile, largest)).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(400 * 1024);
});
