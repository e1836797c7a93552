/** The starts queue: stored messages whose execution functions/ingest/start-executions.ts will start. */
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientConfiguration } from "./client.ts";

const maxBatchEntries = 10;

export function createStartsQueue(QueueUrl: string) {
  const client = new SQSClient({ ...clientConfiguration(), md5: false });
  return {
    /** At most `maxBatchEntries`. Throws where any of them is not on the queue. */
    async enqueue(messageIds: readonly string[]): Promise<void> {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: messageIds.map((messageId, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify({ messageId }),
          })),
        }),
      );
      if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} starts`);
    },
    maxBatchEntries,
  };
}
export type StartsQueue = ReturnType<typeof createStartsQueue>;
