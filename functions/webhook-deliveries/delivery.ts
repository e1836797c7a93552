/** What is on the queue of webhook deliveries: one event for one client. */
import * as v from "valibot";

export const delivery = v.object({
  client: v.string(),
  /** The event's: the same at each try. */
  id: v.string(),
  type: v.string(),
  /** The event's JSON, as it is signed. */
  payload: v.string(),
  /** Calls that failed. */
  tries: v.optional(v.number(), 0),
  /** When it was first to be told; absent: when it came on the queue. */
  since: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});
export type Delivery = v.InferOutput<typeof delivery>;

export const deliveryOf = (event: { id: string; type: string; data: { client: string } }): Delivery => ({
  client: event.data.client,
  id: event.id,
  type: event.type,
  payload: JSON.stringify(event),
  tries: 0,
});
