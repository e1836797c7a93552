/** Reads the stored messages of some days, for the reports. */
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Days } from "../../../functions/domain/reporting/delivery-report.ts";

/**
 * The messages that were accepted on these days. Scans the whole table: a report is rare, and an index would be written with
 * every message.
 */
export async function* readMessages<Stored>(
  dynamoDb: DynamoDBClient,
  TableName: string,
  { from, to }: Days,
  fields: readonly (keyof Stored & string)[],
): AsyncGenerator<Stored> {
  const pages = paginateScan(
    { client: dynamoDb },
    {
      TableName,
      FilterExpression: "#createdAt BETWEEN :from AND :to",
      ExpressionAttributeValues: marshall({ ":from": `${from}T`, ":to": `${to}T~` }),
      ProjectionExpression: fields.map((field) => `#${field}`).join(", "),
      ExpressionAttributeNames: Object.fromEntries(
        ["createdAt", ...fields].map((field) => [`#${field}`, field]),
      ),
    },
  );
  for await (const { Items = [] } of pages) for (const item of Items) yield unmarshall(item) as Stored;
}
