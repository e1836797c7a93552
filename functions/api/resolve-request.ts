/** The body of `POST /messages/resolve`. */
import * as v from "valibot";
import { reference } from "../ingest/request.ts";
import { object } from "../validation/json-schema.ts";

export const resolveRequest = object(
  v.strictObject({
    reference,
    reason: v.exactOptional(
      v.pipe(
        v.string(),
        v.minLength(1, "must not be empty"),
        v.maxLength(100, "must have at most 100 characters"),
        v.metadata({ description: "Why, for the traces and the events.", examples: ["paid"] }),
      ),
    ),
    cursor: v.exactOptional(
      v.pipe(
        v.string(),
        v.maxLength(1_000, "must have at most 1,000 characters"),
        v.description(
          "`next` of the answer before, where the reference has more messages than one call takes.",
        ),
      ),
    ),
  }),
);
