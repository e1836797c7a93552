/**
 * Which events of a message wait for their client's webhook, or are being sent to it: items of the counters table, for clients
 * whose receiver failed in the last day. They keep a later event from overtaking an earlier one.
 */
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import type { EventPosition } from "../domain/events/webhook-delivery.ts";

/** Longer than the delivery of an event is tried. */
const keptForSeconds = 26 * 3600;

const orderItem = v.object({
  /** The sequence numbers of the events that wait. */
  waiting: v.set(v.number()),
});

export function createWebhookOrder(dynamoDb: DynamoDBClient, TableName: string) {
  const Key = (client: string, { messageId }: EventPosition) =>
    toItem({ counter: JSON.stringify(["webhook", client, messageId]) });
  return {
    /** True where no earlier event of the message waits. Repeating it changes nothing. */
    async queueUp(client: string, order: EventPosition, now: Date): Promise<boolean> {
      const { Attributes = {} } = await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: Key(client, order),
          UpdateExpression: "ADD waiting :sequence SET #ttl = :ttl",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: toItem({
            ":sequence": new Set([order.sequence]),
            ":ttl": Math.ceil(now.getTime() / 1000) + keptForSeconds,
          }),
          ReturnValues: "ALL_NEW",
        }),
      );
      const { waiting } = parseItem(orderItem, Attributes);
      return Math.min(...waiting) === order.sequence;
    },

    /** The event was delivered, or is given up. */
    async leave(client: string, order: EventPosition): Promise<void> {
      await isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: Key(client, order),
            UpdateExpression: "DELETE waiting :sequence",
            ConditionExpression: "contains(waiting, :one)",
            ExpressionAttributeValues: toItem({
              ":sequence": new Set([order.sequence]),
              ":one": order.sequence,
            }),
          }),
        ),
      );
    },
  };
}
export type WebhookOrder = ReturnType<typeof createWebhookOrder>;
