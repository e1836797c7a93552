/** Publishes customers' answers to the topic and the client's webhook, as functions/events does with the other events. */
import type { EventsTopic } from "../aws/events-topic.ts";
import type { QueueDeliveries } from "../events/queue-webhook-deliveries.ts";
import type { InboundDependencies } from "./record-inbound.ts";

export const createPublishInbound =
  (topic: EventsTopic, queueDeliveries: QueueDeliveries): InboundDependencies["publishInbound"] =>
  async (events) => {
    await topic.publish(events);
    await queueDeliveries(events);
  };
