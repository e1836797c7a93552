/** The arithmetic of the bench: what is billed, and what it costs. */
import { describe, expect, it } from "vitest";
import { billOf } from "../bench/bill.ts";
import { givenIn } from "../bench/count-usage.ts";
import { delays, drawFrom } from "../bench/delays.ts";
import { designModels } from "../bench/design-models.ts";
import { itemSize, readUnits, writeUnits } from "../bench/dynamodb-units.ts";
import { DynamoDbUsage, sizeOnAws } from "../bench/dynamodb-usage.ts";
import { timelineOf, totalsOf } from "../bench/latency-model.ts";
import { addUsage, scaleUsage, totalCost } from "../bench/prices.ts";
import { median, percentile } from "../bench/report.ts";
import { statesEntered } from "../bench/state-history.ts";
import { seededRandom } from "../simulation/seeded-random.ts";

describe("the size of an item", () => {
  it.each([
    ["a string is its name and its UTF-8 bytes", { name: { S: "ä€" } }, 4 + 5],
    ["a number is a byte for two digits, and one for the exponent", { n: { N: "12345" } }, 1 + 4],
    ["a minus sign is a byte, and zeros at the ends are none", { n: { N: "-1200" } }, 1 + 3],
    ["a boolean is a byte", { b: { BOOL: true } }, 1 + 1],
    ["a map has 3 bytes more, and one for each entry", { m: { M: { a: { S: "xy" } } } }, 1 + 3 + 3 + 1],
    [
      "a list has 3 bytes more, and one for each entry",
      { l: { L: [{ S: "xy" }, { S: "z" }] } },
      1 + 3 + 3 + 2,
    ],
    ["a set is its values", { s: { SS: ["a", "bc"] } }, 1 + 3],
    ["binary is its bytes, not its Base64", { b: { B: "AAAA" } }, 1 + 3],
  ] as const)("in the size of an item, %s", (_, item, size) => {
    expect(itemSize(structuredClone(item) as Parameters<typeof itemSize>[0])).toBe(size);
  });

  it("a task token counts as long as Step Functions makes it", () => {
    const item = (token: string) => ({ attempts: { M: { sms: { M: { taskToken: { S: token } } } } } });
    expect(sizeOnAws(item("short"))).toBe(itemSize(item("x".repeat(800))));
  });
});

describe("DynamoDB's capacity units", () => {
  it("a write unit is a kilobyte, and every write costs at least one", () => {
    expect([0, 1, 1024, 1025].map(writeUnits)).toEqual([1, 1, 1, 2]);
  });
  it("a read unit is 4 kilobytes, and an eventually consistent read costs half", () => {
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, true))).toEqual([1, 1, 2]);
    expect(readUnits(100, false)).toBe(0.5);
  });
  it("a write is billed by the larger of the item before and after", () => {
    const usage = new DynamoDbUsage(() => ["id"]);
    const put = (body: string) =>
      usage.read("PutItem", { TableName: "t", Item: { id: { S: "1" }, body: { S: body } } }, 200, {});
    expect(put("x".repeat(1500))).toEqual({ dynamoDbWriteUnits: 2 });
    expect(put("short")).toEqual({ dynamoDbWriteUnits: 2 });
    expect(put("short")).toEqual({ dynamoDbWriteUnits: 1 });
  });
  it("an index costs a write more where an item comes into it, and nothing where it stays as it was", () => {
    const usage = new DynamoDbUsage(
      () => ["id"],
      () => ["client", "endedAs"],
    );
    const put = (item: object) =>
      usage.read(
        "PutItem",
        { TableName: "t", Item: { id: { S: "1" }, client: { S: "c" }, ...item } },
        200,
        {},
      );
    const one = { dynamoDbWriteUnits: 1 };
    expect(put({})).toEqual(one);
    expect(put({ endedAs: { S: "failed" } })).toEqual({ dynamoDbWriteUnits: 2 });
    expect(put({ endedAs: { S: "failed" }, body: { S: "x" } })).toEqual(one);
  });
  it("a refused write is left to be looked up by its key", () => {
    const usage = new DynamoDbUsage(() => ["id"]);
    const request = { TableName: "t", Item: { id: { S: "1" }, body: { S: "x" } } };
    expect(usage.read("PutItem", request, 400, {})).toEqual({ table: "t", key: { id: { S: "1" } } });
  });
});

it("a million messages with two state transitions cost $50", () => {
  expect(totalCost({ stateTransitions: 2_000_000 })).toBeCloseTo(50);
  const usage = addUsage({ stateTransitions: 1, lambdaRequests: 1 }, { stateTransitions: 1 });
  expect(totalCost(scaleUsage(usage, 1_000_000))).toBeCloseTo(50.2);
});

it("each state that is entered counts, and each retry counts as one more", () => {
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

it("every design costs more the more channels it tries", () => {
  for (const { usage } of designModels) {
    const costs = [1, 2, 3].map((tried) => totalCost(usage({ tried, delivered: true, silentSeconds: 0 })));
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    expect(new Set(costs).size).toBe(3);
  }
});

it("the median and the 99th percentile are taken by the nearest rank, as in the report", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([median(values), percentile(values, 0.99)]).toEqual([50, 99]);
});

it.each([
  ["a stream or a queue its records", { Records: [{ eventSource: "aws:sqs" }, {}] }, 2],
  ["a batch in a request its messages", { rawPath: "/messages/batch", body: "[{},{},{}]" }, 3],
  ["a request itself", { rawPath: "/messages", body: "{}" }, 1],
  ["a task itself", { taskToken: "token", hop: {} }, 1],
])("the items that an invocation was given are counted: for %s", (_, payload, given) => {
  expect(givenIn(payload)).toBe(given);
});

it("a message is billed its share, once at the assumed durations and once at the measured ones", () => {
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

describe("the latency model", () => {
  it("what is drawn has the middle and the 99th percentile of its source", () => {
    const random = seededRandom(1);
    const drawn = Array.from({ length: 50_000 }, () => drawFrom({ p50: 5, p99: 20 }, random));
    expect(median(drawn)).toBeCloseTo(5, 0);
    expect(percentile(drawn, 0.99) / 20).toBeCloseTo(1, 1);
  });

  it("calls at once take as long as the slowest, and steps one after the other add up", () => {
    const of = (steps: Parameters<typeof totalsOf>[0]) => median(totalsOf(steps, 2000, seededRandom(1)));
    const start = { slowestOf: ["start"] } as const;
    expect(of([{ slowestOf: ["start", "dynamodb"] }])).toBeLessThan(of([start, { slowestOf: ["dynamodb"] }]));
    expect(of([{ waits: 7 }, { waits: 8 }])).toBe(15);
    const computes = { first: 1000, warm: 10 };
    const cold = of([{ startedBy: "invoke", computes, isCold: true }]);
    const warm = of([{ startedBy: "invoke", computes }]);
    expect(cold - warm).toBeGreaterThan(990 + delays.coldStart.p50 / 2);
  });

  it("a path begins each function once; a provider's answer counts only where the route goes on after it", () => {
    const round = (name: string, ...calls: string[]) => ({ function: name, calls });
    const answer = [
      round("IngestSingle", "dynamodb GetItem"),
      round("IngestSingle", "dynamodb PutItem"),
      round("IngestSingle", "states StartExecution"),
    ];
    const hop = (name: string) => [round(name, "dynamodb UpdateItem"), round(name, "provider")];
    const provider = [
      ...answer,
      ...hop("RoutingWhatsApp"),
      round("RoutingWhatsApp", "dynamodb UpdateItem"),
      ...hop("RoutingSms"),
    ];
    const computes = { first: 2, warm: 1 };
    const timeline = timelineOf({ answer, provider }, () => computes);
    const dynamodb = { slowestOf: ["dynamodb"] };
    const ingest = [{ slowestOf: ["gateway"] }, { startedBy: "invoke", computes }, dynamodb, dynamodb];
    const channel = [{ startedBy: "dispatch", computes }, dynamodb];
    expect(timeline).toEqual({
      accept: [...ingest, { slowestOf: ["start"] }],
      provider: [...ingest, ...channel],
      fallback: [dynamodb, ...channel],
    });
  });
});
