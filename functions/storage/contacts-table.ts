/**
 * The contacts table: finds a message by what its receipt names (the address and the time of the send, or the provider's
 * message id), and knows when a customer last wrote. Addresses are hashed. Used by the channels, ingest and receipts.
 */
import { createHash } from "node:crypto";
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { fromItem, isWritten, toItem } from "../aws/dynamodb.ts";

/** What is known of a customer's address; times are ISO 8601. */
export interface ContactState {
  /** The customer's own last message. */
  heardAt?: string;
  /** Everything sent up to then is known to be delivered, or read. */
  deliveredUntil?: string;
  readUntil?: string;
}

/** The sort key of the state; sends have their time there. */
const state = "state";

/** A window is a week at most, and its receipt may come when it ends. */
const leastDays = 8;

export function createContactsTable(client: DynamoDBClient, TableName: string, retentionDays: number) {
  const keyOf = (channel: string, addressOrId: string) =>
    createHash("sha256")
      .update(JSON.stringify([channel, addressOrId]))
      .digest("base64url");
  const daysKept = Math.max(retentionDays, leastDays);
  const ttlFrom = (at: string) => Math.ceil(Date.parse(at) / 1000) + daysKept * 24 * 3600;
  const note = (contact: string, entry: string, messageId: string, at: string) =>
    client.send(
      new PutItemCommand({ TableName, Item: toItem({ contact, entry, messageId, ttl: ttlFrom(at) }) }),
    );

  return {
    /** Before the send: a receipt may be there before the provider's answer, and the function may die before it. */
    async sentTo(channel: string, address: string, messageId: string, at: string): Promise<void> {
      await note(keyOf(channel, address), `${at}#${messageId}`, messageId, at);
    },

    /** By the provider's id, as versions before 0.3 noted it after the send. */
    async messageSentAs(channel: string, providerMessageId: string): Promise<string | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName,
          Key: toItem({ contact: keyOf(channel, providerMessageId), entry: "sent" }),
          ConsistentRead: true,
        }),
      );
      return Item && String(fromItem(Item).messageId);
    },

    /** The messages that were sent between two times (ISO 8601, both included), the newest first. */
    async messagesTo(channel: string, address: string, from: string, to: string): Promise<string[]> {
      const found: string[] = [];
      let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "contact = :contact AND #entry BETWEEN :from AND :to",
            ExpressionAttributeNames: { "#entry": "entry" },
            ExpressionAttributeValues: toItem({
              ":contact": keyOf(channel, address),
              ":from": from,
              // The messageId follows the time: "~" is behind each.
              ":to": `${to}~`,
            }),
            ScanIndexForward: false,
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        );
        for (const item of page.Items ?? []) found.push(String(fromItem(item).messageId));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    },

    /** The last messages that were sent until then (ISO 8601), the newest first. */
    async latestTo(channel: string, address: string, until: string, most: number): Promise<string[]> {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          // Times begin with a digit: what is known of the address is behind them.
          KeyConditionExpression: "contact = :contact AND #entry < :until",
          ExpressionAttributeNames: { "#entry": "entry" },
          ExpressionAttributeValues: toItem({ ":contact": keyOf(channel, address), ":until": `${until}~` }),
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: most,
        }),
      );
      return Items.map((item) => String(fromItem(item).messageId));
    },

    async stateOf(channel: string, address: string): Promise<ContactState> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: toItem({ contact: keyOf(channel, address), entry: state }) }),
      );
      return Item ? (fromItem(Item) as ContactState) : {};
    },

    /** What is known of the address; the sends stay for their receipts, under its hash, until their time to live ends. */
    async forget(channel: string, address: string): Promise<void> {
      const Key = toItem({ contact: keyOf(channel, address), entry: state });
      await client.send(new DeleteItemCommand({ TableName, Key }));
    },

    /** Times only move forward. */
    async advance(channel: string, address: string, field: keyof ContactState, at: string): Promise<void> {
      await isWritten(
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ contact: keyOf(channel, address), entry: state }),
            UpdateExpression: "SET #field = :at, #ttl = :ttl",
            ConditionExpression: "attribute_not_exists(#field) OR #field < :at",
            ExpressionAttributeNames: { "#field": field, "#ttl": "ttl" },
            ExpressionAttributeValues: toItem({ ":at": at, ":ttl": ttlFrom(at) }),
          }),
        ),
      );
    },
  };
}
export type ContactsTable = ReturnType<typeof createContactsTable>;
