/** The profiles table: what a client knows about a customer, one item per profile, with its fields beside the key. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { parseItem, toItem } from "../aws/dynamodb.ts";
import { type Profile, storedProfile } from "../domain/customer/profile.ts";

export function createProfilesTable(dynamoDb: DynamoDBClient, TableName: string) {
  /** Two clients never share an item, whatever characters are in their names and ids. */
  const keyOf = (clientId: string, profileId: string) => ({
    _key: `${clientId.replaceAll("%", "%25").replaceAll("#", "%23")}#${profileId}`,
  });
  return {
    async get(clientId: string, profileId: string): Promise<Profile | undefined> {
      const { Item } = await dynamoDb.send(
        new GetItemCommand({ TableName, Key: toItem(keyOf(clientId, profileId)), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { _key, ...fields } = parseItem(storedProfile, Item);
      return fields;
    },
    async replace(clientId: string, profileId: string, profile: Profile): Promise<void> {
      await dynamoDb.send(
        new PutItemCommand({ TableName, Item: toItem({ ...profile, ...keyOf(clientId, profileId) }) }),
      );
    },
    /** Sets these fields and leaves the others; creates the profile where there is none. */
    async merge(clientId: string, profileId: string, fields: Profile): Promise<void> {
      const entries = Object.entries(fields);
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: toItem(keyOf(clientId, profileId)),
          UpdateExpression: `SET ${entries.map((_, index) => `#f${index} = :f${index}`).join(", ")}`,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#f${index}`, name])),
          ExpressionAttributeValues: toItem(
            Object.fromEntries(entries.map(([, value], index) => [`:f${index}`, value])),
          ),
        }),
      );
    },
    async delete(clientId: string, profileId: string): Promise<void> {
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key: toItem(keyOf(clientId, profileId)) }));
    },
  };
}
export type ProfilesTable = ReturnType<typeof createProfilesTable>;
