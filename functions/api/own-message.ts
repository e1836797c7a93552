/** The message that a request names, where it is the caller's own. Shared by get-message and cancel-message. */

import type { Message } from "../domain/message/message.ts";
import type { HttpEvent } from "../http/handler.ts";
import { Problem } from "../http/problem.ts";
import type { MessagesTable } from "../storage/messages-table.ts";

/** No id of ours is longer, and DynamoDB refuses keys of more than 2,048 bytes. */
const longestId = 100;

export async function ownMessage(messages: MessagesTable, event: HttpEvent): Promise<Message> {
  const { client } = event.requestContext.authorizer.lambda;
  const { messageId = "" } = event.pathParameters ?? {};
  const message = messageId.length > longestId ? undefined : await messages.get(messageId);
  // Another client's message is as good as none.
  if (message === undefined || message.client !== client) throw new Problem(404, "no message has this id");
  return message;
}
