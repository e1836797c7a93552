/** The clients table: what belongs to a client as a whole, an item each: its rule sets, and its budget a day. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { type RuleSet, ruleSet } from "../ingest/rules.ts";
import { usd } from "../routing/price-table.ts";
import { fromItem, toItem } from "./dynamodb.ts";

const budget = v.object({ usd });

export function createClientsTable(client: DynamoDBClient, TableName: string) {
  const ruleSetEntry = (name: string) => `rules#${name}`;
  const get = async (owner: string, entry: string) => {
    const Key = toItem({ client: owner, entry });
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
    return Item && fromItem(Item);
  };

  return {
    async ruleSet(owner: string, name: string): Promise<RuleSet | undefined> {
      const item = await get(owner, ruleSetEntry(name));
      return item && v.parse(ruleSet, item.rules);
    },
    async putRuleSet(owner: string, name: string, rules: RuleSet): Promise<void> {
      await client.send(
        new PutItemCommand({ TableName, Item: toItem({ client: owner, entry: ruleSetEntry(name), rules }) }),
      );
    },
    async deleteRuleSet(owner: string, name: string): Promise<void> {
      const Key = toItem({ client: owner, entry: ruleSetEntry(name) });
      await client.send(new DeleteItemCommand({ TableName, Key }));
    },
    /** US dollars a day, decimal text; undefined where the client has no budget. */
    async budget(owner: string): Promise<string | undefined> {
      const item = await get(owner, "budget");
      return item && v.parse(budget, item).usd;
    },
  };
}
export type ClientsTable = ReturnType<typeof createClientsTable>;
