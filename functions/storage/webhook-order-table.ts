/**
 * The order of webhook deliveries: which events of a message wait, or are being delivered. Items of the counters table, written
 * only for clients whose receiver failed in the last day. With them a later event does not overtake an earlier one.
 */
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { fromItem, isWritten, toItem } from "../aws/dynamodb.ts";
import type { EventPosition } from "../domain/events/webhook-delivery.ts";

/** Longer than a delivery is tried. */
const keptForSeconds = 26 * 3600;

const orderItem = v.object({
  /** The sequence numbers of the events that wait. */
  waiting: v.set(v.number()),
});

export function createWebhookOrder(dynamoDb: DynamoDBClient, TableName: string) {
  const Key = (client: string, messageId: string) =>
    toItem({ counter: JSON.stringify(["webhook", client, messageId]) });
  return {
    /** Adds the event; resolves to whether no earlier event of its message waits. Idempotent. */
    async queueUp(client: string, { messageId, sequence }: EventPosition, now: Date): Promise<boolean> {
      const { Attributes = {} } = await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: Key(client, messageId),
          UpdateExpression: "ADD waiting :sequence SET #ttl = :ttl",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: toItem({
            ":sequence": new Set([sequence]),
            ":ttl": Math.ceil(now.getTime() / 1000) + keptForSeconds,
          }),
          ReturnValues: "ALL_NEW",
        }),
      );
      const { waiting } = fromItem(Attributes) as { waiting: Set<number> };
      return Math.min(...waiting) === sequence;
    },

    /** Removes the event: it was delivered, or never will be. Idempotent. */
    async leave(client: string, { messageId, sequence }: EventPosition): Promise<void> {
      await isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: Key(client, messageId),
            UpdateExpression: "DELETE waiting :sequence",
            ConditionExpression: "contains(waiting, :one)",
            ExpressionAttributeValues: toItem({
              ":sequence": new Set([sequence]),
              ":one": sequence,
            }),
          }),
        ),
      );
    },
  };
}
export type WebhookOrder = ReturnType<typeof createWebhookOrder>;
