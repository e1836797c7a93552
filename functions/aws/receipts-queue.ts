/** The receipts queue: puts receipts on it, ten at a time (webhooks, delivery logs), and delays one that is to be redelivered. */
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Queued } from "../domain/message/queued-receipt.ts";
import { inBatches } from "./batches.ts";
import { clientConfiguration } from "./client.ts";
import { asciiJson } from "./sqs-text.ts";

const tries = 3;

export function createReceiptsQueue(QueueUrl: string) {
  // The MD5 checks, which the SDK makes by default, cost time and find nothing: HTTPS protects the bodies already.
  const client = new SQSClient({ ...clientConfiguration(), md5: false });

  async function sendBatch(bodies: readonly string[]): Promise<void> {
    let waiting = bodies;
    for (let attempt = 1; attempt <= tries && waiting.length > 0; attempt++) {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: waiting.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
        }),
      );
      waiting = Failed.flatMap(({ Id }) => waiting[Number(Id)] ?? []);
    }
    if (waiting.length > 0) throw new Error(`SQS refused ${waiting.length} receipts ${tries} times`);
  }

  return {
    /** Resolves when all receipts are on the queue. Throws where any of them is not. */
    async enqueue(items: readonly Queued[]): Promise<void> {
      const batches = inBatches(items.map(asciiJson), ({ length }) => length);
      await Promise.all([...batches].map(sendBatch));
    },

    /** Resolves when it is on the queue, which hands it over after this many seconds: at most 900. */
    async enqueueIn(DelaySeconds: number, item: Queued): Promise<void> {
      await client.send(new SendMessageCommand({ QueueUrl, DelaySeconds, MessageBody: asciiJson(item) }));
    },

    /** Has the receipt redelivered after this many seconds instead of after the queue's visibility timeout. */
    async comeBackIn(seconds: number, ReceiptHandle: string): Promise<void> {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: seconds }),
      );
    },
  };
}
export type ReceiptsQueue = ReturnType<typeof createReceiptsQueue>;
