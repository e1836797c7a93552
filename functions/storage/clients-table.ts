/** The clients table: what belongs to a client as a whole, an item each: its rule sets, and its budget a day. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { fromItem, toItem } from "../aws/dynamodb.ts";
import { statuses } from "../domain/channel.ts";
import { purposes } from "../domain/message/message.ts";
import { usd } from "../domain/money/price-table.ts";
import type { RuleSet } from "../domain/route/rules.ts";

const budget = v.object({ usd });
/** As they were checked when they were put; a channel that is no longer enabled since is skipped, with that reason. */
const storedRules = v.object({
  prefer: v.optional(v.picklist(purposes)),
  channels: v.array(
    v.object({
      channel: v.string(),
      fallbackAfter: v.optional(v.union([v.number(), v.literal("auto")])),
      until: v.optional(v.picklist(statuses)),
    }),
  ),
});

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
      return item && v.parse(storedRules, item.rules);
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
