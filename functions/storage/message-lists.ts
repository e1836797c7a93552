/**
 * Lists of messages in the contacts table: of a profile, with a reference, and to an address. Those of addresses are written for
 * receipts (contacts-table.ts). A row may be out of date, so whoever reads a list compares each message with what was asked for.
 * Keys are hashed and include the client. Those of addresses cannot, because a receipt names no client: there the rows have it.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { parseItem, toItem } from "../aws/dynamodb.ts";
import type { Message } from "../domain/message/message.ts";
import { textOfContact } from "./contacts-table.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import { ttlAfter } from "./ttl.ts";

export type List =
  | { of: "profile" | "reference"; client: string; value: string }
  | { of: "address"; channel: string; address: string };

/** `position`: the time and the id; it is also the sort order. */
const row = v.pipe(
  v.object({
    entry: v.string(),
    messageId: v.string(),
    /** For a customer's answer: the channel by which they wrote. */
    answeredBy: v.exactOptional(v.string()),
  }),
  v.transform(({ entry: position, ...others }) => ({ position, ...others })),
);
export type ListRow = v.InferOutput<typeof row>;

/** Positions from `from` (included) to `before` (excluded). */
export interface Range {
  from: string;
  before: string;
  limit: number;
}
/** Newest first. `goOnBefore`: there may be more below this position. */
export interface ListPage {
  rows: ListRow[];
  goOnBefore?: string;
}

const cutEntry = "cut";
/** However short the retention, windows keep no message longer than this. */
const longestDays = 60;
const cut = v.object({ before: v.string() });
/** The most rows that one read looks at, where most of them are another client's. */
const mostRows = 20_000;

const textOf = (list: List): string =>
  list.of === "address"
    ? textOfContact(list.channel, list.address)
    : JSON.stringify([list.of, list.client, list.value]);

/** The lists to which a message is added when it is accepted. */
export const listsOf = ({ client, profileId, reference }: Message): List[] => [
  ...(profileId === undefined ? [] : [{ of: "profile", client, value: profileId } as const]),
  ...(reference === undefined ? [] : [{ of: "reference", client, value: reference } as const]),
];
export const positionOf = ({ createdAt, messageId }: Message): string => `${createdAt}#${messageId}`;

export function createMessageLists(dynamoDb: DynamoDBClient, TableName: string, hash: KeyedHash) {
  const put = async (list: List, entry: string, fields: Record<string, unknown>) => {
    const Item = toItem({ contact: await hash.newest(textOf(list)), entry, ...fields });
    await dynamoDb.send(new PutItemCommand({ TableName, Item }));
  };

  /** The position up to which everything was forgotten; "" where nothing was. */
  async function cutOf(contact: string): Promise<string> {
    const Key = toItem({ contact, entry: cutEntry });
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return Item ? parseItem(cut, Item).before : "";
  }

  return {
    /** Idempotent. `answeredBy`: for an answer of the customer, the channel. */
    async add(
      list: List,
      position: string,
      { messageId, ttl }: Pick<Message, "messageId" | "ttl">,
      answeredBy?: string,
    ): Promise<void> {
      await put(list, position, { messageId, ttl, answeredBy });
    },

    async remove(list: List, position: string): Promise<void> {
      const contacts = await hash.all(textOf(list));
      await Promise.all(
        contacts.map((contact) =>
          dynamoDb.send(new DeleteItemCommand({ TableName, Key: toItem({ contact, entry: position }) })),
        ),
      );
    },

    /** Hides everything that is in the list up to now, in one write; the rows expire by their time to live. */
    async cutOff(list: List, now: Date, retentionDays: number): Promise<void> {
      const ttl = ttlAfter(Math.max(retentionDays, longestDays), now);
      await put(list, cutEntry, { before: `${now.toISOString()}~`, ttl });
    },

    /** A page for each key of the list. Rows of other clients are left out. */
    async read(list: List, client: string, { from, before, limit }: Range): Promise<ListPage[]> {
      const contacts = await hash.all(textOf(list));
      const cuts = list.of === "profile" ? await Promise.all(contacts.map(cutOf)) : [];
      const since = [from, ...cuts].sort().at(-1) ?? from;
      return Promise.all(
        contacts.map((contact) => readPage(contact, client, { from: since, before, limit })),
      );
    },
  };

  async function readPage(
    contact: string,
    client: string,
    { from, before, limit }: Range,
  ): Promise<ListPage> {
    const rows: ListRow[] = [];
    let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
    if (from >= before) return { rows };
    // Reads more each time: a number to which many clients write is rare.
    for (let most = limit + 1; ; most *= 8) {
      const page = await dynamoDb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "contact = :contact AND #entry BETWEEN :from AND :before",
          FilterExpression: "attribute_not_exists(client) OR client = :client",
          ExpressionAttributeNames: { "#entry": "entry" },
          ExpressionAttributeValues: toItem({
            ":contact": contact,
            ":from": from,
            ":before": before,
            ":client": client,
          }),
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: most,
          ExclusiveStartKey,
        }),
      );
      rows.push(
        ...(page.Items ?? []).map((item) => parseItem(row, item)).filter(({ position }) => position < before),
      );
      ExclusiveStartKey = page.LastEvaluatedKey;
      if (ExclusiveStartKey === undefined) return { rows };
      if (rows.length >= limit || most >= mostRows)
        return { rows, goOnBefore: ExclusiveStartKey.entry?.S ?? "" };
    }
  }
}
export type MessageLists = ReturnType<typeof createMessageLists>;
