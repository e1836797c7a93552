/**
 * An event source mapping of a DynamoDB stream: invokes a function with batches of records, in order, one batch after the
 * other. A failed batch is split or retried; records that keep failing are described in a message to the destination queue.
 * Started by the local system.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import type { Resource } from "../cloudformation.ts";
import type { DynamoDbStreams } from "./dynamodb-streams.ts";

export interface StreamSourceOptions {
  streams: DynamoDbStreams;
  clock: Clock;
  invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  sendToQueue: (queueArn: string, body: string) => Promise<unknown>;
  warn: (text: string) => void;
}

const pattern = v.pipe(v.string(), v.parseJson(), v.strictObject({ eventName: v.array(v.string()) }));
const mappingProperties = v.looseObject({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  BatchSize: v.optional(v.number(), 100),
  BisectBatchOnFunctionError: v.optional(v.boolean(), false),
  /** -1: until the record is 24 hours old. */
  MaximumRetryAttempts: v.optional(v.number(), -1),
  FilterCriteria: v.optional(v.looseObject({ Filters: v.array(v.looseObject({ Pattern: pattern })) })),
  DestinationConfig: v.optional(v.looseObject({ OnFailure: v.looseObject({ Destination: v.string() }) })),
  Enabled: v.optional(v.boolean(), true),
});

/** Real time during which records are collected: far below any batching window of Lambda. */
const gatherMs = 15;
const retryAfterMs = 1_000;

export const isStream = (eventSourceArn: unknown): boolean =>
  typeof eventSourceArn === "string" && /^arn:aws:dynamodb:.*\/stream\//.test(eventSourceArn);

export function startStreamSource(
  { logicalId, properties }: Resource,
  { streams, clock, invoke, sendToQueue, warn }: StreamSourceOptions,
): { stop: () => void } {
  const mapping = v.parse(mappingProperties, properties);
  const { EventSourceArn, FunctionName, BatchSize, FilterCriteria } = mapping;
  const wanted = FilterCriteria?.Filters.flatMap(({ Pattern }) => Pattern.eventName);
  const waiting: DynamoDBRecord[] = [];
  let isReading = false;
  let isStopped = false;

  const later = () => new Promise<void>((resolve) => clock.schedule(retryAfterMs, resolve, "retry"));
  const giveUp = async (batch: DynamoDBRecord[]): Promise<void> => {
    const queueArn = mapping.DestinationConfig?.OnFailure.Destination;
    warn(`${logicalId}: ${batch.length} records were not handled by ${FunctionName}`);
    if (queueArn) await sendToQueue(queueArn, JSON.stringify(describe(batch, mapping, clock)));
  };
  const deliver = async (batch: DynamoDBRecord[]): Promise<void> => {
    for (let retries = 0; !isStopped; retries++) {
      try {
        await invoke(FunctionName, { Records: batch });
        return;
      } catch {
        // The function's failure is in its log.
      }
      if (mapping.BisectBatchOnFunctionError && batch.length > 1) {
        const half = Math.ceil(batch.length / 2);
        await deliver(batch.slice(0, half));
        return deliver(batch.slice(half));
      }
      if (mapping.MaximumRetryAttempts >= 0 && retries >= mapping.MaximumRetryAttempts) return giveUp(batch);
      await later();
    }
  };
  const read = async (): Promise<void> => {
    while (waiting.length > 0 && !isStopped) {
      await clock.work.during("records of a stream", pause(gatherMs));
      await deliver(waiting.splice(0, BatchSize));
    }
  };
  if (mapping.Enabled)
    streams.onRecord(EventSourceArn, (record) => {
      if (wanted && !wanted.includes(record.eventName ?? "")) return;
      waiting.push(record);
      if (isReading) return;
      isReading = true;
      read()
        .catch((error: unknown) => warn(`${logicalId}: ${String(error)}`))
        .finally(() => {
          isReading = false;
        });
    });
  return {
    stop: () => {
      isStopped = true;
    },
  };
}

/** The message that Lambda sends to the destination: the position of the records, not their content. */
function describe(
  batch: DynamoDBRecord[],
  { FunctionName, EventSourceArn, MaximumRetryAttempts }: v.InferOutput<typeof mappingProperties>,
  clock: Clock,
) {
  const [first, last] = [batch[0]?.dynamodb, batch.at(-1)?.dynamodb];
  const time = (seconds = 0) => new Date(seconds * 1000).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: FunctionName,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: MaximumRetryAttempts + 1,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    timestamp: new Date(clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: "shardId-00000000000000000000-00000001",
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: time(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: time(last?.ApproximateCreationDateTime),
      batchSize: batch.length,
      streamArn: EventSourceArn,
    },
  };
}
