/**
 * DynamoDB Streams, which dynalite lacks: intercepts each write to a table with a stream, and emits a record with the item's
 * old and new image. Writes to one item are serialized, so the records are in the order of the writes. Used by the AWS
 * endpoint; stream-source.ts passes the records to functions.
 */
import { isDeepStrictEqual } from "node:util";
import type { AttributeValue, DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { type Resource, region } from "../cloudformation.ts";
import { streamArnOf } from "../physical-ids.ts";
import type { AwsCall } from "./aws-call.ts";
import { callDynamoDb } from "./dynamodb.ts";
import { ServiceError } from "./service-error.ts";

type Item = Record<string, AttributeValue>;
/** Forwards the call; `onAnswer` gets the response. */
export type Forward = (onAnswer?: (text: string, status: number) => Promise<void>) => Promise<void>;

interface StreamedTable {
  streamArn: string;
  keyNames: string[];
}

const tableProperties = v.looseObject({
  KeySchema: v.array(v.looseObject({ AttributeName: v.string() })),
  StreamSpecification: v.optional(v.looseObject({ StreamViewType: v.string() })),
});
const item = v.custom<Item>((value) => typeof value === "object" && value !== null);
const writeInput = v.looseObject({
  TableName: v.string(),
  Key: v.optional(item),
  Item: v.optional(item),
  ReturnValues: v.optional(v.string()),
});
const updated = v.looseObject({ Attributes: v.optional(item) });
const found = v.looseObject({ Item: v.optional(item) });

const writes = ["PutItem", "UpdateItem", "DeleteItem"];
const unseenWrites = ["BatchWriteItem", "TransactWriteItems", "ExecuteStatement"];
/** How many images are kept, so that most old images need not be read. */
const mostKept = 5_000;

export class DynamoDbStreams {
  readonly #port: number;
  readonly #clock: Clock;
  readonly #tables = new Map<string, StreamedTable>();
  readonly #listeners = new Map<string, ((record: DynamoDBRecord) => void)[]>();
  readonly #writing = new Map<string, Promise<void>>();
  readonly #images = new Map<string, Item | undefined>();
  #sequence = 0;

  constructor(port: number, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  watch({ ref, arn, properties }: Resource): void {
    const { KeySchema, StreamSpecification } = v.parse(tableProperties, properties);
    if (StreamSpecification === undefined) return;
    if (StreamSpecification.StreamViewType !== "NEW_AND_OLD_IMAGES")
      throw new Error(`${ref}: the local run has streams of NEW_AND_OLD_IMAGES only`);
    const keyNames = KeySchema.map(({ AttributeName }) => AttributeName);
    this.#tables.set(ref, { streamArn: streamArnOf(arn), keyNames });
  }

  onRecord(streamArn: string, listener: (record: DynamoDBRecord) => void): void {
    if (![...this.#tables.values()].some((table) => table.streamArn === streamArn))
      throw new Error(`no table has the stream ${streamArn}`);
    this.#listeners.set(streamArn, [...(this.#listeners.get(streamArn) ?? []), listener]);
  }

  /** Every call to DynamoDB goes through here; most are just forwarded. */
  async handle({ action, input }: AwsCall, forward: Forward): Promise<void> {
    if (unseenWrites.includes(action) && this.#tables.size > 0)
      throw new ServiceError("UnknownOperationException", `the local streams do not see ${action}`, 501);
    const write = writes.includes(action) ? v.safeParse(writeInput, input()) : undefined;
    const table = write?.success ? this.#tables.get(write.output.TableName) : undefined;
    if (!write?.success || table === undefined) return forward();
    const { TableName, Item, Key = Item, ReturnValues } = write.output;
    if (Key === undefined) return forward();
    const keys = Object.fromEntries(
      table.keyNames.flatMap((name) => (Key[name] ? [[name, Key[name]] as const] : [])),
    );
    const name = JSON.stringify([TableName, keys]);
    await this.#oneByOne(name, async () => {
      const read = async () => {
        const input = { TableName, Key: keys, ConsistentRead: true };
        return v.parse(found, await callDynamoDb(this.#port, "GetItem", input)).Item;
      };
      const before = this.#images.has(name) ? this.#images.get(name) : await read();
      const written = (after: Item | undefined) => {
        this.#keep(name, after);
        if (!isDeepStrictEqual(before, after)) this.#emit(table, keys, before, after);
      };
      let isAnswered = false;
      try {
        await forward(async (text, status) => {
          isAnswered = true;
          if (status !== 200) return;
          const hasNewImage = action === "UpdateItem" && ReturnValues === "ALL_NEW";
          written(hasNewImage ? v.parse(updated, JSON.parse(text)).Attributes : await read());
        });
      } finally {
        // The caller disconnected: the write may have been made nevertheless.
        if (!isAnswered) written(await read());
      }
    });
  }

  #keep(name: string, image: Item | undefined): void {
    this.#images.delete(name);
    this.#images.set(name, image);
    const [oldest] = this.#images.keys();
    if (this.#images.size > mostKept && oldest !== undefined) this.#images.delete(oldest);
  }

  #oneByOne(name: string, write: () => Promise<void>): Promise<void> {
    const earlier = this.#writing.get(name) ?? Promise.resolve();
    const writing = earlier.catch(() => {}).then(write);
    this.#writing.set(name, writing);
    const done = () => {
      if (this.#writing.get(name) === writing) this.#writing.delete(name);
    };
    writing.then(done, done);
    return writing;
  }

  #emit({ streamArn }: StreamedTable, Keys: Item, before: Item | undefined, after: Item | undefined): void {
    this.#sequence += 1;
    const record: DynamoDBRecord = {
      eventID: String(this.#sequence).padStart(32, "0"),
      eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.#clock.now() / 1000),
        Keys,
        ...(before === undefined ? {} : { OldImage: before }),
        ...(after === undefined ? {} : { NewImage: after }),
        SequenceNumber: String(this.#sequence).padStart(21, "0"),
        SizeBytes: JSON.stringify([before, after]).length,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
      eventSourceARN: streamArn,
    };
    for (const listener of this.#listeners.get(streamArn) ?? []) listener(record);
  }
}
