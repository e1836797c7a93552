/** The webhooks of clients, in the clients table: one each. What a call changes is conditional on the webhook that was called. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { fromItem, isWritten, toItem } from "../aws/dynamodb.ts";
import { type WebhookSubscription, webhook } from "../domain/events/webhook-subscription.ts";

const entry = "webhook";

export function createWebhookSubscriptionsTable(dynamoDb: DynamoDBClient, TableName: string) {
  /** False where it is no longer that webhook, or not in that state. */
  const update = async (
    client: string,
    { url }: WebhookSubscription,
    UpdateExpression: string,
    values: Record<string, unknown> = {},
    condition?: string,
  ): Promise<boolean> => {
    return isWritten(
      dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: toItem({ client, entry }),
          UpdateExpression,
          ConditionExpression: `#url = :url${condition ? ` AND ${condition}` : ""}`,
          ExpressionAttributeNames: { "#url": "url" },
          ExpressionAttributeValues: toItem({ ":url": url, ...values }),
        }),
      ),
    );
  };

  return {
    async get(client: string): Promise<WebhookSubscription | undefined> {
      const { Item } = await dynamoDb.send(
        new GetItemCommand({ TableName, Key: toItem({ client, entry }), ConsistentRead: true }),
      );
      return Item && v.parse(webhook, fromItem(Item));
    },

    /** False where another change came between. */
    async put(
      client: string,
      changed: WebhookSubscription,
      before: WebhookSubscription | undefined,
    ): Promise<boolean> {
      return isWritten(
        dynamoDb.send(
          new PutItemCommand({
            TableName,
            Item: toItem({ client, entry, ...changed }),
            ConditionExpression: before ? "#secret = :secret" : "attribute_not_exists(#secret)",
            ExpressionAttributeNames: { "#secret": "secret" },
            ...(before ? { ExpressionAttributeValues: toItem({ ":secret": before.secret }) } : {}),
          }),
        ),
      );
    },

    async delete(client: string): Promise<void> {
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key: toItem({ client, entry }) }));
    },

    /** One of those who wait gets the next call: true for that one. */
    claimCall(client: string, seen: WebhookSubscription, until: Date): Promise<boolean> {
      const { retryAt } = seen;
      const values = { ":until": until.toISOString(), ...(retryAt ? { ":seen": retryAt } : {}) };
      const unchanged = retryAt ? "retryAt = :seen" : "attribute_not_exists(retryAt)";
      return update(client, seen, "SET retryAt = :until", values, unchanged);
    },

    async failed(
      client: string,
      seen: WebhookSubscription,
      now: Date,
      { retryAt, behindUntil }: { retryAt: Date | undefined; behindUntil: Date },
    ): Promise<void> {
      await update(
        client,
        seen,
        `SET failingSince = if_not_exists(failingSince, :now), behindUntil = :until${retryAt ? ", retryAt = :at" : ""} ADD failures :one`,
        {
          ":now": now.toISOString(),
          ":until": behindUntil.toISOString(),
          ":one": 1,
          ...(retryAt ? { ":at": retryAt.toISOString() } : {}),
        },
      );
    },

    async recovered(client: string, seen: WebhookSubscription): Promise<void> {
      await update(client, seen, "REMOVE failures, failingSince, retryAt");
    },

    async switchOff(client: string, seen: WebhookSubscription, now: Date): Promise<void> {
      await update(client, seen, "SET offSince = :now", { ":now": now.toISOString() });
    },
  };
}
export type WebhookSubscriptionsTable = ReturnType<typeof createWebhookSubscriptionsTable>;
