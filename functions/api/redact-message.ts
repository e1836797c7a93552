/**
 * `POST /messages/{messageId}/redact`: removes the personal data of a finished message and its entries in lists, and keeps its
 * trace. A repeated call returns the time of the first redaction. Receipts may still come: they find the message, and store
 * nothing personal in it.
 */

import { createDynamoDb } from "../aws/dynamodb.ts";
import type { Message } from "../domain/message/message.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json } from "../http/handler.ts";
import { ownMessage } from "../http/own-message.ts";
import { Problem } from "../http/problem.ts";
import { environment } from "../shared/environment.ts";
import { deployedHash } from "../storage/keyed-hash.ts";
import { createMessageLists, listsOf, type MessageLists, positionOf } from "../storage/message-lists.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";

export interface RedactDependencies {
  messages: Pick<MessagesTable, "get" | "redact">;
  lists: Pick<MessageLists, "remove">;
  now: () => Date;
}

/** Undefined where the message is not finished, and so is not redacted. */
export async function redact(
  message: Message,
  { messages, lists, now }: RedactDependencies,
): Promise<Message | undefined> {
  // First, because a redacted message no longer says where it is listed.
  if (message.finishedAt !== undefined)
    await Promise.all(listsOf(message).map((list) => lists.remove(list, positionOf(message))));
  return messages.redact(message, now().toISOString());
}

export function createRedactMessage(dependencies: RedactDependencies) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const redacted = await redact(await ownMessage(dependencies.messages, event), dependencies);
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
    createRedactMessage({
      messages: createMessagesTable(dynamoDb, environment("MESSAGES_TABLE")),
      lists: createMessageLists(dynamoDb, environment("CONTACTS_TABLE"), hash),
      now: () => new Date(),
    }),
  );
});
