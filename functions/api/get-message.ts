/** `GET /messages/{messageId}`: the delivery trace, with a link to the execution. */

import { createDynamoDb } from "../aws/dynamodb.ts";
import { executionArn } from "../aws/step-functions.ts";
import type { Message } from "../domain/message/message.ts";
import { traceOf } from "../domain/outcome/trace.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json } from "../http/handler.ts";
import { ownMessage } from "../http/own-message.ts";
import { environment } from "../shared/environment.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";

export function createGetMessage(messages: MessagesTable, stateMachinePrefix: string) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const message = await ownMessage(messages, event);
    return json(200, { ...traceOf(message), execution: executionOf(stateMachinePrefix, message) });
  };
}

/** The execution's ARN, and its page in the Step Functions console of its region. */
function executionOf(stateMachinePrefix: string, message: Message) {
  const arn = executionArn(stateMachinePrefix, message);
  const region = arn.split(":")[3];
  const console = `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
  return { arn, console };
}

export const handler = httpHandler(() =>
  guarded(
    { scope: "read" },
    createGetMessage(
      createMessagesTable(createDynamoDb(), environment("MESSAGES_TABLE")),
      environment("STATE_MACHINE_PREFIX"),
    ),
  ),
);
