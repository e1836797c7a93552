/** The whole system on one machine: starts every part, runs the synthesized template on them, and ends them all. */
import { createHash } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { startFauxqs } from "fauxqs";
import * as v from "valibot";
import { ApiGateway } from "./aws/api-gateway.ts";
import { createAwsEndpoint } from "./aws/aws-endpoint.ts";
import { callDynamoDb, createTable, startDynamoDb } from "./aws/dynamodb.ts";
import { defaultConcurrency, LambdaService } from "./aws/lambda.ts";
import { ParameterStore } from "./aws/parameter-store.ts";
import { type Carrier, createCarrier } from "./carrier/index.ts";
import { type Clock, createClock } from "./clock.ts";
import { accountId, type Resource, readTemplate, region, Stack, unknownTypes } from "./cloudformation.ts";
import { createStepFunctions, type StepFunctions } from "./step-functions/index.ts";

export interface SystemOptions {
  /** The cloud assembly's directory. */
  assembly: string;
  /** 0 picks a free port. */
  ports: { api: number; aws: number; carrier: number };
  onLog?: (functionName: string, line: string) => void;
  warn?: (text: string) => void;
}

export interface System {
  api: string;
  aws: string;
  carrier: string;
  apiKey: string;
  clock: Clock;
  lambda: LambdaService;
  outputs: Readonly<Record<string, string>>;
  stop: () => Promise<void>;
}

const stackName = "FallbackRouting";
const apiKey = "local";
/** Every secret has this value in front of its name: the carrier expects its own. */
const secretValue = (parameterName: string) => `local-${parameterName.split("/").at(-1)}`;

export async function startSystem({
  assembly,
  ports,
  onLog = () => {},
  warn = console.warn,
}: SystemOptions): Promise<System> {
  const template = readTemplate(assembly, stackName);
  for (const type of unknownTypes(template))
    warn(`the local run does not know ${type}: what the template says of it has no effect here`);

  const clock = createClock();
  const endings: (() => unknown)[] = [() => clock.stop()];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const carrier: Carrier = await createCarrier({
      clock,
      port: ports.carrier,
      accessToken: secretValue("accessToken"),
      region,
      accountId,
    }).catch(explainPort("CARRIER_PORT", ports.carrier));
    endings.push(() => carrier.stop());
    const [dynamoDb, messaging] = await Promise.all([
      startDynamoDb(),
      startFauxqs({ port: 0, logger: false, host: "127.0.0.1", defaultRegion: region }),
    ]);
    endings.push(
      () => dynamoDb.stop(),
      () => messaging.stop(),
    );

    const lambda = new LambdaService(clock, onLog);
    endings.push(() => lambda.stop());
    const invoke = (functionArn: string, payload: unknown) => lambda.invoke(functionArn, payload);
    const stepFunctions = createStepFunctions({ clock, invoke });
    endings.push(() => stepFunctions.stop());
    const parameterStore = new ParameterStore();
    const aws = await listen(
      createAwsEndpoint({
        dynamoDbPort: dynamoDb.port,
        messagingPort: messaging.port,
        stepFunctions,
        parameterStore,
        lambda,
        carrier: () => carrier,
      }),
      "AWS_PORT",
      ports.aws,
    );
    endings.push(() => close(aws.server));
    const gateway = new ApiGateway({ clock, invoke });
    const api = await listen(gateway.server, "API_PORT", ports.api);
    endings.push(() => close(api.server));

    const stack = new Stack(template, stackName, api.url);
    await Promise.all(stack.ofType("AWS::DynamoDB::Table").map((table) => createTable(dynamoDb.port, table)));
    for (const resource of stack.ofType("AWS::Lambda::Function"))
      addFunction(lambda, parameterStore, resource, assembly, aws.url, carrier.url);
    for (const resource of stack.ofType("AWS::StepFunctions::StateMachine"))
      addStateMachine(stepFunctions, resource);
    gateway.load(stack);
    await callDynamoDb(dynamoDb.port, "PutItem", {
      TableName: stack.outputs.ApiKeysTableName,
      Item: {
        keyHash: { S: createHash("sha256").update(apiKey).digest("hex") },
        client: { S: "local" },
        name: { S: "the key of the local run" },
      },
    });
    return {
      api: api.url,
      aws: aws.url,
      carrier: carrier.url,
      apiKey,
      clock,
      lambda,
      outputs: stack.outputs,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const functionProperties = v.looseObject({
  Code: v.looseObject({ S3Key: v.string() }),
  MemorySize: v.optional(v.number(), 128),
  Timeout: v.optional(v.number(), 3),
  ReservedConcurrentExecutions: v.optional(v.number(), defaultConcurrency),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) }), {
    Variables: {},
  }),
});

function addFunction(
  lambda: LambdaService,
  parameterStore: ParameterStore,
  { ref, arn, properties }: Resource,
  assembly: string,
  awsUrl: string,
  carrierUrl: string,
): void {
  const { Code, MemorySize, Timeout, ReservedConcurrentExecutions, Environment } = v.parse(
    functionProperties,
    properties,
  );
  const variables = Environment.Variables;
  for (const [name, parameterName] of Object.entries(variables))
    if (name.endsWith("_PARAMETER")) parameterStore.put(parameterName, secretValue(parameterName));
  lambda.add({
    name: ref,
    arn,
    // The asset's key is its hash, and so is its directory in the assembly.
    directory: resolve(assembly, `asset.${Code.S3Key.replace(/\.zip$/, "")}`),
    memoryMb: MemorySize,
    timeoutSeconds: Timeout,
    concurrency: ReservedConcurrentExecutions,
    environment: {
      ...variables,
      ...("GRAPH_API_URL" in variables ? { GRAPH_API_URL: carrierUrl } : {}),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: ref.replace(/\W/g, "").slice(-20),
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL: awsUrl,
    },
  });
}

const stateMachineProperties = v.looseObject({
  DefinitionString: v.string(),
  DefinitionSubstitutions: v.optional(v.record(v.string(), v.string()), {}),
  RoleArn: v.string(),
});

function addStateMachine(stepFunctions: StepFunctions, { arn, properties }: Resource): void {
  const { DefinitionString, DefinitionSubstitutions, RoleArn } = v.parse(stateMachineProperties, properties);
  const definition = DefinitionString.replace(
    /\$\{(\w+)\}/g,
    (whole, name: string) => DefinitionSubstitutions[name] ?? whole,
  );
  stepFunctions.addStateMachine({ name: arn.split(":").at(-1) ?? "", arn, roleArn: RoleArn, definition });
}

async function listen(
  server: Server,
  variable: string,
  port: number,
): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolveListening, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolveListening);
  }).catch(explainPort(variable, port));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const explainPort = (variable: string, port: number) => (error: NodeJS.ErrnoException) => {
  if (error.code !== "EADDRINUSE") throw error;
  throw new Error(
    `${variable}: port ${port} is in use: stop what listens there, or set ${variable}=0 for a free port`,
  );
};

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolveClosed) => server.close(() => resolveClosed()));
}
