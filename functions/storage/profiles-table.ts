/** The profiles table: what a client knows of a customer, one item a profile, its fields beside the key. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { fromItem, toItem } from "../aws/dynamodb.ts";
import type { Profile } from "../domain/customer/profile.ts";

export function createProfilesTable(client: DynamoDBClient, TableName: string) {
  /** A client's own: no two clients meet in one item, whatever their names and ids have in them. */
  const keyOf = (owner: string, profileId: string) => ({
    _key: `${owner.replaceAll("%", "%25").replaceAll("#", "%23")}#${profileId}`,
  });
  return {
    async get(owner: string, profileId: string): Promise<Profile | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: toItem(keyOf(owner, profileId)), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { _key, ...fields } = fromItem(Item);
      return fields as Profile;
    },
    async replace(owner: string, profileId: string, profile: Profile): Promise<void> {
      await client.send(
        new PutItemCommand({ TableName, Item: toItem({ ...profile, ...keyOf(owner, profileId) }) }),
      );
    },
    /** Sets these fields and leaves the others; makes the profile where there is none. */
    async merge(owner: string, profileId: string, fields: Profile): Promise<void> {
      const entries = Object.entries(fields);
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: toItem(keyOf(owner, profileId)),
          UpdateExpression: `SET ${entries.map((_, index) => `#f${index} = :f${index}`).join(", ")}`,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#f${index}`, name])),
          ExpressionAttributeValues: toItem(
            Object.fromEntries(entries.map(([, value], index) => [`:f${index}`, value])),
          ),
        }),
      );
    },
    async delete(owner: string, profileId: string): Promise<void> {
      await client.send(new DeleteItemCommand({ TableName, Key: toItem(keyOf(owner, profileId)) }));
    },
  };
}
export type ProfilesTable = ReturnType<typeof createProfilesTable>;
