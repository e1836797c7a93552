/**
 * What this layer keeps beside our messages, in the contacts table under hashed keys: each request as it came, with what became
 * of it; and for a profile's history, what the customer wrote and what never became a message of ours.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { parseItem, toItem } from "../../aws/dynamodb.ts";
import type { KeyedHash } from "../../storage/keyed-hash.ts";

const note = v.object({ path: v.string(), message: v.string() });
const record = v.object({
  /** As it came; absent once it is redacted or deleted. */
  request: v.exactOptional(v.record(v.string(), v.unknown())),
  /** Of the request, kept also when it is redacted. */
  rules: v.array(v.string()),
  profileId: v.exactOptional(v.string()),
  warnings: v.array(note),
  skipped: v.array(v.object({ channel: v.string(), reason: v.string() })),
  /** Why it never became a message of ours. */
  failed: v.exactOptional(v.string()),
  createdAt: v.string(),
  /** The id of the API key. */
  createdBy: v.string(),
  updatedAt: v.string(),
  redactedAt: v.exactOptional(v.string()),
  /** It is no longer shown; what is under way goes on, and is redacted when it ends. */
  deletedAt: v.exactOptional(v.string()),
  ttl: v.number(),
});
export type OmnichannelRecord = v.InferOutput<typeof record>;

const historyEntry = v.object({
  messageId: v.string(),
  submittedOn: v.string(),
  profileId: v.string(),
  channelId: v.exactOptional(v.string()),
  direction: v.picklist(["inbound", "outbound"]),
  status: v.string(),
  message: v.record(v.string(), v.unknown()),
});
export type HistoryEntry = v.InferOutput<typeof historyEntry>;

const stored = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.object({ entry: v.string(), data: v.pipe(v.string(), v.parseJson(), schema) });
const storedRecord = stored(record);
const storedEntry = stored(historyEntry);

const recordEntry = "omnichannel";

export function createRecords(dynamoDb: DynamoDBClient, TableName: string, hash: KeyedHash) {
  const textOf = (...of: string[]) => JSON.stringify(["omnichannel", ...of]);
  const get = async (text: string, entry: string) => {
    for (const contact of await hash.all(text)) {
      const Key = toItem({ contact, entry });
      const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      if (Item) return Item;
    }
    return undefined;
  };
  /** As JSON: DynamoDB keeps neither the depth nor the order of what others send. */
  const put = async (text: string, entry: string, data: object, ttl: number) => {
    const Item = toItem({ contact: await hash.newest(text), entry, data: JSON.stringify(data), ttl });
    await dynamoDb.send(new PutItemCommand({ TableName, Item }));
  };

  return {
    async get(client: string, messageId: string): Promise<OmnichannelRecord | undefined> {
      const item = await get(textOf("message", client, messageId), recordEntry);
      return item && parseItem(storedRecord, item).data;
    },
    async put(client: string, messageId: string, given: OmnichannelRecord): Promise<void> {
      await put(textOf("message", client, messageId), recordEntry, given, given.ttl);
    },
    async addToHistory(client: string, entry: HistoryEntry, ttl: number): Promise<void> {
      const { profileId, submittedOn, messageId } = entry;
      await put(textOf("history", client, profileId), `${submittedOn}#${messageId}`, entry, ttl);
      if (entry.direction === "inbound")
        await put(textOf("inbound", client, messageId), recordEntry, entry, ttl);
    },
    /** Of what a customer wrote. */
    async inbound(client: string, messageId: string): Promise<HistoryEntry | undefined> {
      const item = await get(textOf("inbound", client, messageId), recordEntry);
      return item && parseItem(storedEntry, item).data;
    },
    /** Newest first, from before this time (ISO 8601). */
    async history(client: string, profileId: string, before: string, limit: number): Promise<HistoryEntry[]> {
      const contacts = await hash.all(textOf("history", client, profileId));
      const pages = await Promise.all(
        contacts.map((contact) =>
          dynamoDb.send(
            new QueryCommand({
              TableName,
              KeyConditionExpression: "contact = :contact AND #entry < :before",
              ExpressionAttributeNames: { "#entry": "entry" },
              ExpressionAttributeValues: toItem({ ":contact": contact, ":before": before }),
              ScanIndexForward: false,
              Limit: limit,
            }),
          ),
        ),
      );
      return pages.flatMap(({ Items = [] }) => Items.map((item) => parseItem(storedEntry, item).data));
    },
    async forgetHistory(client: string, profileId: string): Promise<void> {
      const most = 500;
      for (const contact of await hash.all(textOf("history", client, profileId)))
        for (let found = most; found === most; ) {
          const { Items = [] } = await dynamoDb.send(
            new QueryCommand({
              TableName,
              KeyConditionExpression: "contact = :contact",
              ExpressionAttributeValues: toItem({ ":contact": contact }),
              Limit: most,
            }),
          );
          found = Items.length;
          for (const { entry } of Items)
            await dynamoDb.send(
              new DeleteItemCommand({ TableName, Key: toItem({ contact, entry: String(entry?.S) }) }),
            );
        }
    },
  };
}
export type Records = ReturnType<typeof createRecords>;
