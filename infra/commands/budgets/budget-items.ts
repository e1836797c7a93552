/** The budgets in the clients table, one item per client that has one. Ingest reads them (functions/storage/clients-table.ts). */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";

const storedBudget = v.object({ client: v.string(), usd: v.string() });
const entry = "budget";

export async function setBudget(dynamoDb: DynamoDBClient, TableName: string, client: string, usd: string) {
  await dynamoDb.send(new PutItemCommand({ TableName, Item: marshall({ client, entry, usd }) }));
}

export async function listBudgets(dynamoDb: DynamoDBClient, TableName: string) {
  const pages = paginateScan(
    { client: dynamoDb },
    {
      TableName,
      FilterExpression: "entry = :entry",
      ExpressionAttributeValues: marshall({ ":entry": entry }),
    },
  );
  const budgets: v.InferOutput<typeof storedBudget>[] = [];
  for await (const { Items = [] } of pages)
    for (const item of Items) budgets.push(v.parse(storedBudget, unmarshall(item)));
  return budgets.sort((a, b) => (a.client < b.client ? -1 : 1));
}

/** False where there was none. */
export async function removeBudget(dynamoDb: DynamoDBClient, TableName: string, client: string) {
  const { Attributes } = await dynamoDb.send(
    new DeleteItemCommand({ TableName, Key: marshall({ client, entry }), ReturnValues: "ALL_OLD" }),
  );
  return Attributes !== undefined;
}
