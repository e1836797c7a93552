/**
 * The counters table: how often something was done, against a limit. Items end by themselves. A repeated call counts again:
 * a limit is then reached a little early, never late.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { fromItem, isWritten, toItem } from "../aws/dynamodb.ts";

/** A bucket that leaks: it takes a second's worth at once, and then as much as leaks out. */
export interface Bucket {
  name: string;
  perSecond: number;
}

/** A count that begins anew with each stretch of time. */
export interface Count {
  name: string;
  limit: number;
  /** When the stretch ends. */
  endsAt: Date;
}

const microseconds = 1e6;
/** DynamoDB deletes some time after; what is over is never asked again. */
const spareSeconds = 3600;

export function createCountersTable(client: DynamoDBClient, TableName: string) {
  const read = async (counter: string, ConsistentRead: boolean) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: toItem({ counter }), ConsistentRead }),
    );
    return Item && fromItem(Item);
  };

  /** False where the condition does not hold. */
  const update = async (
    counter: string,
    change: { update: string; condition: string; names: Record<string, string>; values: object },
  ): Promise<boolean> => {
    return isWritten(
      client.send(
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
  };

  return {
    /**
     * Takes this many, or answers after how many seconds they may come again; 0: taken. What is more than a second's worth
     * needs an empty bucket, and fills it for as long as it takes to leak out. One write, two where the bucket is not empty.
     */
    async fill({ name, perSecond }: Bucket, amount: number, at: Date): Promise<number> {
      const now = at.getTime() * 1000;
      const cost = Math.ceil((amount * microseconds) / perSecond);
      const latest = now + Math.max(0, microseconds - cost);
      const names = { "#empty": "emptyAt" };
      const ttl = (from: number) => Math.ceil((from + cost) / microseconds) + spareSeconds;
      const isEmpty = await update(name, {
        update: "SET #empty = :full, #ttl = :ttl",
        condition: "attribute_not_exists(#empty) OR #empty <= :now",
        names,
        values: { ":full": now + cost, ":now": now, ":ttl": ttl(now) },
      });
      if (isEmpty) return 0;
      const hasRoom = await update(name, {
        update: "SET #empty = #empty + :cost, #ttl = :ttl",
        condition: "#empty <= :latest",
        names,
        values: { ":cost": cost, ":latest": latest, ":ttl": ttl(latest) },
      });
      if (hasRoom) return 0;
      const emptyAt = Number((await read(name, true))?.emptyAt ?? now);
      return Math.max(1, Math.ceil((emptyAt - latest) / microseconds));
    },

    /** Counts `step` more; false where the stretch has had its number. */
    async count({ name, limit, endsAt }: Count, step: number): Promise<boolean> {
      return update(counterOf(name, endsAt), {
        update: "SET #ttl = :ttl ADD #count :step",
        condition: "attribute_not_exists(#count) OR #count < :limit",
        names: { "#count": "count" },
        values: { ":step": step, ":limit": limit, ":ttl": endsAt.getTime() / 1000 + spareSeconds },
      });
    },

    /** Whether the stretch has had its number, without counting. */
    async isReached({ name, limit, endsAt }: Count): Promise<boolean> {
      const item = await read(counterOf(name, endsAt), false);
      return Number(item?.count ?? 0) >= limit;
    },
  };
}
export type CountersTable = ReturnType<typeof createCountersTable>;

const counterOf = (name: string, endsAt: Date) => `${name}#${endsAt.toISOString()}`;
