/** The starts queue: messages that are stored, and whose execution is to be started by functions/ingest/start-executions.ts. */
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientConfiguration } from "./client.ts";

const mostInOneBatch = 10;

export function createStartsQueue(QueueUrl: string) {
  const client = new SQSClient({ ...clientConfiguration(), md5: false });
  return {
    /** At most ten; throws where any is not on the queue. */
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
      if (Failed.length > 0) throw new Error(`SQS did not take ${Failed.length} starts`);
    },
    mostInOneBatch,
  };
}
export type StartsQueue = ReturnType<typeof createStartsQueue>;
