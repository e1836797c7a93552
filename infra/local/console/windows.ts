/**
 * What the service knows of Meta's 24 hours, forgotten: phones that are as new would otherwise be skipped because of what their
 * customers wrote before. Called by the console's server.
 */
import * as v from "valibot";
import { callDynamoDb } from "../aws/dynamodb.ts";
import type { Stack } from "../cloudformation.ts";

const keys = v.looseObject({ Items: v.array(v.record(v.string(), v.unknown())) });

/** Throws where the template has no contacts table. */
export function windowsOf(stack: Stack, dynamoDbPort: number): { forget: () => Promise<void> } {
  const table = stack.ofType("AWS::DynamoDB::Table").find(({ logicalId }) => logicalId.includes("Contacts"));
  if (table === undefined) throw new Error("the template has no contacts table");
  const TableName = table.ref;
  return {
    async forget() {
      const { Items } = v.parse(
        keys,
        await callDynamoDb(dynamoDbPort, "Scan", {
          TableName,
          FilterExpression: "attribute_exists(heardAt)",
          ProjectionExpression: "contact, #entry",
          ExpressionAttributeNames: { "#entry": "entry" },
        }),
      );
      for (const Key of Items)
        await callDynamoDb(dynamoDbPort, "UpdateItem", {
          TableName,
          Key,
          UpdateExpression: "REMOVE heardAt",
        });
    },
  };
}
