/** The clients table: what a client has set, one item each: its settings, its rule sets and its daily budget. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { parseItem, toItem } from "../aws/dynamodb.ts";
import { categories, statuses } from "../domain/channel.ts";
import type { ClientSettings } from "../domain/customer/client-settings.ts";
import { storedQuietRule } from "../domain/customer/quiet-hours.ts";
import { purposes } from "../domain/message/message.ts";
import { usd } from "../domain/money/price-table.ts";
import type { RuleSet } from "../domain/route/rules.ts";

const budget = v.object({ usd });
/** Countries are any text: one that a later version of the library no longer knows allows nothing. */
const storedSettings = v.object({
  settings: v.object({
    defaultCountry: v.exactOptional(v.string()),
    defaultCategory: v.exactOptional(v.picklist(categories)),
    countries: v.exactOptional(v.array(v.string())),
    requireOptIn: v.exactOptional(v.boolean()),
    quietHours: v.exactOptional(v.array(storedQuietRule)),
    caps: v.exactOptional(
      v.array(v.object({ categories: v.array(v.string()), most: v.number(), days: v.number() })),
    ),
  }),
});
export type StoredSettings = v.InferOutput<typeof storedSettings>["settings"];
/** Channels are any text: one that a later deployment no longer has is skipped, with that reason. */
const storedRuleSet = v.object({
  rules: v.object({
    prefer: v.optional(v.picklist(purposes)),
    channels: v.array(
      v.object({
        channel: v.string(),
        fallbackAfter: v.optional(v.union([v.number(), v.literal("auto")])),
        until: v.optional(v.picklist(statuses)),
      }),
    ),
  }),
});

export function createClientsTable(dynamoDb: DynamoDBClient, TableName: string) {
  const ruleSetEntry = (name: string) => `rules#${name}`;
  const get = async (clientId: string, entry: string) => {
    const Key = toItem({ client: clientId, entry });
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName, Key }));
    return Item;
  };

  return {
    async ruleSet(clientId: string, name: string): Promise<RuleSet | undefined> {
      const item = await get(clientId, ruleSetEntry(name));
      return item && parseItem(storedRuleSet, item).rules;
    },
    async putRuleSet(clientId: string, name: string, rules: RuleSet): Promise<void> {
      const Item = toItem({ client: clientId, entry: ruleSetEntry(name), rules });
      await dynamoDb.send(new PutItemCommand({ TableName, Item }));
    },
    async deleteRuleSet(clientId: string, name: string): Promise<void> {
      const Key = toItem({ client: clientId, entry: ruleSetEntry(name) });
      await dynamoDb.send(new DeleteItemCommand({ TableName, Key }));
    },
    /** Empty where the client has set nothing. */
    async settings(clientId: string): Promise<StoredSettings> {
      const item = await get(clientId, "settings");
      return item ? parseItem(storedSettings, item).settings : {};
    },
    async putSettings(clientId: string, settings: ClientSettings): Promise<void> {
      const Item = toItem({ client: clientId, entry: "settings", settings });
      await dynamoDb.send(new PutItemCommand({ TableName, Item }));
    },
    /** US dollars a day, decimal text; undefined where the client has no budget. */
    async budget(clientId: string): Promise<string | undefined> {
      const item = await get(clientId, "budget");
      return item && parseItem(budget, item).usd;
    },
  };
}
export type ClientsTable = ReturnType<typeof createClientsTable>;
