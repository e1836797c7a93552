/**
 * `POST /messages/{messageId}/redact`: removes the personal data of a finished message and its entries in lists, and keeps its
 * trace. A repeated call returns the time of the first redaction. Receipts may still come: they find the message, and store
 * nothing personal in it.
 */

import { createDynamoDb } from "../aws/dynamodb.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json } from "../http/handler.ts";
import { ownMessage } from "../http/own-message.ts";
import { Problem } from "../http/problem.ts";
import { environment } from "../shared/environment.ts";
import { deployedHash } from "../storage/keyed-hash.ts";
import { createMessageLists, listsOf, type MessageLists, positionOf } from "../storage/message-lists.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";

export function createRedactMessage(
  messages: MessagesTable,
  lists: Pick<MessageLists, "remove">,
  now: () => Date,
) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const message = await ownMessage(messages, event);
    // First, because a redacted message no longer says where it is listed.
    if (message.finishedAt !== undefined)
      await Promise.all(listsOf(message).map((list) => lists.remove(list, positionOf(message))));
    const redacted = await messages.redact(message, now().toISOString());
    if (redacted === undefined)
      throw new Problem(409, "the message is not finished", [
        {
          path: "",
          code: "not_finished",
          message: "must be finished before it is redacted: wait until it is, or cancel it first",
        },
      ]);
    return json(200, { messageId: redacted.messageId, redactedAt: redacted.redactedAt });
  };
}

export const handler = httpHandler(() => {
  const dynamoDb = createDynamoDb();
  const hash = deployedHash();
  return guarded(
    { scope: "send" },
    createRedactMessage(
      createMessagesTable(dynamoDb, environment("MESSAGES_TABLE")),
      createMessageLists(dynamoDb, environment("CONTACTS_TABLE"), hash),
      () => new Date(),
    ),
  );
});
