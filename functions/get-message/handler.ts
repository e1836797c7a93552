/** `GET /messages/{messageId}`: the delivery trace, with the link to the message's execution. */
import { environment } from "../aws/client.ts";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createMessagesTable, type MessagesTable } from "../aws/messages-table.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, Problem } from "../http/problem.ts";
import { traceOf } from "../routing/trace.ts";

export function createGetMessage(messages: MessagesTable, stateMachineArn: string) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const message = await messages.get(event.pathParameters?.messageId ?? "");
    // Another client's message is as good as none.
    if (message === undefined || message.client !== client) throw new Problem(404, "no message has this id");
    return json(200, { ...traceOf(message), execution: executionOf(stateMachineArn, message.messageId) });
  };
}

/** The execution's ARN, and its page in the Step Functions console of its region. */
function executionOf(stateMachineArn: string, messageId: string) {
  const arn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${messageId}`;
  const region = stateMachineArn.split(":")[3];
  const console = `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
  return { arn, console };
}

export const handler = httpHandler(() =>
  createGetMessage(
    createMessagesTable(createDynamoDb(), environment("MESSAGES_TABLE")),
    environment("STATE_MACHINE_ARN"),
  ),
);
