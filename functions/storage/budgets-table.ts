/**
 * What each client with a budget has spent or reserved today: one counter per client and day, in the counters table. Amounts are
 * DynamoDB numbers, which are decimal and exact. Reserved at ingest, corrected by functions/events.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import Big from "big.js";
import { isWritten, toItem } from "../aws/dynamodb.ts";

const dayMs = 24 * 3_600_000;
/** Receipts may correct a day's sum for a week, the longest window; one more day is a margin. */
const keptForMs = 8 * dayMs;
/** The UTC midnight that ends the day of this moment. */
export const endOfDay = (at: Date): Date => new Date((Math.floor(at.getTime() / dayMs) + 1) * dayMs);

export function createBudgetsTable(dynamoDb: DynamoDBClient, TableName: string) {
  const keyOf = (clientId: string, at: Date) =>
    toItem({ counter: JSON.stringify(["budget", clientId, at.toISOString().slice(0, 10)]) });

  /** False where the condition does not hold. */
  const add = async (
    clientId: string,
    at: Date,
    usd: string,
    change: { set?: string; condition: string; names?: Record<string, string>; values: object },
  ): Promise<boolean> =>
    isWritten(
      dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(clientId, at),
          UpdateExpression: `SET #ttl = :ttl${change.set ?? ""} ADD spent :usd`,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: { "#ttl": "ttl", ...change.names },
          ExpressionAttributeValues: {
            ":ttl": { N: `${(endOfDay(at).getTime() + keptForMs) / 1000}` },
            ":usd": { N: usd },
            ...change.values,
          },
        }),
      ),
    );

  return {
    /** Reserves the amount from the day's budget; false where less than that is left. */
    async reserve(clientId: string, usd: string, budget: string, at: Date): Promise<boolean> {
      const room = new Big(budget).minus(usd);
      if (room.lt(0)) return false;
      return add(clientId, at, usd, {
        condition: "attribute_not_exists(spent) OR spent <= :room",
        values: { ":room": { N: room.toFixed() } },
      });
    },

    /** Adds the amount to the day's sum, unless this batch was the last one added: Lambda may deliver a batch again. */
    async correct(clientId: string, day: Date, usd: string, batch: string): Promise<void> {
      await add(clientId, day, usd, {
        set: ", #batch = :batch",
        condition: "attribute_not_exists(#batch) OR #batch <> :batch",
        names: { "#batch": "batch" },
        values: { ":batch": { S: batch } },
      });
    },

    /** US dollars spent or reserved on that day, as decimal text. */
    async spent(clientId: string, at: Date): Promise<string> {
      const { Item } = await dynamoDb.send(
        new GetItemCommand({ TableName, Key: keyOf(clientId, at), ConsistentRead: true }),
      );
      // Not through a JavaScript number, which would round it.
      return new Big(Item?.spent?.N ?? 0).toFixed();
    },
  };
}
export type BudgetsTable = ReturnType<typeof createBudgetsTable>;
