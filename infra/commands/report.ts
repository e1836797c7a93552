/** `npm run report`: what the messages of some days cost. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readArguments, runCommand, UsageError } from "./command-line.ts";
import { moneyTable, readMoney } from "./report/money.ts";
import { findTableName, messagesTable } from "./table-name.ts";

const help = `npm run report -- --money [--from DAY] [--to DAY]

What the messages cost by day, client, country and channel, with the total: the sum of their traces, to the last decimal.
It reads the whole table of messages, which keeps them for as long as the deployment says (retentionDays).

  --money            the report of money
  --from DAY         the first day, UTC: 2030-01-31; today without it
  --to DAY           the last day; the first without it
  --table NAME       the table; without it MESSAGES_TABLE, or the output MessagesTableName of the stack FallbackRouting

AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI.
Exit status: 0 done, 1 failed, 2 wrong usage.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    money: { type: "boolean" },
    from: { type: "string" },
    to: { type: "string" },
    table: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not known`);
  if (!values.money) throw new UsageError("say which report: --money");
  const today = new Date().toISOString().slice(0, 10);
  const from = day("--from", values.from ?? today);
  const to = day("--to", values.to ?? from);
  if (to < from) throw new UsageError(`--to is ${to}, before --from, ${from}`);
  const table = await findTableName(values.table, process.env, messagesTable);
  console.log(moneyTable(await readMoney(new DynamoDBClient(), table, { from, to })));
  return 0;
});

function day(option: string, given: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(given) && new Date(given).toISOString().startsWith(given);
  if (isDay) return given;
  throw new UsageError(`${option} is "${given}": it takes a day, e.g. 2030-01-31`);
}
