/** Puts on the queue what a client's webhook wants to be told; a client without one costs a read a batch. */
import type { ClientWebhooks } from "../aws/client-webhooks.ts";
import type { WebhookDeliveriesQueue } from "../aws/webhook-deliveries-queue.ts";
import { wants } from "../client-webhook/webhook.ts";
import { deliveryOf } from "../webhook-deliveries/delivery.ts";
import { type CloudEvent, eventsOf } from "./events.ts";
import type { Consumer } from "./handler.ts";

export type WebhookTeller = (events: readonly CloudEvent[]) => Promise<void>;

export const createWebhookTeller =
  (webhooks: Pick<ClientWebhooks, "get">, queue: Pick<WebhookDeliveriesQueue, "enqueue">): WebhookTeller =>
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

export function queueWebhooks(...ways: Parameters<typeof createWebhookTeller>): Consumer {
  const tell = createWebhookTeller(...ways);
  return (changed) => tell(changed.flatMap(eventsOf));
}
