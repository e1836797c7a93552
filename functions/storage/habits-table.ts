/**
 * The habits table: what is known of a customer on each channel (one small item a profile) and of everyone on a channel in a
 * country (one item each), as counters. Written by functions/events, read at ingest where rules ask for it.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { fromItem, isWritten, toItem } from "../aws/dynamodb.ts";
import type { Counters, Known } from "../domain/route/habits.ts";

export interface Customer {
  owner: string;
  profileId: string | undefined;
  country: string | undefined;
}

/** A client's own: no two clients meet in one item. */
export const habitOfProfile = (owner: string, profileId: string) =>
  JSON.stringify(["profile", owner, profileId]);
export const habitOfCountry = (channel: string, country: string | undefined) =>
  JSON.stringify(["channel", channel, country ?? "other"]);
/** In a profile's item each channel has its own counters. */
export const counterOfChannel = (channel: string, counter: string) => `${channel}_${counter}`;

export function createHabitsTable(client: DynamoDBClient, TableName: string) {
  const get = async (habit: string): Promise<Record<string, unknown>> => {
    // A moment's delay changes no habit: the cheaper read.
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: toItem({ habit }) }));
    return Item ? fromItem(Item) : {};
  };

  return {
    /** One read a channel, and one for the profile. */
    async of({ owner, profileId, country }: Customer, channels: readonly string[]) {
      const [own, ...everyone] = await Promise.all([
        profileId === undefined ? {} : get(habitOfProfile(owner, profileId)),
        ...channels.map((channel) => get(habitOfCountry(channel, country))),
      ]);
      return (channel: string): Known => {
        const prefix = counterOfChannel(channel, "");
        const ofChannel = Object.entries(own ?? {}).flatMap(([name, value]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
        );
        return {
          own: numbersIn(Object.fromEntries(ofChannel)),
          everyone: numbersIn(everyone[channels.indexOf(channel)] ?? {}),
        };
      };
    },

    /** What is known of a customer; news of messages that are still out may begin it anew. */
    async forget(owner: string, profileId: string): Promise<void> {
      const Key = toItem({ habit: habitOfProfile(owner, profileId) });
      await client.send(new DeleteItemCommand({ TableName, Key }));
    },

    /** Adds, unless this batch was the last to be added: Lambda may hand a batch over again. */
    async add(habit: string, changes: Counters, batch: string, endsAt: Date): Promise<void> {
      const entries = Object.entries(changes);
      await isWritten(
        client.send(
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

const numbersIn = (fields: Record<string, unknown>): Counters =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
