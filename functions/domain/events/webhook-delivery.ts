/** An entry of the queue of webhook deliveries: one event for one client. */
import * as v from "valibot";

const order = v.object({ messageId: v.string(), sequence: v.number() });
export type Order = v.InferOutput<typeof order>;

export const delivery = v.object({
  client: v.string(),
  /** The event's id: the same at each try. */
  id: v.string(),
  type: v.string(),
  /** The event's JSON, exactly as it is signed. */
  payload: v.string(),
  /** Its place among the events of its message; absent: it has no order. */
  order: v.optional(order),
  /** The number of calls that failed. */
  tries: v.optional(v.number(), 0),
  /** When its delivery was first due; absent: when it was put on the queue. */
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
