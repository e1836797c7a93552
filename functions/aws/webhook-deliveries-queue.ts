/**
 * The queue of webhook deliveries, one SQS message each. An SQS fair queue: a client with many deliveries does not hold up the
 * others. A delivery that waits is sent again as a new message with a delay, because SQS limits how many messages may be in
 * flight.
 */
import type { WebhookDelivery } from "../domain/events/webhook-delivery.ts";
import { createJsonQueue } from "./json-queue.ts";

/** SQS accepts at most 128 ASCII characters. */
const groupOf = (client: string) => Buffer.from(client).toString("base64url").slice(0, 128);

export const createWebhookDeliveriesQueue = (QueueUrl: string) =>
  createJsonQueue<WebhookDelivery>(QueueUrl, "deliveries", ({ client }) => ({
    MessageGroupId: groupOf(client),
  }));
export type WebhookDeliveriesQueue = ReturnType<typeof createWebhookDeliveriesQueue>;
