/**
 * What the service knows of customers beyond their profiles, forgotten: when they last wrote (Meta's 24 hours) and what they want
 * (consents). Otherwise phones that are as new would be skipped because of what their customers did before. Called by the console's
 * server.
 */
import * as v from "valibot";
import { callDynamoDb } from "../aws/dynamodb.ts";
import type { Stack } from "../cloudformation.ts";

const keys = v.looseObject({ Items: v.array(v.record(v.string(), v.unknown())) });

/** Throws where the template has no contacts table. */
export function customersOf(stack: Stack, dynamoDbPort: number): { forget: () => Promise<void> } {
  const table = stack.ofType("AWS::DynamoDB::Table").find(({ logicalId }) => logicalId.includes("Contacts"));
  if (table === undefined) throw new Error("the template has no contacts table");
  const TableName = table.ref;
  async function forEach(filter: object, change: (Key: Record<string, unknown>) => Promise<unknown>) {
    const page = { TableName, ProjectionExpression: "contact, #entry", ...filter };
    for (const Key of v.parse(keys, await callDynamoDb(dynamoDbPort, "Scan", page)).Items) await change(Key);
  }
  const ExpressionAttributeNames = { "#entry": "entry" };
  return {
    async forget() {
      await forEach({ FilterExpression: "attribute_exists(heardAt)", ExpressionAttributeNames }, (Key) =>
        callDynamoDb(dynamoDbPort, "UpdateItem", { TableName, Key, UpdateExpression: "REMOVE heardAt" }),
      );
      await forEach(
        {
          FilterExpression: "#entry = :consents",
          ExpressionAttributeNames,
          ExpressionAttributeValues: { ":consents": { S: "consents" } },
        },
        (Key) => callDynamoDb(dynamoDbPort, "DeleteItem", { TableName, Key }),
      );
    },
  };
}
