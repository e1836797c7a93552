/** A webhook delivery, as it is on its queue: one event for one client's webhook subscription. */
import * as v from "valibot";

const eventPosition = v.object({ messageId: v.string(), sequence: v.number() });
/** The place of an event among the events of its message: by `sequence`, the smallest first. */
export type EventPosition = v.InferOutput<typeof eventPosition>;

export const webhookDelivery = v.object({
  client: v.string(),
  /** The event's id: the same at each try. */
  id: v.string(),
  type: v.string(),
  /** The event as JSON, exactly as it is signed. */
  payload: v.string(),
  /** Absent: the event has no order (`message.inbound`). */
  order: v.optional(eventPosition),
  /** How many calls failed. */
  tries: v.optional(v.number(), 0),
  /** When it was queued for the first time (ISO 8601); absent until it was put back to wait. */
  since: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});
export type WebhookDelivery = v.InferOutput<typeof webhookDelivery>;

/** How long a receiver may take to answer. */
export const longestCallMs = 15_000;

interface Event {
  id: string;
  type: string;
  data: { client: string; messageId: string; sequence?: number };
}

export const deliveryOf = (event: Event): WebhookDelivery => ({
  client: event.data.client,
  ...(event.data.sequence === undefined
    ? {}
    : { order: { messageId: event.data.messageId, sequence: event.data.sequence } }),
  id: event.id,
  type: event.type,
  payload: JSON.stringify(event),
  tries: 0,
});
