/** `npm run report`: what happened to the messages of some days, as a page with charts; or what they cost, as a table. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Days } from "../../functions/domain/reporting/delivery-report.ts";
import { readArguments, runCommand, UsageError } from "./command-line.ts";
import { localNow, useLocalRun } from "./local-run.ts";
import { moneyTable, readMoney } from "./report/money.ts";
import { checkFile, writePage } from "./report/write-page.ts";
import { stackHelp } from "./stack-name.ts";
import { findTableName, messagesTable } from "./table-name.ts";

const help = `npm run report -- [--local] [--out FILE] [--from DAY] [--to DAY]
npm run report -- --money [--local] [--from DAY] [--to DAY]

Writes an HTML page about the messages that were accepted on these days: attempts, deliveries, failures by error name,
time to delivery, fallback rate, skipped channels; as charts and tables, by hour (up to three days) or by day. The numbers
are those of the CloudWatch metrics.
With --money: what they cost by day, client, country and channel, with the total: the sum of their traces, to the last decimal.
Both read the whole table of messages, which keeps them for the deployment's retentionDays.

  --out FILE         where the page is written (report.html)
  --money            prints the report of costs, as text
  --from DAY         the first day, UTC: 2030-01-31; without it, that of --to; without both, the page covers the last 7 days
  --to DAY           the last day; without it, that of --from, or today
  --local            the local run on this machine (npm start; AWS_PORT, CARRIER_PORT) and its clock, without an account
  --table NAME       the table; without it MESSAGES_TABLE, or the output MessagesTableName of the stack
${stackHelp}

AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI.
Exit status: 0 done, 1 failed, 2 wrong usage.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    money: { type: "boolean" },
    out: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
    local: { type: "boolean" },
    table: { type: "string" },
    stack: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`unknown argument "${positionals[0]}"`);
  if (values.money && values.out !== undefined)
    throw new UsageError("--money prints text: omit --out, and redirect the output for a file");
  if (values.local) useLocalRun(process.env);
  const now = (values.local ? await localNow(process.env) : new Date()).toISOString();
  const days = daysOf(values, now.slice(0, 10), values.money ? 1 : 7);
  const file = values.out ?? "report.html";
  if (!values.money) checkFile(file);
  const table = await findTableName(values, process.env, messagesTable);
  const dynamoDb = new DynamoDBClient();
  if (values.money) console.log(moneyTable(await readMoney(dynamoDb, table, days)));
  else
    await writePage(dynamoDb, table, {
      days,
      at: now,
      file,
      isFitted: values.from === undefined && values.to === undefined,
    });
  return 0;
});

function daysOf(given: { from?: string; to?: string }, today: string, usual: number): Days {
  const first = given.from === undefined ? undefined : day("--from", given.from);
  const last = given.to === undefined ? undefined : day("--to", given.to);
  const to = last ?? first ?? today;
  const from = first ?? last ?? daysBefore(today, usual - 1);
  if (to < from) throw new UsageError(`--to is ${to}, before --from, ${from}`);
  const most = 366;
  if (Date.parse(to) - Date.parse(from) >= most * 24 * 3600_000)
    throw new UsageError(`${from} to ${to} is more than ${most} days: ask for fewer`);
  return { from, to };
}

function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(day) - count * 24 * 3600_000).toISOString().slice(0, 10);
}

function day(option: string, given: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(given) && !Number.isNaN(Date.parse(given));
  if (isDay && new Date(given).toISOString().startsWith(given)) return given;
  throw new UsageError(`${option} is "${given}": it must be a day, e.g. 2030-01-31`);
}
