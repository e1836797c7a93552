/** An SQS queue of JSON, one message an item, put there at once or after a delay. */
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { inBatches } from "./batches.ts";
import { clientConfiguration } from "./client.ts";
import { asciiJson } from "./sqs-text.ts";

/** `what`: the items, in errors. `attributesOf`: what an item's message has beside its body. */
export function createJsonQueue<Item extends object>(
  QueueUrl: string,
  what: string,
  attributesOf: (item: Item) => { MessageGroupId?: string; DelaySeconds?: number } = () => ({}),
) {
  const sqs = new SQSClient({ ...clientConfiguration(), md5: false });
  const entryOf = (item: Item) => ({ MessageBody: asciiJson(item), ...attributesOf(item) });
  /** Including its share of the request; the body is ASCII, one byte a character. */
  const bytesOf = ({ MessageBody }: { MessageBody: string }) => MessageBody.length + 200;
  return {
    /** Resolves when all are on the queue. Throws where any is not. */
    async enqueue(items: readonly Item[]): Promise<void> {
      for (const batch of inBatches(items.map(entryOf), bytesOf)) {
        const Entries = batch.map((entry, index) => ({ Id: String(index), ...entry }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} ${what}`);
      }
    },
    /** At most 900 seconds, which is SQS's longest delay. */
    async enqueueIn(DelaySeconds: number, item: Item): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl, DelaySeconds, ...entryOf(item) }));
    },
  };
}
