/** `npm run budgets`: what a client may spend a day. A change takes effect within a minute, without a deployment. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { listBudgets, removeBudget, setBudget } from "./budgets/budget-items.ts";
import { readArguments, runCommand, UsageError } from "./command-line.ts";
import { useLocalRun } from "./local-run.ts";
import { stackHelp } from "./stack-name.ts";
import { clientsTable, findTableName } from "./table-name.ts";
import { textTable } from "./text-table.ts";

const help = `npm run budgets -- set CLIENT USD
npm run budgets -- list
npm run budgets -- remove CLIENT

set       limits what the client's messages may cost a day (UTC), in US dollars: 25 or 0.50
list      shows the budgets
remove    removes the client's budget

  --local            the local run on this machine (npm start, AWS_PORT)
  --table NAME       the table; without it CLIENTS_TABLE, or the output ClientsTableName of the stack
${stackHelp}

AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL as for the AWS CLI.
Exit status: 0 done, 1 failed, 2 wrong usage.`;

await runCommand(help, async (args) => {
  const { values, positionals } = readArguments(args, {
    table: { type: "string" },
    stack: { type: "string" },
    local: { type: "boolean" },
  });
  if (values.local) useLocalRun(process.env);
  const [action, client, amount, ...more] = positionals;
  const given = [client, amount, ...more].filter((value) => value !== undefined).length;
  const table = () => findTableName(values, process.env, clientsTable);
  const dynamoDb = new DynamoDBClient();
  switch (action) {
    case "set":
      if (!client || amount === undefined || given > 2)
        throw new UsageError("set needs a CLIENT and an amount in USD");
      if (!/^\d{1,9}(\.\d{1,9})?$/.test(amount))
        throw new UsageError(`USD is "${amount}": it must be US dollars, e.g. 25 or 0.50`);
      await setBudget(dynamoDb, await table(), client, amount);
      console.log(`${client} may spend ${amount} USD a day.`);
      return 0;
    case "list": {
      if (given > 0) throw new UsageError(`list has no argument, got "${client}"`);
      const budgets = await listBudgets(dynamoDb, await table());
      console.log(
        textTable(
          ["CLIENT", "USD A DAY"],
          budgets.map(({ client: name, usd }) => [name, usd]),
        ),
      );
      return 0;
    }
    case "remove":
      if (!client || given > 1) throw new UsageError("remove needs one CLIENT");
      if (await removeBudget(dynamoDb, await table(), client)) {
        console.log(`${client} has no budget now.`);
        return 0;
      }
      console.error(`${client} has no budget: \`npm run budgets -- list\` shows who has one`);
      return 1;
    default:
      throw new UsageError("say set, list or remove");
  }
});
