/**
 * The webhook subscriptions, in the clients table: at most one for each client. Updates by a delivery are conditional on the URL
 * that was called: a subscription that was replaced meanwhile stays as it is.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { fromItem, isWritten, toItem } from "../aws/dynamodb.ts";
import { type WebhookSubscription, webhookSubscription } from "../domain/events/webhook-subscription.ts";

const entry = "webhook";

export function createWebhookSubscriptionsTable(dynamoDb: DynamoDBClient, TableName: string) {
  /** Resolves to false where the URL has changed, or the condition fails. */
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
      return Item && v.parse(webhookSubscription, fromItem(Item));
    },

    /** Resolves to false where the subscription changed since `before` was read. */
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

    /** Claims the next call of a failing receiver until then; of several deliveries that try, it resolves to true for one. */
    claimCall(client: string, seen: WebhookSubscription, until: Date): Promise<boolean> {
      const { retryAt } = seen;
      const values = { ":until": until.toISOString(), ...(retryAt ? { ":seen": retryAt } : {}) };
      const unchanged = retryAt ? "retryAt = :seen" : "attribute_not_exists(retryAt)";
      return update(client, seen, "SET retryAt = :until", values, unchanged);
    },

    /** Counts a failed delivery. `retryAt`: nothing is delivered before then. */
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

    /** Forgets the failures: a delivery succeeded. */
    async recovered(client: string, seen: WebhookSubscription): Promise<void> {
      await update(client, seen, "REMOVE failures, failingSince, retryAt");
    },

    /** The receiver answered 410: nothing is delivered until the subscription is set again. */
    async switchOff(client: string, seen: WebhookSubscription, now: Date): Promise<void> {
      await update(client, seen, "SET offSince = :now", { ":now": now.toISOString() });
    },
  };
}
export type WebhookSubscriptionsTable = ReturnType<typeof createWebhookSubscriptionsTable>;
