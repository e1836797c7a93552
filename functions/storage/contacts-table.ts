/**
 * The contacts table: finds the message that a receipt is about (by the address and the time of the send, or by the provider's
 * message id), and stores when a customer last wrote. Addresses are hashed. Used by the channels, ingest and receipts.
 */
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
import type { KeyedHash } from "./keyed-hash.ts";
import { ttlAfter } from "./ttl.ts";

/** What is known about a customer's address; times are ISO 8601. */
const contactState = v.object({
  /** When the customer last wrote. */
  heardAt: v.exactOptional(v.string()),
  /** Everything sent up to this time is known to be delivered, or read. */
  deliveredUntil: v.exactOptional(v.string()),
  readUntil: v.exactOptional(v.string()),
});
export type ContactState = v.InferOutput<typeof contactState>;

const send = v.object({ messageId: v.string(), entry: v.string() });
const byNewest = (a: { entry: string }, b: { entry: string }) => (a.entry < b.entry ? 1 : -1);

/** The sort key of the state; that of a send is its time. */
const stateEntry = "state";
const sentEntry = "sent";

/** A window is a week at most, and its receipt may come at its end. */
const minDays = 8;

/** The text that is hashed to the key of an address or of a provider's id. */
export const textOfContact = (channel: string, addressOrId: string): string =>
  JSON.stringify([channel, addressOrId]);

export function createContactsTable(
  dynamoDb: DynamoDBClient,
  TableName: string,
  retentionDays: number,
  hash: KeyedHash,
) {
  const newKey = (...of: Parameters<typeof textOfContact>) => hash.newest(textOfContact(...of));
  /** More than one during a key rotation. */
  const everyKey = (...of: Parameters<typeof textOfContact>) => hash.all(textOfContact(...of));
  const keptForDays = Math.max(retentionDays, minDays);
  const ttlFrom = (at: string) => ttlAfter(keptForDays, new Date(at));
  /** `client`: the message's client, for lists by address (message-lists.ts). */
  const putSend = (contact: string, entry: string, messageId: string, at: string, client?: string) =>
    dynamoDb.send(
      new PutItemCommand({
        TableName,
        Item: toItem({ contact, entry, messageId, client, ttl: ttlFrom(at) }),
      }),
    );

  /** The sends under one key, newest first, each with its entry: the time, then the messageId. */
  async function sendsOf(
    condition: string,
    values: Record<string, string>,
    limit?: number,
  ): Promise<v.InferOutput<typeof send>[]> {
    const found: v.InferOutput<typeof send>[] = [];
    let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const page = await dynamoDb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: `contact = :contact AND ${condition}`,
          ExpressionAttributeNames: { "#entry": "entry" },
          ExpressionAttributeValues: toItem(values),
          ScanIndexForward: false,
          ConsistentRead: true,
          ...(limit === undefined ? {} : { Limit: limit }),
          ExclusiveStartKey,
        }),
      );
      for (const item of page.Items ?? []) found.push(parseItem(send, item));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && (limit === undefined || found.length < limit));
    return found;
  }

  /** The ids of the messages that were sent, under every key, newest first. */
  async function idsOf(
    keys: readonly string[],
    condition: string,
    values: Record<string, string>,
    limit?: number,
  ): Promise<string[]> {
    const [first = [], ...others] = await Promise.all(
      keys.map((contact) => sendsOf(condition, { ":contact": contact, ...values }, limit)),
    );
    const all = others.length === 0 ? first : [first, ...others].flat().sort(byNewest);
    return all.slice(0, limit).map(({ messageId }) => messageId);
  }

  return {
    /** Before the send: a receipt may come before the provider's answer, and the function may die before the answer. */
    async recordSend(
      channel: string,
      address: string,
      { messageId, client }: Pick<Message, "messageId" | "client">,
      at: string,
    ): Promise<void> {
      await putSend(await newKey(channel, address), `${at}#${messageId}`, messageId, at, client);
    },

    /**
     * After the send, for receipts that carry only the provider's message id, and for answers that carry another id of the
     * customer instead of the address.
     */
    async recordProviderIds(
      channel: string,
      providerMessageIds: readonly string[],
      messageId: string,
      at: string,
    ): Promise<void> {
      await Promise.all(
        providerMessageIds.map(async (id) => putSend(await newKey(channel, id), sentEntry, messageId, at)),
      );
    },

    /** The id of the message with this provider's message id. */
    async findByProviderId(channel: string, providerMessageId: string): Promise<string | undefined> {
      for (const contact of await everyKey(channel, providerMessageId)) {
        const { Item } = await dynamoDb.send(
          new GetItemCommand({ TableName, Key: toItem({ contact, entry: sentEntry }), ConsistentRead: true }),
        );
        if (Item) return parseItem(send, Item).messageId;
      }
      return undefined;
    },

    /** The ids of the messages that were sent between two times (ISO 8601, both included), newest first. */
    async findSentBetween(channel: string, address: string, from: string, to: string): Promise<string[]> {
      // The messageId follows the time, and "~" sorts after every messageId.
      const times = { ":from": from, ":to": `${to}~` };
      return idsOf(await everyKey(channel, address), "#entry BETWEEN :from AND :to", times);
    },

    /** The ids of the latest messages that were sent up to this time (ISO 8601), newest first. */
    async findLatest(channel: string, address: string, until: string, limit: number): Promise<string[]> {
      // Times begin with a digit, so the state of the address sorts after them.
      return idsOf(await everyKey(channel, address), "#entry < :until", { ":until": `${until}~` }, limit);
    },

    async stateOf(channel: string, address: string): Promise<ContactState> {
      const states = await Promise.all(
        (await everyKey(channel, address)).map(async (contact) => {
          const Key = toItem({ contact, entry: stateEntry });
          const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key }));
          return Item ? parseItem(contactState, Item) : {};
        }),
      );
      return states.reduce(latestOf, {});
    },

    /** Deletes the state of the address. Its sends stay under the hash for their receipts, until their time to live ends. */
    async forget(channel: string, address: string): Promise<void> {
      for (const contact of await everyKey(channel, address)) {
        const Key = toItem({ contact, entry: stateEntry });
        await dynamoDb.send(new DeleteItemCommand({ TableName, Key }));
      }
    },

    /** Sets a time of the state; times only move forward. */
    async advance(channel: string, address: string, field: keyof ContactState, at: string): Promise<void> {
      await isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ contact: await newKey(channel, address), entry: stateEntry }),
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

/** The later of each time of two states. */
function latestOf(a: ContactState, b: ContactState): ContactState {
  const latest: ContactState = { ...a };
  for (const [name, at] of Object.entries(b) as [keyof ContactState, string][])
    if ((latest[name] ?? "") < at) latest[name] = at;
  return latest;
}
export type ContactsTable = ReturnType<typeof createContactsTable>;
