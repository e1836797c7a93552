/**
 * The counters table: how often something was done, compared with a limit. Items expire by their time to live. A repeated call
 * counts again, so that a limit may be reached a little early, never late.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";

/** A leaky bucket: it holds one second's worth at once, and then takes as much as leaks out. */
export interface Bucket {
  name: string;
  perSecond: number;
}

/** A fixed window: its count starts again with each window. */
export interface FixedWindow {
  name: string;
  limit: number;
  endsAt: Date;
}

const counterItem = v.object({
  /** For a bucket: microseconds since 1970. */
  emptyAt: v.optional(v.number()),
  /** For a fixed window. */
  count: v.optional(v.number(), 0),
});

const microseconds = 1e6;
/** DynamoDB deletes an item some time after its time to live; a window that has ended is never read again. */
const marginSeconds = 3600;

export function createCountersTable(dynamoDb: DynamoDBClient, TableName: string) {
  const read = async (counter: string, ConsistentRead: boolean) => {
    const { Item = {} } = await dynamoDb.send(
      new GetItemCommand({ TableName, Key: toItem({ counter }), ConsistentRead }),
    );
    return parseItem(counterItem, Item);
  };

  /** False where the condition does not hold. */
  const update = async (
    counter: string,
    change: { update: string; condition: string; names: Record<string, string>; values: object },
  ): Promise<boolean> =>
    isWritten(
      dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: toItem({ counter }),
          UpdateExpression: change.update,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: { ...change.names, "#ttl": "ttl" },
          ExpressionAttributeValues: toItem(change.values),
        }),
      ),
    );

  return {
    /**
     * Fills the bucket with this amount and returns 0, or returns after how many seconds to try again. An amount of more than one
     * second's worth needs an empty bucket, and fills it until all of it has leaked out. One write, or two where the bucket is
     * not empty.
     */
    async fill({ name, perSecond }: Bucket, amount: number, at: Date): Promise<number> {
      const now = at.getTime() * 1000;
      const cost = Math.ceil((amount * microseconds) / perSecond);
      const latest = now + Math.max(0, microseconds - cost);
      const names = { "#empty": "emptyAt" };
      const ttl = (from: number) => Math.ceil((from + cost) / microseconds) + marginSeconds;
      const wasEmpty = await update(name, {
        update: "SET #empty = :full, #ttl = :ttl",
        condition: "attribute_not_exists(#empty) OR #empty <= :now",
        names,
        values: { ":full": now + cost, ":now": now, ":ttl": ttl(now) },
      });
      if (wasEmpty) return 0;
      const hadRoom = await update(name, {
        update: "SET #empty = #empty + :cost, #ttl = :ttl",
        condition: "#empty <= :latest",
        names,
        values: { ":cost": cost, ":latest": latest, ":ttl": ttl(latest) },
      });
      if (hadRoom) return 0;
      const { emptyAt = now } = await read(name, true);
      return Math.max(1, Math.ceil((emptyAt - latest) / microseconds));
    },

    /** Adds `step` to the window's count; false where the limit is reached. */
    async count({ name, limit, endsAt }: FixedWindow, step: number): Promise<boolean> {
      return update(counterOf(name, endsAt), {
        update: "SET #ttl = :ttl ADD #count :step",
        condition: "attribute_not_exists(#count) OR #count < :limit",
        names: { "#count": "count" },
        values: { ":step": step, ":limit": limit, ":ttl": endsAt.getTime() / 1000 + marginSeconds },
      });
    },

    /** Whether the window's limit is reached, without counting. */
    async isReached({ name, limit, endsAt }: FixedWindow): Promise<boolean> {
      return (await read(counterOf(name, endsAt), false)).count >= limit;
    },
  };
}
export type CountersTable = ReturnType<typeof createCountersTable>;

const counterOf = (name: string, endsAt: Date) => `${name}#${endsAt.toISOString()}`;
