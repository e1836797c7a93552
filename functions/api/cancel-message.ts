/**
 * `DELETE /messages/{messageId}`: stops trying, between hops or during one. What was sent cannot be taken back, and its receipts
 * are still recorded. The message is marked first: from then on no channel can be claimed, whatever becomes of the execution.
 */
import type { SFNClient } from "@aws-sdk/client-sfn";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createStepFunctionsClient, executionArn, stopExecution } from "../aws/step-functions.ts";
import type { Message } from "../domain/message/message.ts";
import { statusOf } from "../domain/outcome/trace.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json } from "../http/handler.ts";
import { ownMessage } from "../http/own-message.ts";
import { environment } from "../shared/environment.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";

export interface CancelDependencies {
  messages: MessagesTable;
  stop: (message: Message) => Promise<void>;
  now: () => Date;
}

export function createCancelMessage({ messages, stop, now }: CancelDependencies) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { messageId } = await ownMessage(messages, event);
    const message = await messages.finish(messageId, "cancelled", now().toISOString());
    // Also where it was cancelled before: that call may have failed between the two steps.
    if (message?.outcome === "cancelled") await stop(message);
    return json(202, { messageId, status: message && statusOf(message) });
  };
}

const stopBy = (client: SFNClient, stateMachinePrefix: string) => (message: Message) =>
  stopExecution(client, executionArn(stateMachinePrefix, message), {
    error: "Cancelled",
    cause: "DELETE /messages/{messageId}",
  });

export const handler = httpHandler(() =>
  guarded(
    { scope: "send" },
    createCancelMessage({
      messages: createMessagesTable(createDynamoDb(), environment("MESSAGES_TABLE")),
      stop: stopBy(createStepFunctionsClient(), environment("STATE_MACHINE_PREFIX")),
      now: () => new Date(),
    }),
  ),
);
