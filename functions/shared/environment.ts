/**
 * The functions' settings. The environment variables, each with the schema of its text: the functions read them by
 * name, and the stack (infra) writes them from values of the same types.
 */
import * as v from "valibot";
import { type Channel, environmentName, type Settings } from "../domain/channel.ts";
import { priceTable } from "../domain/money/price-table.ts";

const text = v.string();
const wholeNumber = v.pipe(v.string(), v.digits("must be a whole number"), v.toNumber());
const json = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(v.string(), v.parseJson(undefined, "must be JSON"), schema);

const stackVariables = {
  MESSAGES_TABLE: text,
  CONTACTS_TABLE: text,
  PROFILES_TABLE: text,
  API_KEYS_TABLE: text,
  IDEMPOTENCY_KEYS_TABLE: text,
  CIRCUITS_TABLE: text,
  COUNTERS_TABLE: text,
  HABITS_TABLE: text,
  CLIENTS_TABLE: text,
  /** The name of the SSM parameter with the keys of the hashes in the contacts table. */
  HASH_KEY_PARAMETER: text,
  STARTS_QUEUE_URL: text,
  /** The group of the schedules of messages that are to go out later, and what they need. */
  SCHEDULE_GROUP: text,
  SCHEDULE_TARGET: json(v.object({ queue: text, deadLetters: text, role: text })),
  RECEIPTS_QUEUE_URL: text,
  WEBHOOK_DELIVERIES_QUEUE_URL: text,
  DEAD_LETTER_QUEUE_URL: text,
  OMNICHANNEL_QUEUE_URL: text,
  /** The ARN of the topic `message-events`. */
  MESSAGE_EVENTS_TOPIC: text,
  /** The state machines' ARNs, up to the id of their first channel. */
  STATE_MACHINE_PREFIX: text,
  /** The client of messages in the messages queue that have no attribute `client`. */
  QUEUE_CLIENT: text,
  /** How often an entry of the function's queue is tried. */
  QUEUE_TRIES: wholeNumber,
  RETENTION_DAYS: wholeNumber,
  IDEMPOTENCY_HOURS: wholeNumber,
  /** Host names that are allowed in a client's webhook, whatever they resolve to. */
  WEBHOOK_EXCEPTIONS: json(v.array(v.string())),
  /** Of AWS End User Messaging, in the function of a channel that has one. */
  CONFIGURATION_SET: v.optional(text),
  /** Settings of App messaging. */
  FCM_PLATFORM_APPLICATION_ARN: v.optional(text),
  APNS_PLATFORM_APPLICATION_ARN: v.optional(text),
};

/** Set by Lambda. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const lambdaVariables = {
  AWS_REGION: text,
  AWS_ACCESS_KEY_ID: text,
  AWS_SECRET_ACCESS_KEY: text,
  AWS_SESSION_TOKEN: v.optional(text),
};

/**
 * Tables about the deployment: in a file beside the code, because prices of many countries do not fit into Lambda's
 * environment of 4,096 bytes. For functions that are given them (functions/shared/deployment-facts.ts reads them).
 */
export const deploymentFacts = {
  prices: priceTable,
  /** In seconds by channel, where they differ from the channels' own. */
  windows: v.record(v.string(), v.number()),
  /** SMS per hour to one prefix, by country or `default`. */
  smsHourlyLimits: v.record(v.string(), v.number()),
  /** Why this deployment has no account for a channel, by channel. */
  absentChannels: v.record(v.string(), v.string()),
};
export type DeploymentFacts = Values<typeof deploymentFacts>;
export const factsFile = "deployment-facts.json";
/** The API's document, beside the code of the function that serves it. */
export const apiDocumentFile = "openapi.json";

type Values<Variables extends Record<string, v.GenericSchema>> = {
  [Name in keyof Variables]: v.InferOutput<Variables[Name]>;
};
/** The variables that the stack sets, by name. */
export type Environment = Values<typeof stackVariables>;
type Readable = Environment & Values<typeof lambdaVariables>;

const schemas: { [Name in keyof Readable]: v.GenericSchema<unknown, Readable[Name]> } = {
  ...stackVariables,
  ...lambdaVariables,
};

/** The value of a variable. Throws an error with its name where it is missing (or empty) or malformed. */
export function environment<Name extends keyof Readable>(name: Name): Readable[Name] {
  const schema: v.GenericSchema<unknown, Readable[Name]> = schemas[name];
  const result = v.safeParse(schema, process.env[name] || undefined);
  if (result.success) return result.output;
  if (!process.env[name]) throw new Error(notSet(name));
  throw new Error(`the environment variable ${name} is malformed: ${v.summarize(result.issues)}`);
}

/** A variable whose name follows from a channel and its secret. Throws an error with its name where it is missing. */
export function requiredVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(notSet(name));
  return value;
}

const notSet = (name: string) => `the environment variable ${name} is not set`;

/** A channel's settings by the names in its file; a setting that is missing (or empty) is undefined. */
export const channelSettings = ({ settings }: Pick<Channel, "settings">): Settings =>
  Object.fromEntries(
    Object.keys(settings).map((name) => [name, process.env[environmentName(name)] || undefined]),
  );

/** The text from which `environment` reads this value; used by the stack. */
export const variableText = (value: NonNullable<Environment[keyof Environment]>): string =>
  typeof value === "string" ? value : JSON.stringify(value);
