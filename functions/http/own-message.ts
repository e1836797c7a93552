/** The message that a request names, where it belongs to the caller. Shared by the functions that take a messageId. */
import type { Message } from "../domain/message/message.ts";
import type { MessagesTable } from "../storage/messages-table.ts";
import type { HttpEvent } from "./handler.ts";
import { Problem } from "./problem.ts";

/** Every messageId is shorter, and DynamoDB refuses keys of more than 2,048 bytes. */
const maxIdLength = 100;

/** Throws a Problem (404) where there is no such message. */
export async function ownMessage(messages: Pick<MessagesTable, "get">, event: HttpEvent): Promise<Message> {
  const { client } = event.requestContext.authorizer.lambda;
  const { messageId = "" } = event.pathParameters ?? {};
  const message = messageId.length > maxIdLength ? undefined : await messages.get(messageId);
  // The answer does not reveal that another client has a message with this id.
  if (message === undefined || message.client !== client) throw new Problem(404, "no message has this id");
  return message;
}
