/** The body of `POST /messages/batch`. Its items are validated one by one: a bad item refuses itself, not the batch. */
import * as v from "valibot";
import { object } from "../validation/json-schema.ts";
import { idempotencyKey, sendRequestEntries } from "./request.ts";

export const mostMessages = 5000;

const of = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(
    v.array(item, "must be an array of messages"),
    v.minLength(1, "must hold at least one message"),
    v.maxLength(mostMessages, `must hold at most ${mostMessages} messages`),
  );

export const batch = of(v.unknown());

/** An item's key travels beside the message's own fields. */
export const batchItem = object(
  v.strictObject({ ...sendRequestEntries, idempotencyKey: v.optional(idempotencyKey) }),
);
/** For the API's document. */
export const batchOfItems = of(batchItem);
