/** Puts on the queue what a client's webhook wants to be told; a client without one costs a read a batch. */

import type { WebhookDeliveriesQueue } from "../aws/webhook-deliveries-queue.ts";
import { type CloudEvent, eventsOf } from "../domain/events/message-events.ts";
import { deliveryOf } from "../domain/events/webhook-delivery.ts";
import { wants } from "../domain/events/webhook-subscription.ts";
import type { WebhookSubscriptionsTable } from "../storage/webhook-subscriptions-table.ts";
import type { Consumer } from "./consumer.ts";

export type QueueWebhookEvents = (events: readonly CloudEvent[]) => Promise<void>;

export const createQueueWebhookEvents =
  (
    webhooks: Pick<WebhookSubscriptionsTable, "get">,
    queue: Pick<WebhookDeliveriesQueue, "enqueue">,
  ): QueueWebhookEvents =>
  async (events) => {
    const clients = [...new Set(events.map(({ data }) => data.client))];
    const found = new Map(
      await Promise.all(clients.map(async (client) => [client, await webhooks.get(client)] as const)),
    );
    await queue.enqueue(
      events
        .filter(({ type, data }) => {
          const webhook = found.get(data.client);
          return webhook !== undefined && wants(webhook, type);
        })
        .map(deliveryOf),
    );
  };

export function queueWebhooks(...ways: Parameters<typeof createQueueWebhookEvents>): Consumer {
  const tell = createQueueWebhookEvents(...ways);
  return (changed) => tell(changed.flatMap(eventsOf));
}
