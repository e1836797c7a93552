/**
 * Queues a webhook delivery for each event that its client's webhook subscription includes. A batch costs one read for each of
 * its clients, whether they have a subscription or not.
 */
import type { WebhookDeliveriesQueue } from "../aws/webhook-deliveries-queue.ts";
import { type CloudEvent, eventsOf } from "../domain/events/message-events.ts";
import { deliveryOf } from "../domain/events/webhook-delivery.ts";
import { wants } from "../domain/events/webhook-subscription.ts";
import type { WebhookSubscriptionsTable } from "../storage/webhook-subscriptions-table.ts";
import type { Consumer } from "./consumer.ts";

/** Resolves when all deliveries are on the queue; throws where any is not. */
export type QueueDeliveries = (events: readonly CloudEvent[]) => Promise<void>;

export const createQueueDeliveries =
  (
    subscriptions: Pick<WebhookSubscriptionsTable, "get">,
    queue: Pick<WebhookDeliveriesQueue, "enqueue">,
  ): QueueDeliveries =>
  async (events) => {
    const clients = [...new Set(events.map(({ data }) => data.client))];
    const found = new Map(
      await Promise.all(clients.map(async (client) => [client, await subscriptions.get(client)] as const)),
    );
    await queue.enqueue(
      events
        .filter(({ type, data }) => {
          const subscription = found.get(data.client);
          return subscription !== undefined && wants(subscription, type);
        })
        .map(deliveryOf),
    );
  };

export function queueWebhookDeliveries(...dependencies: Parameters<typeof createQueueDeliveries>): Consumer {
  const queueDeliveries = createQueueDeliveries(...dependencies);
  return (changed) => queueDeliveries(changed.flatMap(eventsOf));
}
