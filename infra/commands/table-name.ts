/** The name of a command's table: `--table`, an environment variable, or an output of the deployed stack. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import type { Environment } from "../../functions/shared/environment.ts";
import { CommandError, UsageError } from "./command-line.ts";
import { stackNameOf } from "./stack-name.ts";

/** By its construct, which the table's name contains. */
export interface KnownTable {
  construct: string;
  variable: keyof Environment;
}
export const apiKeysTable: KnownTable = { construct: "ApiKeys", variable: "API_KEYS_TABLE" };
export const messagesTable: KnownTable = { construct: "Messages", variable: "MESSAGES_TABLE" };
export const clientsTable: KnownTable = { construct: "Clients", variable: "CLIENTS_TABLE" };

export async function findTableName(
  { table: given, stack: stackGiven }: { table?: string | undefined; stack?: string | undefined },
  environment: NodeJS.ProcessEnv,
  { construct, variable }: KnownTable = apiKeysTable,
): Promise<string> {
  const stackName = stackNameOf(stackGiven, environment);
  const outputName = `${construct}TableName`;
  const named = given || environment[variable];
  if (named) return named;
  // What is not AWS may have no CloudFormation, and has only one stack.
  if (environment.AWS_ENDPOINT_URL) {
    const found = (await tableNames()).filter((name) => name.startsWith(`${stackName}-Tables${construct}`));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    throw new UsageError(
      `name the table with --table or ${variable}: \`aws dynamodb list-tables\` shows it (…${construct}…)`,
    );
  }
  const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const found = stack?.Outputs?.find(({ OutputKey }) => OutputKey === outputName)?.OutputValue;
  if (found !== undefined) return found;
  throw new CommandError(`the stack ${stackName} has no output ${outputName}: name the table with --table`);
}

async function tableNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListTables({ client: new DynamoDBClient() }, {}))
    names.push(...(page.TableNames ?? []));
  return names;
}
