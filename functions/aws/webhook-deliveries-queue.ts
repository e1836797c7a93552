/**
 * The queue of webhook deliveries, one SQS message each. An SQS fair queue: a client with many deliveries does not hold up the
 * others. A delivery that waits is sent again as a new message with a delay, because SQS limits how many messages may be in
 * flight.
 */
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { WebhookDelivery } from "../domain/events/webhook-delivery.ts";
import { inBatches } from "./batches.ts";
import { clientConfiguration } from "./client.ts";
import { asciiJson } from "./sqs-text.ts";

const entryOf = (delivery: WebhookDelivery) => ({
  MessageBody: asciiJson(delivery),
  MessageGroupId: groupOf(delivery.client),
});
/** SQS accepts at most 128 ASCII characters. */
const groupOf = (client: string) => Buffer.from(client).toString("base64url").slice(0, 128);

/** Including its share of the request; the body is ASCII, one byte a character. */
const bytesOf = ({ MessageBody }: ReturnType<typeof entryOf>) => MessageBody.length + 200;

export function createWebhookDeliveriesQueue(QueueUrl: string) {
  const sqs = new SQSClient({ ...clientConfiguration(), md5: false });
  return {
    /** Resolves when all are on the queue. Throws where any is not. */
    async enqueue(deliveries: readonly WebhookDelivery[]): Promise<void> {
      for (const batch of inBatches(deliveries.map(entryOf), bytesOf)) {
        const Entries = batch.map((entry, index) => ({ Id: String(index), ...entry }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} deliveries`);
      }
    },
    async enqueueIn(DelaySeconds: number, delivery: WebhookDelivery): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl, DelaySeconds, ...entryOf(delivery) }));
    },
  };
}
export type WebhookDeliveriesQueue = ReturnType<typeof createWebhookDeliveriesQueue>;
