/**
 * The ways in beside a single request: a batch under its client's retries, the queue of batch senders with its dead letters
 * (and somebody who redrives them), and the queue of starts. SQS: what is not taken comes again, some times.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { DeadLetters } from "../../../functions/aws/dead-letters.ts";
import type { StartsQueue } from "../../../functions/aws/starts-queue.ts";
import type { Calls } from "./calls.ts";

export interface SendersOptions {
  calls: Calls;
  later: (milliseconds: number, what: () => Promise<void>) => void;
  startFrom: (event: SQSEvent) => Promise<SQSBatchResponse>;
}

const visibilityMs = 60_000;
const redriveMs = 120_000;
const mostStarts = 60;
/** Then SQS moves a message by itself: above the function's own tries, as in the template. */
export const mostReceives = 6;

export function createSenders({ calls, later, startFrom }: SendersOptions) {
  const notAccepted: string[] = [];
  let take: (event: SQSEvent) => Promise<SQSBatchResponse>;
  let ids = 0;

  async function deliver(
    functionName: string,
    handler: (event: SQSEvent) => Promise<SQSBatchResponse>,
    record: SQSRecord,
    { receives, most, dead }: { receives: number; most: number; dead: () => void },
  ): Promise<void> {
    const attributes = { ...record.attributes, ApproximateReceiveCount: `${receives}` };
    const isProcessed = await calls
      .invoke(functionName, () => handler({ Records: [{ ...record, attributes }] }))
      .then(
        ({ batchItemFailures }) => batchItemFailures.length === 0,
        () => false,
      );
    if (isProcessed) return;
    if (receives >= most) dead();
    else
      later(visibilityMs, () =>
        deliver(functionName, handler, record, { receives: receives + 1, most, dead }),
      );
  }

  const startIn = (milliseconds: number, messageId: string) => {
    const record = recordOf(`start-${++ids}`, JSON.stringify({ messageId }));
    later(milliseconds, () =>
      deliver("starts", startFrom, record, { receives: 1, most: mostStarts, dead: () => {} }),
    );
  };
  const starts: StartsQueue = {
    enqueue: (messageIds) =>
      calls.through("SQS", "SendMessageBatch", async () => {
        for (const messageId of messageIds) startIn(0, messageId);
      }),
    enqueueIn: (seconds, messageId) =>
      calls.through("SQS", "SendMessage", async () => startIn(seconds * 1000, messageId)),
    maxBatchEntries: 10,
  };
  const schedules = new Set<string>();
  /** Scheduler, which calls twice: the second time when the message has its end. */
  const schedule = (messageId: string, milliseconds: number) =>
    calls.through("Scheduler", "CreateSchedule", async () => {
      if (schedules.has(messageId)) return;
      schedules.add(messageId);
      for (const delay of [0, 10_000]) startIn(milliseconds + delay, messageId);
    });

  const receive = (record: SQSRecord) =>
    deliver("ingest from the queue", take, record, {
      receives: 1,
      most: mostReceives,
      dead: () => redrive(record, attributesOf(record)),
    });
  /** As AWS's own move task does: a new message, with what the dead one had said. */
  const redrive = (record: SQSRecord, attributes: Record<string, string>) =>
    later(redriveMs, () => receive(recordOf(`redriven-${++ids}`, record.body, attributes)));

  const park: DeadLetters = (record, error, reason) =>
    calls.through("SQS", "SendMessage", async () => {
      if (error === "NotAccepted") notAccepted.push(reason);
      else redrive(record, { "Message-Id": record.messageId, ...attributesOf(record) });
    });

  return {
    starts,
    schedule,
    park,
    /** What was parked as not to be accepted. */
    notAccepted,
    /** One message on the queue, which SQS delivers twice. */
    enqueue(
      handler: typeof take,
      [messageId, body, attributes]: [string, string, Record<string, string>],
    ): void {
      take = handler;
      notAccepted.length = 0;
      // The second time when the message has its end.
      for (const delay of [0, 10_000]) later(delay, () => receive(recordOf(messageId, body, attributes)));
    },
  };
}

const attributesOf = ({ messageAttributes }: SQSRecord): Record<string, string> =>
  Object.fromEntries(
    Object.entries(messageAttributes).map(([name, { stringValue = "" }]) => [name, stringValue]),
  );

function recordOf(messageId: string, body: string, attributes: Record<string, string> = {}): SQSRecord {
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [name, { dataType: "String", stringValue }]),
  );
  return { messageId, body, messageAttributes, attributes: {} } as unknown as SQSRecord;
}
