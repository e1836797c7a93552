/**
 * What each client with a budget has spent today, or reserved: one counter a client and day, in the counters table. Amounts are
 * DynamoDB numbers, which are decimal and exact. Reserved at ingest, settled by functions/events.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import Big from "big.js";
import { isWritten, toItem } from "../aws/dynamodb.ts";

const dayMs = 24 * 3_600_000;
/** When the day that has this moment is over, at UTC midnight. */
export const endOfDay = (at: Date): Date => new Date((Math.floor(at.getTime() / dayMs) + 1) * dayMs);

export function createBudgetsTable(client: DynamoDBClient, TableName: string) {
  const keyOf = (owner: string, at: Date) =>
    toItem({ counter: JSON.stringify(["budget", owner, at.toISOString().slice(0, 10)]) });
  // Late receipts settle for as long as they come: a week, and a day to spare.
  const ttlOf = (at: Date) => ({ N: `${endOfDay(at).getTime() / 1000 + 8 * 24 * 3600}` });

  const update = async (
    owner: string,
    at: Date,
    change: { set?: string; condition: string; names?: Record<string, string>; values: object },
    usd: string,
  ): Promise<boolean> => {
    return isWritten(
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(owner, at),
          UpdateExpression: `SET #ttl = :ttl${change.set ?? ""} ADD spent :usd`,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: { "#ttl": "ttl", ...change.names },
          ExpressionAttributeValues: { ":ttl": ttlOf(at), ":usd": { N: usd }, ...change.values },
        }),
      ),
    );
  };

  return {
    /** Takes the amount out of the day's budget; false where there is no room for it. */
    async reserve(owner: string, usd: string, budget: string, at: Date): Promise<boolean> {
      const room = new Big(budget).minus(usd);
      if (room.lt(0)) return false;
      return update(
        owner,
        at,
        {
          condition: "attribute_not_exists(spent) OR spent <= :room",
          values: { ":room": { N: room.toFixed() } },
        },
        usd,
      );
    },

    /** Corrects the day's sum, unless this batch was the last to do so: Lambda may hand a batch over again. */
    async settle(owner: string, day: Date, usd: string, batch: string): Promise<void> {
      await update(
        owner,
        day,
        {
          set: ", #batch = :batch",
          condition: "attribute_not_exists(#batch) OR #batch <> :batch",
          names: { "#batch": "batch" },
          values: { ":batch": { S: batch } },
        },
        usd,
      );
    },

    /** US dollars, spent or reserved. */
    async spent(owner: string, at: Date): Promise<string> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: keyOf(owner, at), ConsistentRead: true }),
      );
      return new Big(Item?.spent?.N ?? 0).toFixed();
    },
  };
}
export type BudgetsTable = ReturnType<typeof createBudgetsTable>;
