/**
 * The idempotency keys table: which message a client's key stands for, until the key expires. Written before the message, so
 * that of two requests at once one creates the message and the other finds it.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import { hashOf } from "../domain/hash-of.ts";

const keyedMessage = v.object({
  messageId: v.string(),
  /** A hash of the request: the same key with other content is refused. */
  fingerprint: v.string(),
});
export type KeyedMessage = v.InferOutput<typeof keyedMessage>;

const keyItem = v.object({ ...keyedMessage.entries, ttl: v.number() });

export function createIdempotencyKeysTable(
  dynamoDb: DynamoDBClient,
  TableName: string,
  lifetimeHours: number,
) {
  /** Two clients never share an item. */
  const keyOf = (clientId: string, idempotencyKey: string) => hashOf([clientId, idempotencyKey]);
  const seconds = (now: Date) => Math.floor(now.getTime() / 1000);

  async function get(clientId: string, idempotencyKey: string, now: Date): Promise<KeyedMessage | undefined> {
    const Key = toItem({ key: keyOf(clientId, idempotencyKey) });
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (Item === undefined) return undefined;
    const { ttl, ...found } = parseItem(keyItem, Item);
    // DynamoDB deletes an item some time after its time to live.
    return ttl > seconds(now) ? found : undefined;
  }

  return {
    get,

    /** Claims the key for this message. Returns undefined if it did, otherwise the message that holds the key. */
    async claim(
      clientId: string,
      idempotencyKey: string,
      message: KeyedMessage,
      now: Date,
    ): Promise<KeyedMessage | undefined> {
      // Rounded up, so that a key never expires early.
      const ttl = Math.ceil(now.getTime() / 1000) + lifetimeHours * 3600;
      const isClaimed = await isWritten(
        dynamoDb.send(
          new PutItemCommand({
            TableName,
            Item: toItem({ key: keyOf(clientId, idempotencyKey), ...message, ttl }),
            ConditionExpression: "attribute_not_exists(#key) OR #ttl <= :now",
            ExpressionAttributeNames: { "#key": "key", "#ttl": "ttl" },
            ExpressionAttributeValues: toItem({ ":now": seconds(now) }),
          }),
        ),
      );
      if (isClaimed) return undefined;
      const holder = await get(clientId, idempotencyKey, now);
      if (holder === undefined) throw new Error("an idempotency key was held and has expired since");
      return holder;
    },
  };
}
export type IdempotencyKeysTable = ReturnType<typeof createIdempotencyKeysTable>;
