/**
 * The settings of a deployment, from the CDK context (cdk.json, or `-c key=value`): those of the channels, by the names in
 * their files, and the few of the deployment itself.
 */
import type { Node } from "constructs";
import * as v from "valibot";
import { channels } from "../functions/channels/registry.ts";
import type { Settings } from "../functions/domain/channel.ts";

export interface DeploymentSettings {
  /** An account and region may have several deployments. */
  stackName: string;
  /** By the names in the channels' files. */
  channels: Settings;
  /**
   * US dollars a message, by channel and country, and by category if the provider has some: see
   * functions/domain/money/price-table.ts.
   */
  prices: Record<string, Record<string, string | Record<string, string>>>;
  /** Windows in seconds, by channel; otherwise the channel's default. */
  windows: Record<string, number>;
  /** SMS an hour from one client to one prefix, by country or `default`: see functions/ingest/sms-limit.ts. */
  smsHourlyLimits: Record<string, number>;
  /** The account's limit of SNS for SMS, in US dollars a month: at 80 % of it there is an alarm. */
  smsMonthlySpendLimit: number;
  /** For tests: host names that a client's webhook may have whatever they resolve to, also with http. */
  webhookExceptions: string[];
  /** How long messages are kept, in days. */
  retentionDays: number;
  /** How long an idempotency key is remembered. */
  idempotencyHours: number;
  /** The client of queued messages without the attribute `client`. */
  queueClient: string;
  /** How long logs are kept, in days. */
  logRetentionDays: number;
  /** Of the channels' functions, in MB. With it Lambda gives them a share of a processor. */
  channelMemory: number;
  /** Whether tables and stack are protected from deletion. */
  deletionProtection: boolean;
  /**
   * Whether this stack creates the account's log groups of SMS delivery logs, or they exist already (from another stack, or
   * SNS).
   */
  deliveryLogGroups: "create" | "existing";
  /** Whether requests of the Omnichannel API are taken as well: functions/api/omnichannel/README.md. */
  omnichannelApi: boolean;
  /** Who gets the alarms by e-mail; anyone else can subscribe to their topic. */
  alarmEmail?: string;
}

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html; short,
 * because other names begin with it.
 */
const stackName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, "must be a letter, and up to 39 letters, digits and hyphens"),
);
const text = v.pipe(v.string(), v.minLength(1));
const wholeNumber = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]),
  v.integer(),
  v.minValue(1),
);
/** They use some 115 MB; Lambda has no more: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const channelMemory = v.pipe(
  wholeNumber,
  v.minValue(192, "must be at least 192 MB"),
  v.maxValue(10_240, "must be at most 10,240 MB"),
);
const usd = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, 'must be US dollars as text, e.g. "0.0387"'));
/** Of a channel; a list is its names with commas between them, as `-c key=one,other` gives it. */
const channelSetting = v.optional(
  v.union([
    text,
    v.pipe(v.boolean(), v.transform(String)),
    v.pipe(
      v.array(text),
      v.transform((list) => list.join(",")),
    ),
  ]),
);
/** `-c key=true` is text. */
const flag = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((text) => text === "true"),
  ),
]);
const prices = v.record(v.string(), v.record(v.string(), v.union([usd, v.record(v.string(), usd)])));

const smsHourlyLimits = v.optional(
  v.record(
    v.pipe(v.string(), v.regex(/^([A-Z]{2}|default)$/, "must name a country (GB) or default")),
    v.pipe(v.number(), v.integer(), v.minValue(0)),
  ),
  {},
);

const windows = v.optional(
  v.record(v.picklist(channels.map(({ id }) => id)), v.pipe(v.number(), v.integer(), v.minValue(1))),
  {},
);

/** The settings in the CDK context. @throws {Error} that names the setting and what would be right */
export const readSettings = (node: Node): DeploymentSettings =>
  checkSettings(
    (key) => node.tryGetContext(key),
    (key) => `context "${key}" (cdk.json, or -c ${key}=…)`,
  );

/** The settings from values by their names in cdk.json; `nameOf` says in an error where a value came from. */
export function checkSettings(
  given: (key: string) => unknown,
  nameOf: (key: string) => string,
): DeploymentSettings {
  const read = <Schema extends v.GenericSchema>(key: string, schema: Schema): v.InferOutput<Schema> => {
    const result = v.safeParse(schema, given(key));
    if (result.success) return result.output;
    throw new Error(`${nameOf(key)}: ${result.issues.map(({ message }) => message).join("; ")}`);
  };
  const names = new Set(channels.flatMap(({ settings }) => Object.keys(settings)));
  const alarmEmail = read("alarmEmail", v.optional(v.pipe(v.string(), v.email("must be an e-mail address"))));
  return {
    ...(alarmEmail === undefined ? {} : { alarmEmail }),
    stackName: read("stackName", stackName),
    channels: Object.fromEntries([...names].map((name) => [name, read(name, channelSetting)])),
    prices: read("prices", prices),
    windows: read("windows", windows),
    smsHourlyLimits: read("smsHourlyLimits", smsHourlyLimits),
    smsMonthlySpendLimit: read("smsMonthlySpendLimit", wholeNumber),
    webhookExceptions: read("webhookExceptions", v.array(text)),
    retentionDays: read("retentionDays", wholeNumber),
    idempotencyHours: read("idempotencyHours", wholeNumber),
    queueClient: read("queueClient", text),
    logRetentionDays: read("logRetentionDays", wholeNumber),
    channelMemory: read("channelMemory", channelMemory),
    deletionProtection: read("deletionProtection", flag),
    omnichannelApi: read("omnichannelApi", flag),
    deliveryLogGroups: read("deliveryLogGroups", v.picklist(["create", "existing"])),
  };
}
