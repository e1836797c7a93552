/** The body of `POST /receipts/app-messaging`. */
import * as v from "valibot";
import { object } from "../validation/json-schema.ts";

export const appReceipt = object(
  v.strictObject({
    token: v.pipe(
      v.string(),
      v.maxLength(2048, "must have at most 2,048 characters"),
      v.description("The push's `receiptToken`: good for its message, for a week."),
    ),
    status: v.picklist(["delivered", "read"]),
    messageId: v.optional(v.pipe(v.string(), v.description("Where it is given, the token must be for it."))),
  }),
);
