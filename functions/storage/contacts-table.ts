/**
 * The contacts table: finds the message that a receipt means (by the address and the time of the send, or by the provider's
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
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import type { Message } from "../domain/message/message.ts";

/** What is known of a customer's address; times are ISO 8601. */
const contactState = v.object({
  /** When the customer last wrote. */
  heardAt: v.exactOptional(v.string()),
  /** Everything sent up to this time is known to be delivered, or read. */
  deliveredUntil: v.exactOptional(v.string()),
  readUntil: v.exactOptional(v.string()),
  /** When the customer told the channel that they want no more marketing, or want it again: the later one holds. */
  marketingOptedOutAt: v.exactOptional(v.string()),
  marketingOptedInAt: v.exactOptional(v.string()),
});
export type ContactState = v.InferOutput<typeof contactState>;

const send = v.object({ messageId: v.string() });

/** The sort key of the state; a send has its time there. */
const stateEntry = "state";
const sentEntry = "sent";

/** A window is a week at most, and its receipt may come when it ends. */
const minDays = 8;

export function createContactsTable(dynamoDb: DynamoDBClient, TableName: string, retentionDays: number) {
  const keyOf = (channel: string, addressOrId: string) =>
    createHash("sha256")
      .update(JSON.stringify([channel, addressOrId]))
      .digest("base64url");
  const keptForDays = Math.max(retentionDays, minDays);
  const ttlFrom = (at: string) => Math.ceil(Date.parse(at) / 1000) + keptForDays * 24 * 3600;
  /** `client`: whose message it is, where it is found by the address (message-lists.ts). */
  const putSend = (contact: string, entry: string, messageId: string, at: string, client?: string) =>
    dynamoDb.send(
      new PutItemCommand({
        TableName,
        Item: toItem({ contact, entry, messageId, client, ttl: ttlFrom(at) }),
      }),
    );

  return {
    /** Before the send: a receipt may come before the provider's answer, and the function may die before the answer. */
    async recordSend(
      channel: string,
      address: string,
      { messageId, client }: Pick<Message, "messageId" | "client">,
      at: string,
    ): Promise<void> {
      await putSend(keyOf(channel, address), `${at}#${messageId}`, messageId, at, client);
    },

    /**
     * After the send, for receipts that carry only the provider's message id, and for answers that carry only another id of the
     * customer's than the address.
     */
    async recordProviderIds(
      channel: string,
      providerMessageIds: readonly string[],
      messageId: string,
      at: string,
    ): Promise<void> {
      await Promise.all(
        providerMessageIds.map((id) => putSend(keyOf(channel, id), sentEntry, messageId, at)),
      );
    },

    /** The id of the message that has this provider's message id. */
    async findByProviderId(channel: string, providerMessageId: string): Promise<string | undefined> {
      const { Item } = await dynamoDb.send(
        new GetItemCommand({
          TableName,
          Key: toItem({ contact: keyOf(channel, providerMessageId), entry: sentEntry }),
          ConsistentRead: true,
        }),
      );
      return Item && parseItem(send, Item).messageId;
    },

    /** The ids of the messages that were sent between two times (ISO 8601, both included), newest first. */
    async findSentBetween(channel: string, address: string, from: string, to: string): Promise<string[]> {
      const found: string[] = [];
      let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
      do {
        const page = await dynamoDb.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "contact = :contact AND #entry BETWEEN :from AND :to",
            ExpressionAttributeNames: { "#entry": "entry" },
            ExpressionAttributeValues: toItem({
              ":contact": keyOf(channel, address),
              ":from": from,
              // The messageId follows the time, and "~" sorts after every messageId.
              ":to": `${to}~`,
            }),
            ScanIndexForward: false,
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        );
        for (const item of page.Items ?? []) found.push(parseItem(send, item).messageId);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    },

    /** The ids of the last messages that were sent until this time (ISO 8601), newest first. */
    async findLatest(channel: string, address: string, until: string, limit: number): Promise<string[]> {
      const { Items = [] } = await dynamoDb.send(
        new QueryCommand({
          TableName,
          // Times begin with a digit, so the state of the address sorts after them.
          KeyConditionExpression: "contact = :contact AND #entry < :until",
          ExpressionAttributeNames: { "#entry": "entry" },
          ExpressionAttributeValues: toItem({ ":contact": keyOf(channel, address), ":until": `${until}~` }),
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      return Items.map((item) => parseItem(send, item).messageId);
    },

    async stateOf(channel: string, address: string): Promise<ContactState> {
      const Key = toItem({ contact: keyOf(channel, address), entry: stateEntry });
      const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key }));
      return Item ? parseItem(contactState, Item) : {};
    },

    /** Deletes the state of the address. Its sends stay for their receipts, under the hash, until their time to live ends. */
    async forget(channel: string, address: string): Promise<void> {
      const Key = toItem({ contact: keyOf(channel, address), entry: stateEntry });
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key }));
    },

    /** Sets a time of the state; times only move forward. */
    async advance(channel: string, address: string, field: keyof ContactState, at: string): Promise<void> {
      await isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ contact: keyOf(channel, address), entry: stateEntry }),
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
