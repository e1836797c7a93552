/** Which table has the API keys: `--table`, API_KEYS_TABLE, or the output of the deployed stack. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CommandError, UsageError } from "../command-line.ts";

const stackName = "FallbackRouting";
const outputName = "ApiKeysTableName";

export async function findTableName(
  given: string | undefined,
  { API_KEYS_TABLE, AWS_ENDPOINT_URL }: NodeJS.ProcessEnv,
): Promise<string> {
  const named = given || API_KEYS_TABLE;
  if (named) return named;
  // A local run has no CloudFormation.
  if (AWS_ENDPOINT_URL)
    throw new UsageError(
      "name the table with --table or API_KEYS_TABLE: `aws dynamodb list-tables` shows it (…ApiKeys…)",
    );
  const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const found = stack?.Outputs?.find(({ OutputKey }) => OutputKey === outputName)?.OutputValue;
  if (found !== undefined) return found;
  throw new CommandError(`the stack ${stackName} has no output ${outputName}: name the table with --table`);
}
