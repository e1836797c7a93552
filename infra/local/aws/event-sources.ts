/**
 * The template's event source mappings of SQS: read a queue, invoke a function with batches of messages, and delete those
 * that succeeded. The others become visible again after the visibility time-out. Started by the local system.
 */
import * as v from "valibot";
import { type Resource, region } from "../cloudformation.ts";
import type { Work } from "../work.ts";
import { callSqs, type Messaging } from "./messaging.ts";

export interface EventSourceOptions {
  messaging: Messaging;
  work: Work;
  /** ARN to URL. */
  queueUrl: (queueArn: string) => string;
  invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  warn: (text: string) => void;
}
export interface EventSource {
  /** Resolves once nothing more is read; does not wait for running batches. */
  stop: () => Promise<void>;
}

const mappingProperties = v.looseObject({
  EventSourceArn: v.string(),
  FunctionName: v.string(),
  BatchSize: v.optional(v.number(), 10),
  Enabled: v.optional(v.boolean(), true),
  FilterCriteria: v.optional(v.unknown()),
  FunctionResponseTypes: v.optional(v.array(v.string()), []),
  ScalingConfig: v.optional(v.looseObject({ MaximumConcurrency: v.optional(v.number()) })),
});

const attribute = v.looseObject({
  DataType: v.string(),
  StringValue: v.optional(v.string()),
  BinaryValue: v.optional(v.string()),
});
const message = v.looseObject({
  MessageId: v.string(),
  ReceiptHandle: v.string(),
  Body: v.string(),
  MD5OfBody: v.string(),
  MD5OfMessageAttributes: v.optional(v.string()),
  Attributes: v.optional(v.record(v.string(), v.string()), {}),
  MessageAttributes: v.optional(v.record(v.string(), attribute), {}),
});
type Message = v.InferOutput<typeof message>;
const received = v.looseObject({ Messages: v.optional(v.array(message), []) });

/** How many batches of a queue Lambda runs at once initially. */
const defaultConcurrency = 5;
const mostInOneReceive = 10;

export function startEventSource(
  { logicalId, properties }: Resource,
  options: EventSourceOptions,
): EventSource {
  const mapping = v.parse(mappingProperties, properties);
  const { EventSourceArn, FunctionName, BatchSize, Enabled, FilterCriteria, ScalingConfig } = mapping;
  const { messaging, work, invoke, warn } = options;
  if (!EventSourceArn.startsWith("arn:aws:sqs:") || FilterCriteria !== undefined) {
    warn(`the local run reads SQS queues without filters only: ${logicalId} has no effect here`);
    return { stop: async () => {} };
  }
  if (!Enabled) return { stop: async () => {} };
  const ending = new AbortController();
  const QueueUrl = options.queueUrl(EventSourceArn);
  const running = new Set<Promise<void>>();
  const mostAtOnce = ScalingConfig?.MaximumConcurrency ?? defaultConcurrency;
  const reportsFailures = mapping.FunctionResponseTypes.includes("ReportBatchItemFailures");

  const queueName = EventSourceArn.split(":").at(-1) ?? "";
  const receive = async (most: number): Promise<Message[]> => {
    const MaxNumberOfMessages = Math.min(most, mostInOneReceive);
    const names = { MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] };
    const call = { QueueUrl, MaxNumberOfMessages, ...names };
    const answer = await callSqs(messaging.port, "ReceiveMessage", call, ending.signal);
    return v.parse(received, answer).Messages;
  };
  const receiveBatch = async (): Promise<Message[]> => {
    const batch = await receive(BatchSize);
    for (let more = batch; more.length > 0 && batch.length < BatchSize; ) {
      more = await receive(BatchSize - batch.length);
      batch.push(...more);
    }
    return batch;
  };
  const process = async (batch: Message[]): Promise<void> => {
    let answer: unknown;
    try {
      answer = await invoke(FunctionName, { Records: batch.map((one) => toRecord(one, EventSourceArn)) });
    } catch {
      // The function's failure is in its log; the messages will be received again.
      return;
    }
    const failed = reportsFailures ? failedIds(answer, batch) : new Set<string>();
    const taken = batch.filter(({ MessageId }) => !failed.has(MessageId));
    for (let first = 0; first < taken.length; first += mostInOneReceive) {
      const Entries = taken
        .slice(first, first + mostInOneReceive)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await callSqs(messaging.port, "DeleteMessageBatch", { QueueUrl, Entries });
    }
  };
  const what = `messages of the queue ${queueName}`;
  const untilVisible = () =>
    new Promise<void>((resolve) => {
      ending.signal.onabort = () => resolve();
      messaging.untilVisible(queueName).then(() => resolve());
    });
  /** At every moment either the message is visible or its invocation counts as pending. */
  const poll = async (): Promise<void> => {
    for (;;) {
      if (running.size >= mostAtOnce) await Promise.race(running);
      await untilVisible();
      if (ending.signal.aborted) return;
      await work.during(what, receiveBatch().then(startProcessing));
    }
  };
  const startProcessing = (batch: Message[]): void => {
    if (batch.length === 0) return;
    const processing: Promise<void> = work
      .during(what, process(batch))
      .catch((error: unknown) => {
        if (!ending.signal.aborted) warn(`${logicalId}: ${String(error)}`);
      })
      .finally(() => running.delete(processing));
    running.add(processing);
  };
  work.alsoLookAt(async () => {
    const { isVisible, dueAt } = await messaging.look(queueName);
    return { busy: isVisible ? [`visible ${what}`] : [], dueAt };
  });
  const polling = poll().catch((error: unknown) => {
    if (!ending.signal.aborted) warn(`${logicalId} no longer reads its queue: ${String(error)}`);
  });
  return {
    stop: async () => {
      ending.abort();
      await polling;
    },
  };
}

const response = v.nullish(
  v.looseObject({
    batchItemFailures: v.nullish(v.array(v.looseObject({ itemIdentifier: v.string() })), []),
  }),
);

/** As in Lambda, a malformed response, or one that names a message outside the batch, fails the whole batch. */
function failedIds(answer: unknown, batch: Message[]): Set<string> {
  const ids = new Set(batch.map(({ MessageId }) => MessageId));
  const parsed = v.safeParse(response, answer);
  if (!parsed.success) return ids;
  const failed = (parsed.output?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => ids.has(id)) ? new Set(failed) : ids;
}

const toRecord = (one: Message, eventSourceARN: string) => ({
  messageId: one.MessageId,
  receiptHandle: one.ReceiptHandle,
  body: one.Body,
  attributes: one.Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(one.MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  ),
  ...(one.MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: one.MD5OfMessageAttributes }),
  md5OfBody: one.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN,
  awsRegion: region,
});
