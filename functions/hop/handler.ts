/**
 * Makes a channel's Lambda handler. The bundler writes the entry point of each channel in the registry:
 * `export const handler = createHandler(channel, createSender)`, with `secretsMiddleware` where the channel has secrets: SSM's
 * client is a quarter of a bundle, which SMS need not load.
 */
import middy from "@middy/core";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { type SecretsMiddleware, secretsIn } from "../aws/secrets.ts";
import { createStepFunctionsClient, failTask, succeedTask } from "../aws/step-functions.ts";
import { asDeployed, type Channel, type CreateSender, type Send, secretVariable } from "../domain/channel.ts";
import { channelSettings, environment } from "../shared/environment.ts";
import { withLogFields } from "../shared/log.ts";
import { createConsentsTable } from "../storage/consents-table.ts";
import { createContactsTable } from "../storage/contacts-table.ts";
import { deployedHash } from "../storage/keyed-hash.ts";
import { createMessagesTable } from "../storage/messages-table.ts";
import { circuitsOf } from "./circuits-of.ts";
import type { HopEvent } from "./dependencies.ts";
import { runHop } from "./hop.ts";

export function createHandler(
  given: Channel,
  createSender: CreateSender,
  secretsMiddleware?: SecretsMiddleware,
) {
  const settings = channelSettings(given);
  const channel = asDeployed(given, settings);
  const dynamoDb = createDynamoDb();
  const messages = createMessagesTable(dynamoDb, environment("MESSAGES_TABLE"));
  const hash = deployedHash();
  const contactsTable = environment("CONTACTS_TABLE");
  const contacts = createContactsTable(dynamoDb, contactsTable, environment("RETENTION_DAYS"), hash);
  const consents = createConsentsTable(dynamoDb, contactsTable, hash);
  const circuits = circuitsOf(dynamoDb, channel.id);
  const stepFunctions = createStepFunctionsClient();
  const configurationSet = environment("CONFIGURATION_SET");
  const secretNames = Object.keys(channel.secrets);
  let sender: { send: Send; secrets: string } | undefined;

  const run = async (event: HopEvent, context: object) => {
    const secrets = secretsIn(context, secretNames);
    const key = JSON.stringify(secrets);
    if (sender?.secrets !== key)
      sender = { send: createSender({ settings, secrets, configurationSet }), secrets: key };
    const { send } = sender;
    hash.prepare();
    await withLogFields({ messageId: event.hop.messageId }, () =>
      runHop(event, {
        channel,
        messages,
        contacts,
        consents,
        circuits,
        settings,
        send,
        succeedTask: (taskToken, output) => succeedTask(stepFunctions, taskToken, output),
        failTask: (taskToken, error, cause) => failTask(stepFunctions, taskToken, error, cause),
        now: () => new Date(),
        pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      }),
    );
  };
  if (secretsMiddleware === undefined) return middy<HopEvent, void>().handler(run);
  const variables = Object.fromEntries(secretNames.map((name) => [name, secretVariable(name)]));
  return middy<HopEvent, void>().use(secretsMiddleware(variables)).handler(run);
}
