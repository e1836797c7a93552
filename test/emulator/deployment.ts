/** The stack on an emulator, put there by the CDK CLI, and what a deployment is given by hand: secrets and an API key. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from "@aws-sdk/client-cloudformation";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { putApiKey, secretValue } from "../../infra/local/deploy.ts";
import { accountId, region } from "../../infra/local/physical-ids.ts";

const stackName = "FallbackRouting";
const cdkCli = createRequire(import.meta.url).resolve("aws-cdk/bin/cdk");

export interface Deployment {
  outputs: Readonly<Record<string, string>>;
  /** Physical ids by logical ids. */
  physicalIds: Readonly<Record<string, string>>;
}

/** As on the local run: the README's examples name it. */
export const apiKey = "local";

export async function deployTo(
  environment: NodeJS.ProcessEnv,
  port: number,
  assembly: string,
  parameters: readonly string[],
): Promise<Deployment> {
  const cdk = async (...args: string[]) => {
    console.error(`… cdk ${args[0]}`);
    const child = spawn(process.execPath, [cdkCli, ...args, "--app", assembly], {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [said, [status]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    // Two lines for each of 200 resources: only what went wrong is of interest.
    if (status !== 0)
      throw new Error(
        `cdk ${args[0]} ended with status ${status}:\n${said.split("\n").slice(-15).join("\n")}`,
      );
  };
  await cdk("bootstrap", `aws://${accountId}/${region}`);
  await cdk("deploy", stackName, "--require-approval", "never");

  const ssm = new SSMClient();
  for (const Name of parameters)
    await ssm.send(
      new PutParameterCommand({ Name, Value: secretValue(Name), Type: "SecureString", Overwrite: true }),
    );
  const cloudFormation = new CloudFormationClient();
  const { Stacks: [stack] = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const outputs = Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
  );
  const physicalIds: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(
      new ListStackResourcesCommand({ StackName: stackName, ...(NextToken && { NextToken }) }),
    );
    for (const { LogicalResourceId = "", PhysicalResourceId = "" } of page.StackResourceSummaries ?? [])
      physicalIds[LogicalResourceId] = PhysicalResourceId;
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  await putApiKey(port, outputs.ApiKeysTableName, apiKey);
  return { outputs, physicalIds };
}
