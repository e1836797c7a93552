/** The message that a request names, where it is the caller's own. Shared by get-message and cancel-message. */
import type { MessagesTable } from "../aws/messages-table.ts";
import { type HttpEvent, Problem } from "../http/problem.ts";
import type { Message } from "../routing/message.ts";

export async function ownMessage(messages: MessagesTable, event: HttpEvent): Promise<Message> {
  const { client } = event.requestContext.authorizer.lambda;
  const message = await messages.get(event.pathParameters?.messageId ?? "");
  // Another client's message is as good as none.
  if (message === undefined || message.client !== client) throw new Problem(404, "no message has this id");
  return message;
}
