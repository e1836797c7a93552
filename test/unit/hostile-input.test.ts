/** What the fuzz found, each case by itself: input that must be refused with its field, and never ends in a server error. */
import * as v from "valibot";
import { expect, it, vi } from "vitest";
import { asciiJson, readableText } from "../../functions/aws/sqs-text.ts";
import { additionsTo, profile } from "../../functions/domain/customer/profile.ts";
import type { HttpEvent } from "../../functions/http/handler.ts";
import { parseJson } from "../../functions/http/json.ts";
import { ownMessage } from "../../functions/http/own-message.ts";
import { Problem } from "../../functions/http/problem.ts";
import { validate } from "../../functions/http/validate.ts";
import { sendRequest } from "../../functions/ingest/request.ts";

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

it("JSON may be nested 32 levels deep, and deeper JSON is refused before it is parsed", () => {
  expect(parseJson(nested(32))).toHaveLength(1);
  for (const text of [nested(33), '{"a":'.repeat(1_000_000), nested(3_000_000)])
    expect(faultsOf(() => parseJson(text))).toEqual([" too_deep must be nested at most 32 levels deep"]);
});

it("brackets in strings do not count as nesting", () => {
  const texts = ["[".repeat(100), '\\"['.repeat(100), "\\".repeat(99) + "{".repeat(100)];
  for (const text of texts) expect(parseJson(JSON.stringify([text]))).toEqual([text]);
  expect(faultsOf(() => parseJson("{"))).toEqual([" not_json must be valid JSON: check its syntax"]);
});

const template = (components: string) =>
  `"channelOptions":{"whatsApp":{"template":{"name":"t","language":"en","components":${components}}}}`;

it.each(["1e400", "1e300", "-1e126", "1e-300", "9007199254740993"])(
  "the number %s, which DynamoDB or its client cannot store, is refused with its field",
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

it("numbers that can be stored are accepted", () => {
  for (const number of ["0", "-1.5", "1e-130", "9007199254740991"])
    expect(faultsOf(() => validate(profile, JSON.parse(`{"points":${number}}`)))).toEqual([]);
});

it("a template and the app's data have a maximum size, so that the message fits into its item", () => {
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
])("in %s a name that JavaScript reserves is refused instead of dropped: %s", (_, json) => {
  expect(faultsOfMessage(json)).toEqual([
    expect.stringMatching(/(__proto__|constructor|prototype) unknown_field/),
  ]);
});

it("a name that JavaScript reserves is refused at any depth of the sender's own JSON", () => {
  const deep = '{"a":[{"b":{"constructor":{"name":"Set"}}}]}';
  expect(faultsOfMessage(`"metadata":${deep}`)).toEqual([
    expect.stringMatching(/^metadata .*must not be named/),
  ]);
  expect(faultsOfMessage(template(`[${deep}]`))).toEqual([
    expect.stringMatching(/template.components .*must not be named/),
  ]);
});

it("a messageId that is too long is answered 404 without a read of the table", async () => {
  const get = vi.fn();
  const event = {
    pathParameters: { messageId: "a".repeat(101) },
    requestContext: { authorizer: { lambda: { client: "shop", scopes: ["send"] } } },
  } as unknown as HttpEvent;
  await expect(ownMessage({ get } as never, event)).rejects.toMatchObject({ status: 404 });
  expect(get).not.toHaveBeenCalled();
});

it("a profile takes new fields from messages up to 50, and its known fields still change", () => {
  const known = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`f${index}`, "a"]));
  const brought = { f1: "b", one: "1", two: "2" };
  expect(additionsTo(known, brought, true)).toEqual({ f1: "b", one: "1" });
});

it("every text can be sent through SQS and is the same afterwards", () => {
  const odd = { text: "\u0000\ud800 \uffff \u{1f4a9} ä \u007f\u2028" };
  expect(asciiJson(odd)).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(asciiJson(odd))).toEqual(odd);
});

it("the readable reason of a dead message has no character that SQS refuses", () => {
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
