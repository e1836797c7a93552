/** Items of this layer in the clients table: a client's webhooks, and what is known of its profiles beside their fields. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../../aws/dynamodb.ts";

const stamps = {
  _createdOn: v.string(),
  _createdBy: v.string(),
  _updatedOn: v.string(),
  _updatedBy: v.string(),
};
export type Stamps = v.InferOutput<ReturnType<typeof v.object<typeof stamps>>>;

const profileNote = v.object(stamps);
export const storedWebhook = v.object({
  id: v.string(),
  name: v.string(),
  url: v.string(),
  secret: v.exactOptional(v.string()),
  subscriptions: v.exactOptional(
    v.array(
      v.object({
        type: v.string(),
        filters: v.exactOptional(v.array(v.object({ name: v.string(), value: v.string() }))),
      }),
    ),
  ),
  batch: v.exactOptional(v.boolean()),
  maxBatchSize: v.exactOptional(v.number()),
  batchTimeout: v.exactOptional(v.number()),
  ...stamps,
});
export type StoredWebhook = v.InferOutput<typeof storedWebhook>;

/** The beginning of each entry's name; `~` sorts after every id. */
const kinds = { webhook: "omnichannel#webhook#", profile: "omnichannel#profile#" } as const;

function createEntries<Value extends { _updatedOn: string }>(
  dynamoDb: DynamoDBClient,
  TableName: string,
  kind: keyof typeof kinds,
  schema: v.GenericSchema<unknown, Value>,
) {
  const item = v.object({ entry: v.string(), value: schema });
  const keyOf = (client: string, id: string) => toItem({ client, entry: `${kinds[kind]}${id}` });
  return {
    async get(client: string, id: string): Promise<Value | undefined> {
      const { Item } = await dynamoDb.send(
        new GetItemCommand({ TableName, Key: keyOf(client, id), ConsistentRead: true }),
      );
      return Item && parseItem(item, Item).value;
    },
    /** False where it is another by now than `before`, or there is one already. */
    put(client: string, id: string, value: Value, before?: { _updatedOn: string }) {
      return isWritten(
        dynamoDb.send(
          new PutItemCommand({
            TableName,
            Item: { ...keyOf(client, id), ...toItem({ value }) },
            ConditionExpression: before ? "#value.#updated = :updated" : "attribute_not_exists(#value)",
            ExpressionAttributeNames: { "#value": "value", ...(before ? { "#updated": "_updatedOn" } : {}) },
            ...(before ? { ExpressionAttributeValues: toItem({ ":updated": before._updatedOn }) } : {}),
          }),
        ),
      );
    },
    async delete(client: string, id: string): Promise<void> {
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key: keyOf(client, id) }));
    },
    async values(client: string): Promise<Value[]> {
      const values: Value[] = [];
      for await (const { value } of this.all(client)) values.push(value);
      return values;
    },
    /** By their ids, in the order of these. */
    async *all(client: string): AsyncGenerator<{ id: string; value: Value }> {
      let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
      do {
        const page = await dynamoDb.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "client = :client AND begins_with(#entry, :kind)",
            ExpressionAttributeNames: { "#entry": "entry" },
            ExpressionAttributeValues: toItem({ ":client": client, ":kind": kinds[kind] }),
            ExclusiveStartKey,
          }),
        );
        for (const one of page.Items ?? []) {
          const { entry, value } = parseItem(item, one);
          yield { id: entry.slice(kinds[kind].length), value };
        }
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    },
  };
}

export const createWebhookEntries = (dynamoDb: DynamoDBClient, table: string) =>
  createEntries(dynamoDb, table, "webhook", storedWebhook);
export const createProfileEntries = (dynamoDb: DynamoDBClient, table: string) =>
  createEntries(dynamoDb, table, "profile", profileNote);
export type WebhookEntries = ReturnType<typeof createWebhookEntries>;
export type ProfileEntries = ReturnType<typeof createProfileEntries>;

export const newStamps = (by: string, now: Date, before?: Stamps): Stamps => {
  const at = now.toISOString();
  return {
    _createdOn: before?._createdOn ?? at,
    _createdBy: before?._createdBy ?? by,
    // Two changes in one millisecond are two versions.
    _updatedOn: before !== undefined && before._updatedOn >= at ? after(before._updatedOn) : at,
    _updatedBy: by,
  };
};
const after = (time: string) => new Date(Date.parse(time) + 1).toISOString();
