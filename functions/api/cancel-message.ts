/**
 * `DELETE /messages/{messageId}`: stops trying. What was sent cannot be taken back, and its receipts are still recorded. `POST
 * /messages/resolve` (`resolve-messages.ts`) does the same to all messages of a reference.
 */
import type { SFNClient } from "@aws-sdk/client-sfn";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createSchedulerClient, deleteSchedule } from "../aws/schedules.ts";
import { createStepFunctionsClient, executionArn, stopExecution } from "../aws/step-functions.ts";
import type { Message } from "../domain/message/message.ts";
import { statusOf } from "../domain/outcome/trace.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json } from "../http/handler.ts";
import { ownMessage } from "../http/own-message.ts";
import { environment } from "../shared/environment.ts";
import { logFault } from "../shared/log.ts";
import { deployedHash } from "../storage/keyed-hash.ts";
import { createMessageLists } from "../storage/message-lists.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";
import { type EndDependencies, endMessage } from "./end-message.ts";
import { createResolveMessages } from "./resolve-messages.ts";

export interface CancelDependencies extends EndDependencies {
  messages: MessagesTable;
}

export function createCancelMessage(dependencies: CancelDependencies) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { messageId } = await ownMessage(dependencies.messages, event);
    const message = await endMessage(messageId, "cancelled", dependencies);
    return json(202, { messageId, status: message && statusOf(message) });
  };
}

/** A schedule that stays finds the message ended. */
const stopBy =
  (client: SFNClient, stateMachinePrefix: string, unschedule: (messageId: string) => Promise<void>) =>
  (message: Message) =>
    message.request === undefined
      ? stopExecution(
          client,
          executionArn(stateMachinePrefix, message),
          message.outcome === "resolved"
            ? { error: "Resolved", cause: "POST /messages/resolve" }
            : { error: "Cancelled", cause: "DELETE /messages/{messageId}" },
        )
      : unschedule(message.messageId).catch((fault: unknown) =>
          logFault("a schedule could not be deleted", fault),
        );

export const handler = httpHandler(() => guarded({ scope: "send" }, byRoute()));

function byRoute() {
  const [dynamoDb, hash] = [createDynamoDb(), deployedHash()];
  const [scheduler, group] = [createSchedulerClient(), environment("SCHEDULE_GROUP")];
  const dependencies = {
    messages: createMessagesTable(dynamoDb, environment("MESSAGES_TABLE")),
    lists: createMessageLists(dynamoDb, environment("CONTACTS_TABLE"), hash),
    hash,
    stop: stopBy(createStepFunctionsClient(), environment("STATE_MACHINE_PREFIX"), (messageId) =>
      deleteSchedule(scheduler, group, messageId),
    ),
    now: () => new Date(),
  };
  const [cancel, resolve] = [createCancelMessage(dependencies), createResolveMessages(dependencies)];
  return (event: HttpEvent) => (event.routeKey === "POST /messages/resolve" ? resolve(event) : cancel(event));
}
