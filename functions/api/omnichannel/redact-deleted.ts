/** A message that was deleted while it was under way. */
import type { Message } from "../../domain/message/message.ts";
import { listsOf, type MessageLists, positionOf } from "../../storage/message-lists.ts";
import type { MessagesTable } from "../../storage/messages-table.ts";

export interface RedactDependencies {
  messages: Pick<MessagesTable, "get" | "redact">;
  lists: Pick<MessageLists, "remove">;
  now: () => Date;
}

/** Redacts what was deleted while it was under way, once it has ended. */
export async function redactDeleted(
  message: Message,
  { messages, lists, now }: RedactDependencies,
): Promise<void> {
  if (message.finishedAt === undefined || message.redactedAt !== undefined) return;
  await Promise.all(listsOf(message).map((list) => lists.remove(list, positionOf(message))));
  await messages.redact(message, now().toISOString());
}
