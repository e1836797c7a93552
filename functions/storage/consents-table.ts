/**
 * Customers' consents: an item of the contacts table for each address and each profile of a client, under a hash, with no time to
 * live. Used by the profiles API, ingest, the channels and receipts.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import {
  type Consent,
  type ConsentHolder,
  type Consents,
  consent,
  lastWord,
} from "../domain/customer/consent.ts";
import type { KeyedHash } from "./keyed-hash.ts";

const entry = "consents";
const storedConsents = v.objectWithRest({ contact: v.string(), entry: v.string() }, consent);

export function createConsentsTable(dynamoDb: DynamoDBClient, TableName: string, hash: KeyedHash) {
  const textOf = ({ client, field, value }: ConsentHolder) => JSON.stringify([entry, client, field, value]);

  async function get(contact: string, ConsistentRead: boolean): Promise<Consents> {
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName, Key: toItem({ contact, entry }), ConsistentRead }),
    );
    if (Item === undefined) return {};
    const { contact: _, entry: __, ...consents } = parseItem(storedConsents, Item);
    return consents;
  }

  return {
    /**
     * The consents of each holder. `anyTimeNow`: an eventually consistent read, for half the price; they are read again before
     * the send.
     */
    async read(holders: readonly ConsentHolder[], { anyTimeNow = false } = {}): Promise<Consents[]> {
      return Promise.all(
        holders.map(async (holder) => {
          const keys = await hash.all(textOf(holder));
          // More than one during a key rotation.
          return (await Promise.all(keys.map((key) => get(key, !anyTimeNow)))).reduce(withLastWords);
        }),
      );
    },

    /** `channel`: a channel, or `all`. A statement that is earlier than the stored one changes nothing. */
    async record(holder: ConsentHolder, channel: string, word: Consent): Promise<void> {
      const isNewer = word.state === "opted-out" ? "#channel.#at <= :at" : "#channel.#at < :at";
      await isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ contact: await hash.newest(textOf(holder)), entry }),
            UpdateExpression: "SET #channel = :word",
            ConditionExpression: `attribute_not_exists(#channel) OR ${isNewer}`,
            ExpressionAttributeNames: { "#channel": channel, "#at": "at" },
            ExpressionAttributeValues: toItem({ ":word": word, ":at": word.at }),
          }),
        ),
      );
    },

    async forget(holder: ConsentHolder, channel: string): Promise<void> {
      for (const contact of await hash.all(textOf(holder)))
        await isWritten(
          dynamoDb.send(
            new UpdateItemCommand({
              TableName,
              Key: toItem({ contact, entry }),
              UpdateExpression: "REMOVE #channel",
              ConditionExpression: "attribute_exists(#channel)",
              ExpressionAttributeNames: { "#channel": channel },
            }),
          ),
        );
    },
  };
}
export type ConsentsTable = ReturnType<typeof createConsentsTable>;

function withLastWords(a: Consents, b: Consents): Consents {
  const channels = Object.keys({ ...a, ...b });
  return Object.fromEntries(
    channels.flatMap((channel) => {
      const word = lastWord(a[channel], b[channel]);
      return word === undefined ? [] : [[channel, word]];
    }),
  );
}
