/** The clients' webhooks, one each, in the clients table. A call changes only the webhook that it was made to. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import { type WebhookSubscription, webhook } from "../domain/events/webhook-subscription.ts";

const entry = "webhook";

export function createWebhookSubscriptionsTable(dynamoDb: DynamoDBClient, TableName: string) {
  /** False where it is another webhook by now, or in another state. */
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
      return Item && parseItem(webhook, Item);
    },

    /** False where the webhook was changed after `before` was read. */
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

    /** Claims the next call: true for one of the deliveries that wait. */
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
