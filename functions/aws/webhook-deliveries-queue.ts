/**
 * The queue of what clients are to be told, a message each. A fair queue: a client with much in it does not hold up the others.
 * What waits is sent anew with a delay, because SQS bounds how many messages may be received and not deleted.
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
/** SQS takes 128 characters of ASCII. */
const groupOf = (client: string) => Buffer.from(client).toString("base64url").slice(0, 128);

/** Its body is ASCII. */
const bytesOf = ({ MessageBody }: ReturnType<typeof entryOf>) => MessageBody.length + 200;

export function createWebhookDeliveriesQueue(QueueUrl: string) {
  const sqs = new SQSClient({ ...clientConfiguration(), md5: false });
  return {
    /** Resolves when all are on the queue; throws where any is not. */
    async enqueue(deliveries: readonly Delivery[]): Promise<void> {
      for (const batch of inBatches(deliveries.map(entryOf), bytesOf)) {
        const Entries = batch.map((entry, index) => ({ Id: String(index), ...entry }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`SQS did not take ${Failed.length} deliveries`);
      }
    },
    async enqueueIn(DelaySeconds: number, delivery: Delivery): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl, DelaySeconds, ...entryOf(delivery) }));
    },
  };
}
export type WebhookDeliveriesQueue = ReturnType<typeof createWebhookDeliveriesQueue>;
