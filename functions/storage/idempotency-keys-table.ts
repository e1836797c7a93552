/**
 * The idempotency keys: which message a client's key stands for, until the key expires. Written before the message, so that
 * of two requests at once one makes the message and the other finds it.
 */
import { createHash } from "node:crypto";
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { fromItem, isConditionFailed, toItem } from "../aws/dynamodb.ts";

export interface KeyedMessage {
  messageId: string;
  /** SHA-256 of the request: the same key with another content is refused. */
  fingerprint: string;
}

export function createIdempotencyKeysTable(client: DynamoDBClient, TableName: string, lifetimeHours: number) {
  /** A client's own: no two clients meet in one item. */
  const keyOf = (owner: string, idempotencyKey: string) =>
    createHash("sha256")
      .update(JSON.stringify([owner, idempotencyKey]))
      .digest("base64url");
  const seconds = (now: Date) => Math.floor(now.getTime() / 1000);

  async function get(owner: string, idempotencyKey: string, now: Date): Promise<KeyedMessage | undefined> {
    const Key = toItem({ key: keyOf(owner, idempotencyKey) });
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    const found = Item && fromItem(Item);
    // DynamoDB deletes some time after the time to live.
    return found && found.ttl > seconds(now) ? (found as KeyedMessage & { ttl: number }) : undefined;
  }

  return {
    get,

    /** Takes the key for this message; answers the message that has it where it is taken. */
    async claim(
      owner: string,
      idempotencyKey: string,
      message: KeyedMessage,
      now: Date,
    ): Promise<KeyedMessage | undefined> {
      // Rounded up: it is never a part of a second short.
      const ttl = Math.ceil(now.getTime() / 1000) + lifetimeHours * 3600;
      try {
        await client.send(
          new PutItemCommand({
            TableName,
            Item: toItem({ key: keyOf(owner, idempotencyKey), ...message, ttl }),
            ConditionExpression: "attribute_not_exists(#key) OR #ttl <= :now",
            ExpressionAttributeNames: { "#key": "key", "#ttl": "ttl" },
            ExpressionAttributeValues: toItem({ ":now": seconds(now) }),
          }),
        );
        return undefined;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        const taken = await get(owner, idempotencyKey, now);
        if (taken === undefined) throw new Error("an idempotency key was there and is gone");
        return taken;
      }
    },
  };
}
export type IdempotencyKeysTable = ReturnType<typeof createIdempotencyKeysTable>;
