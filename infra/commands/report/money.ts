/** `npm run report -- --money`: what the stored messages cost, by day, client, country and channel. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  type Accounted,
  createMoneyReport,
  type MoneyReport,
} from "../../../functions/domain/money/money-report.ts";
import type { Days } from "../../../functions/domain/reporting/delivery-report.ts";
import { textTable } from "../text-table.ts";
import { readMessages } from "./read-messages.ts";

export async function readMoney(dynamoDb: DynamoDBClient, table: string, days: Days): Promise<MoneyReport> {
  const money = createMoneyReport();
  const fields = ["client", "createdAt", "country", "route", "attempts", "outcome", "test"] as const;
  for await (const message of readMessages<Accounted>(dynamoDb, table, days, fields)) money.add(message);
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
