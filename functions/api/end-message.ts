/** Ends a message that is open, between hops or during one: what cancelling and resolving have in common. */
import type { Message } from "../domain/message/message.ts";
import type { MessagesTable } from "../storage/messages-table.ts";

export interface EndDependencies {
  messages: Pick<MessagesTable, "finish">;
  /** Stops its execution, if there is one, or deletes its schedule. */
  stop: (message: Message) => Promise<void>;
  now: () => Date;
}

/** Returns the stored message. It is marked first: from then on no channel can be claimed, whatever happens to the execution. */
export async function endMessage(
  messageId: string,
  outcome: "cancelled" | "resolved",
  { messages, stop, now }: EndDependencies,
  reason?: string,
): Promise<Message | undefined> {
  const message = await messages.finish(messageId, outcome, now().toISOString(), { reason });
  // Even if it was ended like this before: that call may have failed between the two steps.
  if (message?.outcome === outcome) await stop(message);
  return message;
}
