/**
 * Starts the executions of stored messages from the starts queue: those of a batch, and those that Step Functions refused when
 * they were accepted. One that was started before is a success; a message that is finished or deleted needs none.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createStepFunctionsClient, startExecution } from "../aws/step-functions.ts";
import type { Message } from "../domain/message/message.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { logFault, withLogFields } from "../shared/log.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";

const start = v.object({ messageId: v.string() });

export function createStarts(messages: MessagesTable, startNow: (message: Message) => Promise<void>) {
  const startOne = async (body: string) => {
    const { messageId } = v.parse(start, JSON.parse(body));
    await withLogFields({ messageId }, async () => {
      const message = await messages.get(messageId);
      if (message !== undefined && message.finishedAt === undefined) await startNow(message);
    });
  };
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const results = await Promise.allSettled(Records.map(({ body }) => startOne(body)));
    const failed = Records.filter((_, index) => results[index]?.status === "rejected");
    for (const result of results)
      if (result.status === "rejected") logFault("an execution could not be started", result.reason);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const run = lazily(() => {
  const stepFunctions = createStepFunctionsClient();
  const stateMachinePrefix = environment("STATE_MACHINE_PREFIX");
  return createStarts(createMessagesTable(createDynamoDb(), environment("MESSAGES_TABLE")), (message) =>
    startExecution(stepFunctions, stateMachinePrefix, message),
  );
});
export const handler = (event: SQSEvent) => run()(event);
