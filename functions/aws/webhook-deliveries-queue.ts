/**
 * The queue of events for clients' webhooks, one per message. It is a fair queue: a client with many events does not delay the
 * others. An event that waits is sent again with a delay, because SQS limits how many messages may be received and not deleted.
 */
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Delivery } from "../domain/events/webhook-delivery.ts";
import { inBatches } from "./batches.ts";
import { clientConfiguration } from "./client.ts";
import { asciiJson } from "./sqs-text.ts";

const entryOf = (delivery: Delivery) => ({
  MessageBody: asciiJson(delivery),
  MessageGroupId: groupOf(delivery.client),
});
/** SQS accepts 128 characters of ASCII. */
const groupOf = (client: string) => Buffer.from(client).toString("base64url").slice(0, 128);

/** The body is ASCII: one byte per character. */
const bytesOf = ({ MessageBody }: ReturnType<typeof entryOf>) => MessageBody.length + 200;

export function createWebhookDeliveriesQueue(QueueUrl: string) {
  const sqs = new SQSClient({ ...clientConfiguration(), md5: false });
  return {
    /** Resolves when all events are on the queue. Throws where any of them is not. */
    async enqueue(deliveries: readonly Delivery[]): Promise<void> {
      for (const batch of inBatches(deliveries.map(entryOf), bytesOf)) {
        const Entries = batch.map((entry, index) => ({ Id: String(index), ...entry }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} deliveries`);
      }
    },
    async enqueueIn(DelaySeconds: number, delivery: Delivery): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl, DelaySeconds, ...entryOf(delivery) }));
    },
  };
}
export type WebhookDeliveriesQueue = ReturnType<typeof createWebhookDeliveriesQueue>;
