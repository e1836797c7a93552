/** The receipts queue: what puts receipts on it, ten at a time (webhooks, delivery logs), and what puts one back for a while. */
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Queued } from "../domain/message/queued-receipt.ts";
import { inBatches } from "./batches.ts";
import { clientConfiguration } from "./client.ts";
import { asciiJson } from "./sqs-text.ts";

const tries = 3;

export function createReceiptsQueue(QueueUrl: string) {
  // The queue's URL names its host; the SDK checks bodies against SQS's MD5 only by default, which costs and finds nothing.
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
    if (waiting.length > 0) throw new Error(`SQS did not take ${waiting.length} receipts in ${tries} tries`);
  }

  return {
    /** Resolves when all are on the queue; throws where any is not. */
    async enqueue(items: readonly Queued[]): Promise<void> {
      const batches = inBatches(items.map(asciiJson), ({ length }) => length);
      await Promise.all([...batches].map(sendBatch));
    },

    /** A receipt that is not taken yet comes again after these seconds, instead of after the queue's visibility time-out. */
    async comeBackIn(seconds: number, ReceiptHandle: string): Promise<void> {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: seconds }),
      );
    },
  };
}
export type ReceiptsQueue = ReturnType<typeof createReceiptsQueue>;
