/** Counters that end by themselves: how often something was done in a stretch of time, against a limit. */
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { isConditionFailed, toItem } from "./dynamodb.ts";

export interface Limit {
  /** What is counted, e.g. `sms#shop#+4471231`. */
  name: string;
  /** How often a stretch. */
  limit: number;
  stretchSeconds: number;
}

export function createCountersTable(client: DynamoDBClient, TableName: string) {
  return {
    /** Counts one more; false where the stretch has had its number. Stretches begin with the clock's, e.g. at the full hour. */
    async count({ name, limit, stretchSeconds }: Limit, now: Date): Promise<boolean> {
      const stretch = Math.floor(now.getTime() / 1000 / stretchSeconds);
      try {
        await client.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ counter: `${name}#${stretch}` }),
            UpdateExpression: "ADD #count :one SET #ttl = :ttl",
            ConditionExpression: "attribute_not_exists(#count) OR #count < :limit",
            ExpressionAttributeNames: { "#count": "count", "#ttl": "ttl" },
            ExpressionAttributeValues: toItem({
              ":one": 1,
              ":limit": limit,
              ":ttl": (stretch + 2) * stretchSeconds,
            }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailed(error)) return false;
        throw error;
      }
    },
  };
}
export type CountersTable = ReturnType<typeof createCountersTable>;
