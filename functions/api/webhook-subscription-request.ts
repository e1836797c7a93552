/** The body of `PUT /webhook`: the URL of the client's webhook subscription, and the event types it asks for. */
import * as v from "valibot";
import { eventTypes } from "../domain/events/event-types.ts";
import { inJsonSchema, object } from "../validation/json-schema.ts";

const url = v.pipe(
  v.string(),
  v.maxLength(2000, "must be at most 2000 characters"),
  inJsonSchema(v.url("must be a URL"), { format: "uri" }),
  v.description("https; its name must resolve to public addresses alone, now and at each call."),
);

export const subscriptionRequest = object(
  v.strictObject({
    url,
    events: v.optional(
      v.pipe(
        v.array(v.picklist(eventTypes, `must be one of ${eventTypes.join(", ")}`)),
        v.minLength(1, "must name at least one type"),
        v.maxLength(eventTypes.length, `must name at most ${eventTypes.length} types`),
        v.description("The types that are wanted; without it, all."),
      ),
    ),
    rotateSecret: v.optional(
      v.pipe(
        v.boolean(),
        v.description("Makes a new secret; for 24 hours events are signed with the old one too."),
      ),
    ),
  }),
);
