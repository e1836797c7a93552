/** The body of `POST /messages/batch`. Its items are validated one by one: an invalid item is refused, the others are accepted. */
import * as v from "valibot";
import { object } from "../validation/json-schema.ts";
import { idempotencyKey, sendRequestEntries } from "./request.ts";

export const maxMessages = 5000;

const arrayOf = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(
    v.array(item, "must be an array of messages"),
    v.minLength(1, "must have at least one message"),
    v.maxLength(maxMessages, `must have at most ${maxMessages.toLocaleString("en")} messages`),
  );

export const batch = arrayOf(v.unknown());

/** An item has its key beside the fields of the message. */
export const batchItem = object(
  v.strictObject({ ...sendRequestEntries, idempotencyKey: v.optional(idempotencyKey) }),
);
/** For the API's document. */
export const batchOfItems = arrayOf(batchItem);
