/** `npm run report -- --money`: what the stored messages cost, by day, client, country and channel. */
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import {
  type Accounted,
  createMoneyReport,
  type MoneyReport,
} from "../../../functions/routing/money-report.ts";
import { textTable } from "../text-table.ts";

/** The days are UTC, both included. */
export interface Days {
  from: string;
  to: string;
}

/** Reads the whole table, a page at a time: a report is rare, and an index would be written with every message. */
export async function readMoney(
  dynamoDb: DynamoDBClient,
  TableName: string,
  { from, to }: Days,
): Promise<MoneyReport> {
  const pages = paginateScan(
    { client: dynamoDb },
    {
      TableName,
      FilterExpression: "createdAt BETWEEN :from AND :to",
      ExpressionAttributeValues: marshall({ ":from": `${from}T`, ":to": `${to}T~` }),
      ProjectionExpression: "#client, createdAt, country, #route, attempts, #outcome",
      ExpressionAttributeNames: { "#client": "client", "#route": "route", "#outcome": "outcome" },
    },
  );
  const money = createMoneyReport();
  for await (const { Items = [] } of pages)
    for (const item of Items) money.add(unmarshall(item) as Accounted);
  return money.report();
}

export function moneyTable({ rows, messages, usd, saved }: MoneyReport): string {
  const lines = rows.map((row) => [
    row.day,
    row.client,
    row.country,
    row.channel,
    String(row.attempts),
    row.unpriced === 0 ? row.usd : `${row.usd} and ${row.unpriced} without a price`,
  ]);
  const table = textTable(["DAY", "CLIENT", "COUNTRY", "CHANNEL", "ATTEMPTS", "USD"], lines);
  return `${table}\n${messages} messages cost ${usd} USD; the order of their channels saved ${saved} USD.`;
}
