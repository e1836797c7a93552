/** Publishes an event for every change of status to the topic `message-events`. An event that is published twice has the same id. */
import type { EventsTopic } from "../aws/events-topic.ts";
import { eventsOf } from "../domain/events/message-events.ts";
import type { Consumer } from "./consumer.ts";

export const publishEvents =
  (topic: EventsTopic): Consumer =>
  (changed) =>
    topic.publish(changed.flatMap(eventsOf));
