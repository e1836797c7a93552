/** Tells what a customer answered: to the topic, and to the client's webhook, as message-changes tells the rest. */
import type { EventsTopic } from "../aws/events-topic.ts";
import type { WebhookTeller } from "../message-changes/queue-webhooks.ts";
import type { HearDependencies } from "./hear.ts";

export const createTell =
  (topic: EventsTopic, tellWebhooks: WebhookTeller): HearDependencies["tell"] =>
  async (events) => {
    await topic.publish(events);
    await tellWebhooks(events);
  };
