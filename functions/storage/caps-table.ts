/**
 * The messages of each customer that count for a client's caps: one item of the counters table for each customer, under a hash.
 * It is written as a whole, on the condition that it is still what was read, so a cap holds even when messages are accepted at
 * the same time.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import type { CappedMessage } from "../domain/customer/cap.ts";
import type { KeyedHash } from "./keyed-hash.ts";

const item = v.object({
  messages: v.array(v.object({ messageId: v.string(), category: v.string(), at: v.string() })),
  changes: v.number(),
});

export interface Capped {
  messages: CappedMessage[];
  /** How often the item was changed; undefined where there is no item. */
  changes?: number | undefined;
}

export function createCapsTable(dynamoDb: DynamoDBClient, TableName: string, hash: KeyedHash) {
  const keyOf = (hashed: string) => toItem({ counter: `cap#${hashed}` });

  async function get(hashed: string, ConsistentRead: boolean): Promise<Capped> {
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName, Key: keyOf(hashed), ConsistentRead }),
    );
    return Item === undefined ? { messages: [] } : parseItem(item, Item);
  }

  return {
    /** `customer`: the text to hash. `anyTimeNow`: an eventually consistent read, for half the price. */
    async read(customer: string, { anyTimeNow = false } = {}): Promise<Capped> {
      const keys = await hash.all(customer);
      // More than one during a key rotation.
      const [newest = { messages: [] }, ...older] = await Promise.all(
        keys.map((key) => get(key, !anyTimeNow)),
      );
      return { ...newest, messages: [...older.flatMap(({ messages }) => messages), ...newest.messages] };
    },

    /** False where it is no longer what was read. */
    async write(
      customer: string,
      { changes }: Pick<Capped, "changes">,
      messages: readonly CappedMessage[],
      endsAt: Date,
    ): Promise<boolean> {
      return isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: keyOf(await hash.newest(customer)),
            UpdateExpression: "SET messages = :messages, changes = :next, #ttl = :ttl",
            ConditionExpression: changes === undefined ? "attribute_not_exists(changes)" : "changes = :read",
            ExpressionAttributeNames: { "#ttl": "ttl" },
            ExpressionAttributeValues: toItem({
              ":messages": messages,
              ":next": (changes ?? 0) + 1,
              ":read": changes,
              ":ttl": Math.ceil(endsAt.getTime() / 1000),
            }),
          }),
        ),
      );
    },
  };
}
export type CapsTable = ReturnType<typeof createCapsTable>;
