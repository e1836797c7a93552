/** Deploys the template's functions and state machines, and the local run's own data, to the local services. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { type DeploymentFacts, deploymentFacts, factsFile } from "../../functions/shared/environment.ts";
import { callDynamoDb } from "./aws/dynamodb.ts";
import { accessKeyIdOf } from "./aws/iam/credentials.ts";
import type { FunctionConfiguration, LambdaService } from "./aws/lambda.ts";
import type { ParameterStore } from "./aws/parameter-store.ts";
import { type Resource, region, type Stack } from "./cloudformation.ts";
import type { StepFunctions } from "./step-functions/index.ts";

/** Different for each channel, so that using another channel's secret fails here too. Meta's app secrets are 32 hex digits. */
export const secretOf = (channel: string, secret: string): string => {
  const text = `local-${channel}-${secret}`;
  return secret === "appSecret" ? createHash("sha256").update(text).digest("hex").slice(0, 32) : text;
};

/** The secret of a parameter, whose name ends with `/<channel>/<secret>`. */
export function secretValue(parameterName: string): string {
  const [channel = "", secret = ""] = parameterName.split("/").slice(-2);
  return secretOf(channel, secret);
}

export async function putApiKey(
  dynamoDbPort: number,
  TableName: string | undefined,
  apiKey: string,
): Promise<void> {
  if (TableName === undefined) return;
  await callDynamoDb(dynamoDbPort, "PutItem", {
    TableName,
    Item: {
      keyHash: { S: createHash("sha256").update(apiKey).digest("hex") },
      client: { S: "local" },
      name: { S: "the key of the local run" },
      scopes: {
        L: ["send", "read", "profiles", "rules", "webhook", "settings"].map((scope) => ({ S: scope })),
      },
    },
  });
}

const functionProperties = v.looseObject({
  Code: v.looseObject({ S3Key: v.string() }),
  MemorySize: v.optional(v.number(), 128),
  Timeout: v.optional(v.number(), 3),
  ReservedConcurrentExecutions: v.optional(v.number()),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) }), {
    Variables: {},
  }),
});

export const environmentOf = ({ properties }: Resource): Record<string, string> =>
  v.parse(functionProperties, properties).Environment.Variables;

const asynchronous = v.looseObject({ DeadLetterConfig: v.optional(v.object({ TargetArn: v.string() })) });
/** The queue for events of asynchronous invocations that failed in all tries. */
export const deadLetterQueueOf = (stack: Stack, functionArn: string): string | undefined => {
  const found = stack.ofType("AWS::Lambda::Function").find(({ arn }) => arn === functionArn);
  return found && v.parse(asynchronous, found.properties).DeadLetterConfig?.TargetArn;
};

export interface Surroundings {
  assembly: string;
  awsUrl: string;
  carrierUrl: string;
  /** For functions without reserved concurrency. */
  concurrency: number;
}

export function addFunction(
  lambda: LambdaService,
  parameterStore: ParameterStore,
  resource: Resource,
  surroundings: Surroundings,
): void {
  for (const [name, parameterName] of Object.entries(environmentOf(resource)))
    if (name.endsWith("_PARAMETER")) parameterStore.put(parameterName, secretValue(parameterName));
  lambda.add(configurationOf(resource, surroundings));
}

export function configurationOf(
  { ref, arn, properties, metadata }: Resource,
  { assembly, awsUrl, carrierUrl, concurrency }: Surroundings,
): FunctionConfiguration {
  const { Code, MemorySize, Timeout, ReservedConcurrentExecutions, Environment } = v.parse(
    functionProperties,
    properties,
  );
  const variables = Environment.Variables;
  return {
    name: ref,
    arn,
    directory: resolve(assembly, assetPath(metadata) ?? `asset.${Code.S3Key.replace(/\.zip$/, "")}`),
    memoryMb: MemorySize,
    timeoutSeconds: Timeout,
    concurrency: ReservedConcurrentExecutions ?? concurrency,
    environment: {
      ...variables,
      ...("GRAPH_API_URL" in variables ? { GRAPH_API_URL: carrierUrl } : {}),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyIdOf(ref),
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_SESSION_TOKEN: "local",
      AWS_ENDPOINT_URL: awsUrl,
    },
  };
}

export const codeIn = (bundle: string) => readFileSync(resolve(bundle, "index.cjs"), "utf8");
/** Undefined for a function without facts. */
export function factsIn(bundle: string): string | undefined {
  const file = resolve(bundle, factsFile);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

const facts = v.pipe(v.string(), v.parseJson(), v.object(deploymentFacts));
/** @throws {Error} if the template has no function with facts */
export function factsOf(stack: Stack, surroundings: Surroundings): DeploymentFacts {
  for (const resource of stack.ofType("AWS::Lambda::Function")) {
    const found = factsIn(configurationOf(resource, surroundings).directory);
    if (found !== undefined) return v.parse(facts, found);
  }
  throw new Error("the template has no function that knows the deployment's prices and windows");
}

/** Only the CDK CLI writes this metadata; without it the asset's directory is named by its hash, which is the S3 key. */
const assetPath = (metadata: Record<string, unknown>): string | undefined =>
  typeof metadata["aws:asset:path"] === "string" && metadata["aws:asset:property"] === "Code"
    ? metadata["aws:asset:path"]
    : undefined;

const stateMachineProperties = v.looseObject({
  DefinitionString: v.string(),
  DefinitionSubstitutions: v.optional(v.record(v.string(), v.string()), {}),
  RoleArn: v.string(),
});

export function addStateMachine(stepFunctions: StepFunctions, { arn, properties }: Resource): void {
  const { DefinitionString, DefinitionSubstitutions, RoleArn } = v.parse(stateMachineProperties, properties);
  const definition = DefinitionString.replace(
    /\$\{(\w+)\}/g,
    (whole, name: string) => DefinitionSubstitutions[name] ?? whole,
  );
  stepFunctions.addStateMachine({ name: arn.split(":").at(-1) ?? "", arn, roleArn: RoleArn, definition });
}
