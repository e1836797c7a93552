/**
 * Called with the stream of the messages table: turns its records into changes of messages, and passes them to the consumers, one
 * after the other. Lambda retries a failed batch as a whole, so the consumers that may fail a batch, and are harmless when
 * repeated, go first.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { createDynamoDb, parseItem } from "../aws/dynamodb.ts";
import { createEventsTopic } from "../aws/events-topic.ts";
import { createReceiptsQueue } from "../aws/receipts-queue.ts";
import { createWebhookDeliveriesQueue } from "../aws/webhook-deliveries-queue.ts";
import { type Message, storedMessage } from "../domain/message/message.ts";
import { type ChangedMessage, changesBetween } from "../domain/outcome/changes.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { emitMetrics } from "../shared/metrics.ts";
import { createBudgetsTable } from "../storage/budgets-table.ts";
import { createHabitsTable } from "../storage/habits-table.ts";
import { createWebhookSubscriptionsTable } from "../storage/webhook-subscriptions-table.ts";
import type { Consumer } from "./consumer.ts";
import { correctBudgets } from "./correct-budgets.ts";
import { countHabits } from "./count-habits.ts";
import { publishEvents } from "./publish-events.ts";
import { queueTestReceipts } from "./queue-test-receipts.ts";
import { queueWebhookDeliveries } from "./queue-webhook-deliveries.ts";
import { recordMetrics } from "./record-metrics.ts";

export function createMessageChanges(consumers: readonly Consumer[]) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    const changed = Records.flatMap(toChangedMessage);
    for (const consume of consumers) await consume(changed);
  };
}

function toChangedMessage({ dynamodb: { NewImage, OldImage } = {} }: DynamoDBRecord): ChangedMessage[] {
  // The item expired and was deleted: that is not a change of the message.
  if (NewImage === undefined) return [];
  const after = toMessage(NewImage);
  const before = OldImage && toMessage(OldImage);
  return [{ before, after, changes: changesBetween(before, after) }];
}

/** The types of the stream's images (aws-lambda) and of the SDK differ only in name. */
const toMessage = (image: NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]): Message =>
  parseItem(storedMessage, image as Record<string, AttributeValue>);

const run = lazily(() => {
  const dynamoDb = createDynamoDb();
  return createMessageChanges([
    publishEvents(createEventsTopic(environment("MESSAGE_EVENTS_TOPIC"))),
    queueWebhookDeliveries(
      createWebhookSubscriptionsTable(dynamoDb, environment("CLIENTS_TABLE")),
      createWebhookDeliveriesQueue(environment("WEBHOOK_DELIVERIES_QUEUE_URL")),
    ),
    queueTestReceipts(createReceiptsQueue(environment("RECEIPTS_QUEUE_URL")), () => new Date()),
    correctBudgets(createBudgetsTable(dynamoDb, environment("COUNTERS_TABLE"))),
    countHabits({ habits: createHabitsTable(dynamoDb, environment("HABITS_TABLE")), now: () => new Date() }),
    recordMetrics(emitMetrics),
  ]);
});
export const handler = (event: DynamoDBStreamEvent) => run()(event);
