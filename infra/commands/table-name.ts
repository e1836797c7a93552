/** Which table a command means: `--table`, its variable, or the output of the deployed stack. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CommandError, UsageError } from "./command-line.ts";

const stackName = "FallbackRouting";

/** By the construct's name: the tables are named after it. */
export interface KnownTable {
  construct: string;
  variable: string;
}
export const apiKeysTable: KnownTable = { construct: "ApiKeys", variable: "API_KEYS_TABLE" };
export const messagesTable: KnownTable = { construct: "Messages", variable: "MESSAGES_TABLE" };
export const clientsTable: KnownTable = { construct: "Clients", variable: "CLIENTS_TABLE" };

export async function findTableName(
  given: string | undefined,
  environment: NodeJS.ProcessEnv,
  { construct, variable }: KnownTable = apiKeysTable,
): Promise<string> {
  const outputName = `${construct}TableName`;
  const named = given || environment[variable];
  if (named) return named;
  // A local run has no CloudFormation.
  if (environment.AWS_ENDPOINT_URL)
    throw new UsageError(
      `name the table with --table or ${variable}: \`aws dynamodb list-tables\` shows it (…${construct}…)`,
    );
  const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const found = stack?.Outputs?.find(({ OutputKey }) => OutputKey === outputName)?.OutputValue;
  if (found !== undefined) return found;
  throw new CommandError(`the stack ${stackName} has no output ${outputName}: name the table with --table`);
}
