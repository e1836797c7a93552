/** What is on the queue of webhook deliveries: one event for one client. */
import * as v from "valibot";

const order = v.object({ messageId: v.string(), sequence: v.number() });
export type Order = v.InferOutput<typeof order>;

export const delivery = v.object({
  client: v.string(),
  /** The event's: the same at each try. */
  id: v.string(),
  type: v.string(),
  /** The event's JSON, as it is signed. */
  payload: v.string(),
  /** Its place among the events of its message; absent: it has none. */
  order: v.optional(order),
  /** Calls that failed. */
  tries: v.optional(v.number(), 0),
  /** When it was first to be told; absent: when it came on the queue. */
  since: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});
export type Delivery = v.InferOutput<typeof delivery>;

interface Event {
  id: string;
  type: string;
  data: { client: string; messageId: string; sequence?: number };
}

export const deliveryOf = (event: Event): Delivery => ({
  client: event.data.client,
  ...(event.data.sequence === undefined
    ? {}
    : { order: { messageId: event.data.messageId, sequence: event.data.sequence } }),
  id: event.id,
  type: event.type,
  payload: JSON.stringify(event),
  tries: 0,
});
