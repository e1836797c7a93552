/**
 * What a link or a button of a page carries, so that the customer who comes by it is known as a profile: a keyed hash of the
 * profile's id, the same each time, which says nothing to others. Items of the contacts table.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { parseItem, toItem } from "../aws/dynamodb.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import { ttlAfter } from "./ttl.ts";

const stored = v.object({ client: v.string(), profileId: v.string() });
export type KnownCustomer = v.InferOutput<typeof stored>;

const entry = "ref";
const textOf = ({ client, profileId }: KnownCustomer) => JSON.stringify(["ref of", client, profileId]);
const keysOf = async (ref: string, hash: KeyedHash) =>
  (await hash.all(JSON.stringify(["ref", ref]))).map((contact) => toItem({ contact, entry }));

export function createCustomerRefs(
  dynamoDb: DynamoDBClient,
  TableName: string,
  retentionDays: number,
  hash: KeyedHash,
) {
  return {
    /**
     * 43 characters, of which Messenger takes 250: https://developers.facebook.com/docs/messenger-platform/reference/web-plugins/
     * It is good for as long as messages are kept.
     */
    async create(customer: KnownCustomer, now: Date): Promise<string> {
      const ref = await hash.newest(textOf(customer));
      const [key] = await keysOf(ref, hash);
      const Item = { ...key, ...toItem({ ...customer, ttl: ttlAfter(retentionDays, now) }) };
      await dynamoDb.send(new PutItemCommand({ TableName, Item }));
      return ref;
    },
    /** Undefined where it is none of ours. */
    async find(ref: string): Promise<KnownCustomer | undefined> {
      for (const Key of await keysOf(ref, hash)) {
        const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key }));
        if (Item) return parseItem(stored, Item);
      }
      return undefined;
    },
    async forget(customer: KnownCustomer): Promise<void> {
      for (const ref of await hash.all(textOf(customer)))
        for (const Key of await keysOf(ref, hash))
          await dynamoDb.send(new DeleteItemCommand({ TableName, Key }));
    },
  };
}
export type CustomerRefs = ReturnType<typeof createCustomerRefs>;
