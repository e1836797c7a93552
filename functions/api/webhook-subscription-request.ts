/** The body of `PUT /webhook`: the URL of the client's webhook subscription, and the event types that it includes. */
import * as v from "valibot";
import { eventTypes } from "../domain/events/event-types.ts";
import { inJsonSchema, object } from "../validation/json-schema.ts";

export const webhookUrl = v.pipe(
  v.string(),
  v.maxLength(2000, "must have at most 2,000 characters"),
  inJsonSchema(v.url("must be a URL"), { format: "uri" }),
  // `new URL` silently repairs some mistakes (line breaks, a missing //), and the sender would not see that in the answer.
  v.regex(
    /^[hH][tT][tT][pP][sS]?:\/\/[!-~]+$/,
    "must begin with https:// and have neither spaces nor line breaks",
  ),
  v.description("https; its host name must resolve only to public addresses, now and at each call."),
);

export const subscriptionRequest = object(
  v.strictObject({
    url: webhookUrl,
    events: v.optional(
      v.pipe(
        v.array(v.picklist(eventTypes)),
        v.minLength(1, "must have at least one type"),
        v.maxLength(eventTypes.length, `must have at most ${eventTypes.length} types`),
        v.description("The types of events to receive; without it, all."),
      ),
    ),
    rotateSecret: v.optional(
      v.pipe(
        v.boolean(),
        v.description("Creates a new secret; for 24 hours events are signed with the old one too."),
      ),
    ),
  }),
);
