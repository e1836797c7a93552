/** Tells every change of status to the topic `message-events`. What is told twice has the same id. */
import type { EventsTopic } from "../aws/events-topic.ts";
import { eventsOf } from "../domain/events/message-events.ts";
import type { Consumer } from "./consumer.ts";

export const publishEvents =
  (topic: EventsTopic): Consumer =>
  (changed) =>
    topic.publish(changed.flatMap(eventsOf));
