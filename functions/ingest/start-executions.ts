/**
 * Starts the executions of stored messages from the starts queue: those of a batch, those that are to go out later (begin.ts),
 * and those that Step Functions refused when they were accepted. One that was started before is a success; a message that is
 * finished or deleted needs none.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createSchedulerClient, scheduleStart } from "../aws/schedules.ts";
import { createStartsQueue } from "../aws/starts-queue.ts";
import { createStepFunctionsClient, startExecution } from "../aws/step-functions.ts";
import { isWaiting, type Message, type WaitingMessage } from "../domain/message/message.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { logFault, withLogFields } from "../shared/log.ts";
import { createMessagesTable, type MessagesTable } from "../storage/messages-table.ts";
import { begin } from "./begin.ts";
import { planDependencies } from "./dependencies.ts";

const start = v.object({ messageId: v.string() });

/** `beginWaiting`: the message to start, where its time has come. */
export function createStarts(
  messages: Pick<MessagesTable, "get">,
  startNow: (message: Message) => Promise<void>,
  beginWaiting: (message: WaitingMessage) => Promise<Message | undefined>,
) {
  const startOne = async (body: string) => {
    const { messageId } = v.parse(start, JSON.parse(body));
    await withLogFields({ messageId }, async () => {
      const message = await messages.get(messageId);
      if (message === undefined || message.finishedAt !== undefined) return;
      const begun = isWaiting(message) ? await beginWaiting(message) : message;
      if (begun !== undefined) await startNow(begun);
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
  const dynamoDb = createDynamoDb();
  const messages = createMessagesTable(dynamoDb, environment("MESSAGES_TABLE"));
  const stepFunctions = createStepFunctionsClient();
  const stateMachinePrefix = environment("STATE_MACHINE_PREFIX");
  const scheduler = createSchedulerClient();
  const [group, target] = [environment("SCHEDULE_GROUP"), environment("SCHEDULE_TARGET")];
  const dependencies = {
    ...planDependencies(dynamoDb),
    starts: createStartsQueue(environment("STARTS_QUEUE_URL")),
    schedule: (messageId: string, at: string) => scheduleStart(scheduler, group, target, messageId, at),
  };
  return createStarts(
    messages,
    (message) => startExecution(stepFunctions, stateMachinePrefix, message),
    (message) => begin(message, dependencies),
  );
});
export const handler = (event: SQSEvent) => run()(event);
