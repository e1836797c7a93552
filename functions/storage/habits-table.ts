/**
 * The habits table: counters of what is known about a customer on each channel (one small item per profile), and about everyone
 * on a channel in a country (one item each). Written by functions/events, read at ingest where the rules need it.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { isWritten, parseItem, toItem } from "../aws/dynamodb.ts";
import type { ChannelHabits, Counters } from "../domain/route/habits.ts";

export interface Customer {
  clientId: string;
  profileId: string | undefined;
  country: string | undefined;
}

/** Two clients never share an item. */
export const habitOfProfile = (clientId: string, profileId: string) =>
  JSON.stringify(["profile", clientId, profileId]);
export const habitOfCountry = (channel: string, country: string | undefined) =>
  JSON.stringify(["channel", channel, country ?? "other"]);
/** The counter's name in the item of a profile, which holds all channels. */
export const counterOfChannel = (channel: string, counter: string) => `${channel}_${counter}`;

/** The counters are the item's numbers; besides them it has its key, its last batch and its time to live. */
const habitItem = v.pipe(
  v.record(v.string(), v.unknown()),
  v.transform(
    ({ ttl: _, ...fields }): Counters =>
      Object.fromEntries(
        Object.entries(fields).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
      ),
  ),
);

export function createHabitsTable(dynamoDb: DynamoDBClient, TableName: string) {
  const get = async (habit: string): Promise<Counters> => {
    // Eventually consistent, for half the price: a delay of a second does not matter here.
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key: toItem({ habit }) }));
    return Item ? parseItem(habitItem, Item) : {};
  };

  return {
    /** The habits by channel: one read per channel, and one for the profile. */
    async read(
      { clientId, profileId, country }: Customer,
      channels: readonly string[],
    ): Promise<(channel: string) => ChannelHabits> {
      const none: Counters = {};
      const [own = none, ...everyone] = await Promise.all([
        profileId === undefined ? none : get(habitOfProfile(clientId, profileId)),
        ...channels.map((channel) => get(habitOfCountry(channel, country))),
      ]);
      return (channel) => {
        const prefix = counterOfChannel(channel, "");
        const ofChannel = Object.entries(own).flatMap(([name, value]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
        );
        return {
          own: Object.fromEntries(ofChannel),
          everyone: everyone[channels.indexOf(channel)] ?? {},
        };
      };
    },

    /** Deletes what is known about a customer; receipts of messages that are under way may create it again. */
    async forget(clientId: string, profileId: string): Promise<void> {
      const Key = toItem({ habit: habitOfProfile(clientId, profileId) });
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key }));
    },

    /** Adds to the counters, unless this batch was the last one added: Lambda may deliver a batch again. */
    async add(habit: string, changes: Counters, batch: string, endsAt: Date): Promise<void> {
      const entries = Object.entries(changes);
      await isWritten(
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: toItem({ habit }),
            UpdateExpression: `SET #batch = :batch, #ttl = :ttl ADD ${entries.map((_, index) => `#c${index} :c${index}`).join(", ")}`,
            ConditionExpression: "attribute_not_exists(#batch) OR #batch <> :batch",
            ExpressionAttributeNames: {
              "#batch": "batch",
              "#ttl": "ttl",
              ...Object.fromEntries(entries.map(([name], index) => [`#c${index}`, name])),
            },
            ExpressionAttributeValues: toItem({
              ":batch": batch,
              ":ttl": Math.ceil(endsAt.getTime() / 1000),
              ...Object.fromEntries(entries.map(([, value], index) => [`:c${index}`, value])),
            }),
          }),
        ),
      );
    },
  };
}
export type HabitsTable = ReturnType<typeof createHabitsTable>;
