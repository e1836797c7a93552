/** The starts queue: stored messages whose execution functions/ingest/start-executions.ts will start. */
import { createJsonQueue } from "./json-queue.ts";

export function createStartsQueue(QueueUrl: string) {
  const queue = createJsonQueue<{ messageId: string }>(QueueUrl, "starts");
  return {
    /** At most `maxBatchEntries`. Throws where any of them is not on the queue. */
    enqueue: (messageIds: readonly string[]) => queue.enqueue(messageIds.map((messageId) => ({ messageId }))),
    /** At most 900 seconds, which is SQS's longest delay. */
    enqueueIn: (seconds: number, messageId: string) => queue.enqueueIn(seconds, { messageId }),
    maxBatchEntries: 10,
  };
}
export type StartsQueue = ReturnType<typeof createStartsQueue>;
