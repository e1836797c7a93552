/**
 * Makes a channel's Lambda handler. The bundler writes the entry point of each channel in the registry:
 * `export const handler = createHandler(channel, createSender)`.
 */

import { SSMClient } from "@aws-sdk/client-ssm";
import middy from "@middy/core";
import ssm from "@middy/ssm";
import { clientConfiguration, environment } from "../aws/client.ts";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createMessagesTable } from "../aws/messages-table.ts";
import { createStepFunctionsClient, succeedTask } from "../aws/step-functions.ts";
import {
  type Channel,
  type CreateSender,
  environmentName,
  type Send,
  type Settings,
  secretVariable,
} from "./channel.ts";
import { type HopEvent, runHop } from "./hop.ts";

/** Long enough to cost nothing, short enough that a rotated token is picked up without a deployment. */
const secretsCacheMs = 15 * 60_000;

export function createHandler(channel: Channel, createSender: CreateSender) {
  const messages = createMessagesTable(createDynamoDb(), environment("MESSAGES_TABLE"));
  const stepFunctions = createStepFunctionsClient();
  const settings: Settings = Object.fromEntries(
    Object.keys(channel.settings).map((name) => [name, process.env[environmentName(name)] || undefined]),
  );
  const secretNames = Object.keys(channel.secrets);
  let sender: { send: Send; secrets: string } | undefined;

  const run = async (event: HopEvent, context: object) => {
    const secrets = Object.fromEntries(secretNames.map((name) => [name, String(Reflect.get(context, name))]));
    const key = JSON.stringify(secrets);
    if (sender?.secrets !== key) sender = { send: createSender({ settings, secrets }), secrets: key };
    await runHop(event, {
      channel,
      messages,
      send: sender.send,
      succeedTask: (taskToken, output) => succeedTask(stepFunctions, taskToken, output),
      now: () => new Date(),
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    });
  };
  if (secretNames.length === 0) return middy<HopEvent, void>().handler(run);
  return middy<HopEvent, void>()
    .use(
      ssm({
        AwsClient: SSMClient,
        awsClientOptions: clientConfiguration(),
        fetchData: Object.fromEntries(secretNames.map((name) => [name, environment(secretVariable(name))])),
        cacheExpiry: secretsCacheMs,
        cacheKey: `secrets-${channel.id}`,
        setToContext: true,
        disablePrefetch: true,
      }),
    )
    .handler(run);
}
