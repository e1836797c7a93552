/** What is deployed: the stack's outputs, its template, and in the template's metadata the settings that it was made with. */
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import * as v from "valibot";
import { channels } from "../../../functions/channels/registry.ts";
import type { Channel } from "../../../functions/domain/channel.ts";
import { CommandError } from "../command-line.ts";

const settings = v.looseObject({
  stackName: v.string(),
  channels: v.record(v.string(), v.string()),
  prices: v.record(v.string(), v.record(v.string(), v.unknown())),
  smsHourlyLimits: v.record(v.string(), v.number()),
  smsMonthlySpendLimit: v.number(),
});
const resource = v.looseObject({ Type: v.string(), Properties: v.optional(v.unknown()) });
const template = v.looseObject({
  Metadata: v.looseObject({ settings }),
  Resources: v.record(v.string(), resource),
});
export type Resources = v.InferOutput<typeof template>["Resources"];

export interface Deployment {
  stackName: string;
  outputs: Readonly<Record<string, string>>;
  /** Those of infra/settings.ts; only what the checks need is typed. */
  settings: v.InferOutput<typeof settings>;
  resources: Resources;
  /** Meta's Graph API, with its version. */
  graphApi: string;
  isLocal: boolean;
  channels: readonly Channel[];
}

/** `localGraphApi`: that of the local run. @throws {CommandError} for a stack that does not say how it was made */
export async function readDeployment(
  cloudFormation: CloudFormationClient,
  stackName: string,
  localGraphApi?: string,
): Promise<Deployment> {
  const { Stacks: [stack] = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  // As it was handed in: what CloudFormation makes of it says nothing of its own.
  const { TemplateBody = "" } = await cloudFormation.send(
    new GetTemplateCommand({ StackName: stackName, TemplateStage: "Original" }),
  );
  const parsed = v.safeParse(template, parseJson(TemplateBody));
  if (!parsed.success)
    throw new CommandError(
      `the template of ${stackName} does not have its settings: it is another stack, or an older version, which has to be deployed again first (npx cdk deploy)`,
    );
  const { Metadata, Resources } = parsed.output;
  const { channels: accounts } = Metadata.settings;
  return {
    stackName,
    outputs: Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
    ),
    settings: Metadata.settings,
    resources: Resources,
    graphApi: `${localGraphApi ?? accounts.graphApiUrl}/${accounts.graphApiVersion}`,
    isLocal: localGraphApi !== undefined,
    channels: channels.filter(({ missingAccount }) => missingAccount(accounts) === undefined),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
