/**
 * Called with the stream of the messages table: turns its records into changes of messages, and hands them to what tells or
 * counts them. A batch that failed comes again as a whole: what can repeat itself harmlessly goes first.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { createBudgetsTable } from "../aws/budgets-table.ts";
import { environment } from "../aws/client.ts";
import { createClientWebhooks } from "../aws/client-webhooks.ts";
import { createDynamoDb, fromItem } from "../aws/dynamodb.ts";
import { createEventsTopic } from "../aws/events-topic.ts";
import { createHabitsTable } from "../aws/habits-table.ts";
import { createWebhookDeliveriesQueue } from "../aws/webhook-deliveries-queue.ts";
import { lazily } from "../lazily.ts";
import { emitMetrics } from "../metrics.ts";
import { type ChangedMessage, changesBetween } from "../routing/changes.ts";
import type { Message } from "../routing/message.ts";
import { countHabits } from "./count-habits.ts";
import { publishEvents } from "./publish-events.ts";
import { queueWebhooks } from "./queue-webhooks.ts";
import { recordMetrics } from "./record-metrics.ts";
import { settleBudgets } from "./settle-budgets.ts";

export type Consumer = (changed: readonly ChangedMessage[]) => Promise<void>;

export function createMessageChanges(consumers: readonly Consumer[]) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    const changed = Records.flatMap(toChangedMessage);
    for (const consume of consumers) await consume(changed);
  };
}

function toChangedMessage({ dynamodb: { NewImage, OldImage } = {} }: DynamoDBRecord): ChangedMessage[] {
  // Deleted by its time to live: nothing happened to the message.
  if (NewImage === undefined) return [];
  const after = toMessage(NewImage);
  const before = OldImage && toMessage(OldImage);
  return [{ before, after, changes: changesBetween(before, after) }];
}

/** The same shape under another package's name. */
const toMessage = (image: NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]): Message =>
  fromItem(image as Record<string, AttributeValue>) as Message;

const run = lazily(() => {
  const dynamoDb = createDynamoDb();
  return createMessageChanges([
    publishEvents(createEventsTopic(environment("MESSAGE_EVENTS_TOPIC"))),
    queueWebhooks(
      createClientWebhooks(dynamoDb, environment("CLIENTS_TABLE")),
      createWebhookDeliveriesQueue(environment("WEBHOOK_DELIVERIES_QUEUE_URL")),
    ),
    settleBudgets(createBudgetsTable(dynamoDb, environment("COUNTERS_TABLE"))),
    countHabits({ habits: createHabitsTable(dynamoDb, environment("HABITS_TABLE")), now: () => new Date() }),
    recordMetrics(emitMetrics),
  ]);
});
export const handler = (event: DynamoDBStreamEvent) => run()(event);
