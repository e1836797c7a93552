/** Tells what a customer answered: to the topic, and to the client's webhook, as message-changes tells the rest. */
import type { EventsTopic } from "../aws/events-topic.ts";
import type { QueueDeliveries } from "../events/queue-webhook-deliveries.ts";
import type { InboundDependencies } from "./record-inbound.ts";

export const createPublishInbound =
  (topic: EventsTopic, queueDeliveries: QueueDeliveries): InboundDependencies["publishInbound"] =>
  async (events) => {
    await topic.publish(events);
    await queueDeliveries(events);
  };
