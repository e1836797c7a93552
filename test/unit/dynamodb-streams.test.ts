/** The local stream of a table: the images of its writes in their order, and the function that gets them in batches. */
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  callDynamoDb,
  createTable,
  type LocalDynamoDb,
  startDynamoDb,
} from "../../infra/local/aws/dynamodb.ts";
import { DynamoDbStreams } from "../../infra/local/aws/dynamodb-streams.ts";
import { startStreamSource } from "../../infra/local/aws/stream-source.ts";
import { createClock } from "../../infra/local/clock.ts";
import { Stack } from "../../infra/local/cloudformation.ts";
import { eventually } from "../acceptance/eventually.ts";

const clock = createClock();
let dynamoDb: LocalDynamoDb;
let streams: DynamoDbStreams;
let batches: number[][];
let dead: { queueArn: string; body: string }[];
let fails: (values: number[]) => boolean;
const stack = new Stack(
  {
    Resources: {
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
        },
      },
      Source: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: { "Fn::GetAtt": ["Table", "StreamArn"] },
          FunctionName: "reader",
          BatchSize: 4,
          BisectBatchOnFunctionError: true,
          MaximumRetryAttempts: 2,
          FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY"]}' }] },
          DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:us-east-1:000000000000:dead" } },
        },
      },
    },
    Outputs: {},
  },
  "S",
  "http://127.0.0.1",
);
const [table, source] = [stack.resources[0], stack.resources[1]];
const TableName = table?.ref ?? "";

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  if (table) await createTable(dynamoDb.port, table);
});
afterAll(() => {
  dynamoDb.stop();
  clock.stop();
});
beforeEach(() => {
  streams = new DynamoDbStreams(dynamoDb.port, clock);
  if (table) streams.watch(table);
  batches = [];
  dead = [];
  fails = () => false;
  if (source)
    startStreamSource(source, {
      streams,
      clock,
      invoke: async (_, payload) => {
        const values = (payload as { Records: DynamoDBRecord[] }).Records.map(({ dynamodb }) =>
          Number(dynamodb?.NewImage?.value?.N),
        );
        batches.push(values);
        if (fails(values)) throw new Error("the function failed");
      },
      sendToQueue: async (queueArn, body) => dead.push({ queueArn, body }),
      warn: () => {},
    });
});

const key = (id: string) => ({ id: { S: id } });
const write = (action: string, input: object, isOnStream = true) =>
  streams.handle(
    {
      service: "dynamodb",
      action,
      accessKeyId: undefined,
      isQuery: false,
      input: () => ({ TableName, ...input }),
    },
    async (onAnswer) => {
      const answer = callDynamoDb(dynamoDb.port, action, { TableName, ...input });
      if (!isOnStream) {
        await answer;
        throw new Error("the caller hung up");
      }
      await answer.then(
        (body) => onAnswer?.(JSON.stringify(body), 200),
        () => onAnswer?.("{}", 400),
      );
    },
  );
const set = (id: string, value: number, isOnStream = true) =>
  write(
    "UpdateItem",
    {
      Key: key(id),
      UpdateExpression: "SET #v = :v",
      ExpressionAttributeNames: { "#v": "value" },
      ExpressionAttributeValues: { ":v": { N: String(value) } },
      ReturnValues: "ALL_NEW",
    },
    isOnStream,
  );
const valuesInStream = () =>
  eventually(
    "told",
    async () => batches.flat(),
    (values) => values.length >= 1,
  );

it("each write has a record with its images, and a write that changed nothing, was refused, or deleted has none", async () => {
  const records: DynamoDBRecord[] = [];
  streams.onRecord(String(source?.properties.EventSourceArn), (record) => records.push(record));
  await write("PutItem", { Item: { ...key("a"), value: { N: "1" } } });
  await set("a", 1);
  await set("a", 2);
  await write("UpdateItem", {
    Key: key("a"),
    UpdateExpression: "SET x = :x",
    ConditionExpression: "attribute_not_exists(id)",
    ExpressionAttributeValues: { ":x": { N: "1" } },
  });
  await write("DeleteItem", { Key: key("a") });
  expect(
    records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage, dynamodb?.NewImage]),
  ).toEqual([
    ["INSERT", undefined, { ...key("a"), value: { N: "1" } }],
    ["MODIFY", { ...key("a"), value: { N: "1" } }, { ...key("a"), value: { N: "2" } }],
    ["REMOVE", { ...key("a"), value: { N: "2" } }, undefined],
  ]);
  // The filter of the mapping leaves the deletion out.
  await eventually(
    "both",
    async () => batches.flat(),
    (values) => values.length === 2,
  );
});

it("a write whose caller disconnected has its record", async () => {
  await expect(set("b", 7, false)).rejects.toThrow("hung up");
  expect(await valuesInStream()).toEqual([7]);
});

it("records are handed over in their order, a batch at a time", async () => {
  const values = Array.from({ length: 10 }, (_, index) => index);
  await Promise.all(values.map((value) => set("c", value)));
  await eventually(
    "all",
    async () => batches.flat(),
    (seen) => seen.length === 10,
  );
  expect(batches.flat()).toEqual(values);
  expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(4);
});

it("a batch that fails is halved and tried again, and a record that cannot be processed is named in the dead-letter queue", async () => {
  fails = (values) => values.includes(2);
  await Promise.all([0, 1, 2, 3].map((value) => set("d", value)));
  await eventually(
    "dead",
    async () => dead,
    ({ length }) => length === 1,
    () => clock.advance(1_000),
  );
  expect(JSON.parse(dead[0]?.body ?? "{}")).toMatchObject({
    requestContext: { condition: "RetryAttemptsExhausted" },
    DDBStreamBatchInfo: { batchSize: 1 },
  });
  await eventually(
    "the last",
    async () => batches.flat(),
    (values) => values.includes(3),
  );
  expect(batches.filter((batch) => batch.length === 1 && batch[0] === 2)).toHaveLength(3);
});
