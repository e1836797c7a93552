/** The arithmetic of the bench: what is billed, and what it costs. */
import { describe, expect, it } from "vitest";
import { billOf } from "../bench/bill.ts";
import { givenIn } from "../bench/count-usage.ts";
import { designModels } from "../bench/design-models.ts";
import { itemSize, readUnits, writeUnits } from "../bench/dynamodb-units.ts";
import { DynamoDbUsage, sizeOnAws } from "../bench/dynamodb-usage.ts";
import { addUsage, scaleUsage, totalCost } from "../bench/prices.ts";
import { median, percentile } from "../bench/report.ts";
import { statesEntered } from "../bench/state-history.ts";

describe("the size of an item", () => {
  it.each([
    ["a text is its name and its UTF-8 bytes", { name: { S: "ä€" } }, 4 + 5],
    ["two digits of a number are a byte, and one is for the exponent", { n: { N: "12345" } }, 1 + 4],
    ["a minus is a byte, zeros at the ends are none", { n: { N: "-1200" } }, 1 + 3],
    ["a boolean is a byte", { b: { BOOL: true } }, 1 + 1],
    ["a map has 3 bytes and one an entry more", { m: { M: { a: { S: "xy" } } } }, 1 + 3 + 3 + 1],
    ["a list has 3 bytes and one an entry more", { l: { L: [{ S: "xy" }, { S: "z" }] } }, 1 + 3 + 3 + 2],
    ["a set is what is in it", { s: { SS: ["a", "bc"] } }, 1 + 3],
    ["binary is its bytes, not its Base64", { b: { B: "AAAA" } }, 1 + 3],
  ] as const)("%s", (_, item, size) => {
    expect(itemSize(structuredClone(item) as Parameters<typeof itemSize>[0])).toBe(size);
  });

  it("counts a task token as long as Step Functions makes them", () => {
    const item = (token: string) => ({ attempts: { M: { sms: { M: { taskToken: { S: token } } } } } });
    expect(sizeOnAws(item("short"))).toBe(itemSize(item("x".repeat(800))));
  });
});

describe("units of DynamoDB", () => {
  it("are a kilobyte a write unit, and never none", () => {
    expect([0, 1, 1024, 1025].map(writeUnits)).toEqual([1, 1, 1, 2]);
  });
  it("are 4 kilobytes a read unit, and half where the read is eventually consistent", () => {
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, true))).toEqual([1, 1, 2]);
    expect(readUnits(100, false)).toBe(0.5);
  });
  it("bill the larger of the item before and after", () => {
    const usage = new DynamoDbUsage(() => ["id"]);
    const put = (body: string) =>
      usage.read("PutItem", { TableName: "t", Item: { id: { S: "1" }, body: { S: body } } }, 200, {});
    expect(put("x".repeat(1500))).toEqual({ dynamoDbWriteUnits: 2 });
    expect(put("short")).toEqual({ dynamoDbWriteUnits: 2 });
    expect(put("short")).toEqual({ dynamoDbWriteUnits: 1 });
  });
  it("leave a refused write to be looked up by its key", () => {
    const usage = new DynamoDbUsage(() => ["id"]);
    const request = { TableName: "t", Item: { id: { S: "1" }, body: { S: "x" } } };
    expect(usage.read("PutItem", request, 400, {})).toEqual({ table: "t", key: { id: { S: "1" } } });
  });
});

it("prices a million messages of two states at $50", () => {
  expect(totalCost({ stateTransitions: 2_000_000 })).toBeCloseTo(50);
  const usage = addUsage({ stateTransitions: 1, lambdaRequests: 1 }, { stateTransitions: 1 });
  expect(totalCost(scaleUsage(usage, 1_000_000))).toBeCloseTo(50.2);
});

it("counts states entered, and each retry of one as a state more", () => {
  const types = [
    "ChoiceStateEntered",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskFailed",
    "TaskScheduled",
    "TaskStateExited",
  ];
  expect(statesEntered(types.map((type) => ({ type })))).toBe(3);
});

it("has a design cost more the more channels it tries", () => {
  for (const { usage } of designModels) {
    const costs = [1, 2, 3].map((tried) => totalCost(usage({ tried, delivered: true, silentSeconds: 0 })));
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    expect(new Set(costs).size).toBe(3);
  }
});

it("takes the median and the 99th percentile of what it measured, by the nearest rank as the report does", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([median(values), percentile(values, 0.99)]).toEqual([50, 99]);
});

it.each([
  ["a stream or a queue, its records", { Records: [{ eventSource: "aws:sqs" }, {}] }, 2],
  ["a batch in a request, its messages", { rawPath: "/messages/batch", body: "[{},{},{}]" }, 3],
  ["a request, itself", { rawPath: "/messages", body: "{}" }, 1],
  ["a task, itself", { taskToken: "token", hop: {} }, 1],
])("counts what an invocation was given: of %s", (_, payload, given) => {
  expect(givenIn(payload)).toBe(given);
});

it("bills a message its share, once at the assumed durations and once at the measured ones", () => {
  const counted = { usage: { stateTransitions: 20, lambdaGbSeconds: 3 }, assumedGbSeconds: 1 };
  const { usage, perMillion, perMillionAtMeasuredDurations, perMillionWithEndTransition } = billOf(
    "ten",
    counted,
    10,
  );
  expect(usage.stateTransitions).toBe(2);
  expect(perMillionAtMeasuredDurations - perMillion).toBeCloseTo((2 / 10) * 13.3334);
  expect(perMillionWithEndTransition - perMillion).toBeCloseTo(25);
});
