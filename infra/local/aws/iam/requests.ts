/**
 * Which permissions a call to the AWS endpoint needs: IAM's action, which may differ from the API's, and each resource.
 * Actions that are not listed here cannot be authorized. Used by index.ts.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import * as v from "valibot";
import { executionOf } from "../../step-functions/task-tokens.ts";
import type { AwsCall } from "../aws-call.ts";
import {
  functionArn,
  parameterArn,
  queueArn,
  scheduleArn,
  sesArn,
  smsVoiceArn,
  socialNumberArn,
  stateMachineOf,
  tableArn,
} from "./arns.ts";
import type { Context } from "./conditions.ts";

/** One action on one resource. */
export interface Access {
  action: string;
  resource: string;
  context?: Context;
}

const text = v.optional(v.string());
const inputSchema = v.looseObject({
  TableName: text,
  IndexName: text,
  RequestItems: v.optional(v.record(v.string(), v.unknown()), {}),
  TransactItems: v.optional(v.array(v.record(v.string(), v.looseObject({ TableName: v.string() }))), []),
  QueueUrl: text,
  QueueName: text,
  TopicArn: text,
  TargetArn: text,
  PhoneNumber: text,
  PlatformApplicationArn: text,
  EndpointArn: text,
  stateMachineArn: text,
  executionArn: text,
  taskToken: v.optional(v.string(), ""),
  Name: text,
  GroupName: v.optional(v.string(), "default"),
  Target: v.optional(v.looseObject({ RoleArn: v.optional(v.string(), "*") }), {}),
  Names: v.optional(v.array(v.string()), []),
  FunctionName: text,
  FromEmailAddress: v.optional(v.string(), ""),
  ListManagementOptions: v.optional(v.looseObject({ ContactListName: text })),
  OriginationIdentity: text,
  originationPhoneNumberId: text,
  ConfigurationSetName: text,
});
type Input = v.InferOutput<typeof inputSchema>;
type Resources = (input: Input) => string | undefined | (string | undefined)[];
type Rule = (input: Input) => Access[];

/** Actions with the same name in IAM; without resources, on `*`. */
const on = (resources: Resources, ...actions: string[]): Record<string, Rule> =>
  Object.fromEntries(actions.map((action) => [action, under(action, resources)]));

/** Actions that IAM knows under another name. */
const under =
  (action: string, resources: Resources): Rule =>
  (input) =>
    [resources(input)].flat().map((resource = "*") => ({ action, resource }));

const table: Resources = ({ TableName }) => TableName && tableArn(TableName);
const tableOrIndex: Resources = ({ TableName, IndexName }) =>
  TableName && `${tableArn(TableName)}${IndexName === undefined ? "" : `/index/${IndexName}`}`;
const batchTables: Resources = ({ RequestItems }) => Object.keys(RequestItems).map(tableArn);
/** A transaction has no action of its own: each part needs that of the corresponding call. */
const transactionActions = new Map([
  ["Get", "GetItem"],
  ["Put", "PutItem"],
  ["Update", "UpdateItem"],
  ["Delete", "DeleteItem"],
  ["ConditionCheck", "ConditionCheckItem"],
]);
const transaction: Rule = ({ TransactItems }) =>
  TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, { TableName }]) => ({
      action: transactionActions.get(kind) ?? kind,
      resource: tableArn(TableName),
    })),
  );

const queue: Resources = ({ QueueUrl }) => QueueUrl && queueArn(QueueUrl);
/** A phone number has no ARN. */
const target: Resources = ({ TopicArn, TargetArn }) => TargetArn ?? TopicArn;
const machine: Resources = ({ stateMachineArn }) => stateMachineArn;
const execution: Resources = ({ executionArn }) => executionArn;
/** The reference lists no resource for these, but AWS checks them against the state machine. */
const machineOfToken: Resources = ({ taskToken }) => stateMachineOf(executionOf(taskToken));
/** Locally it is the domain that is verified. */
const email: Resources = ({ FromEmailAddress, ConfigurationSetName, ListManagementOptions }) => [
  sesArn(`identity/${/@([^@>]*)>?$/.exec(FromEmailAddress)?.[1] ?? ""}`),
  ...(ConfigurationSetName === undefined ? [] : [sesArn(`configuration-set/${ConfigurationSetName}`)]),
  ...(ListManagementOptions === undefined
    ? []
    : [sesArn(`contact-list/${ListManagementOptions.ContactListName}`)]),
];
const parameter: Resources = ({ Name }) => Name && parameterArn(Name);

const schedule: Resources = ({ GroupName, Name = "*" }) => scheduleArn(GroupName, Name);
/** Whoever makes a schedule hands its role to the service. */
const createSchedule: Rule = (input) => [
  ...under("CreateSchedule", schedule)(input),
  {
    action: "iam:PassRole",
    resource: input.Target.RoleArn,
    context: { "iam:PassedToService": "scheduler.amazonaws.com" },
  },
];

/** Optional resources, each of which is checked where the call names it. */
const sender: Resources = ({ OriginationIdentity, ConfigurationSetName }) =>
  [
    OriginationIdentity && smsVoiceArn("rcs-agent", OriginationIdentity),
    ConfigurationSetName && smsVoiceArn("configuration-set", ConfigurationSetName),
  ].filter((arn) => arn !== undefined);

/** AWS knows the ids of numbers and sender ids; here they stand for themselves. */
const textSender: Resources = ({ OriginationIdentity: identity, ...input }) => [
  ...(identity === undefined ? [] : [smsVoiceArn(kindOfSender(identity), identity.replace("+", ""))]),
  ...[sender(input)].flat(),
];
const kindOfSender = (identity: string) =>
  identity.startsWith("pool-") ? "pool" : /^(phone-|\+?\d+$)/.test(identity) ? "phone-number" : "sender-id";

const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  dynamodb: {
    ...on(table, "GetItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable"),
    ...on(tableOrIndex, "Query", "Scan"),
    ...on(batchTables, "BatchGetItem", "BatchWriteItem"),
    TransactGetItems: transaction,
    TransactWriteItems: transaction,
  },
  sqs: {
    ...on(queue, "SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"),
    ...on(queue, "GetQueueAttributes"),
    SendMessageBatch: under("SendMessage", queue),
    DeleteMessageBatch: under("DeleteMessage", queue),
    ChangeMessageVisibilityBatch: under("ChangeMessageVisibility", queue),
    GetQueueUrl: under("GetQueueUrl", ({ QueueName }) => QueueName && queueArn(QueueName)),
  },
  sns: {
    Publish: under("Publish", target),
    PublishBatch: under("Publish", target),
    ...on(({ PlatformApplicationArn }) => PlatformApplicationArn, "CreatePlatformEndpoint"),
    ...on(
      ({ EndpointArn }) => EndpointArn,
      "GetEndpointAttributes",
      "SetEndpointAttributes",
      "DeleteEndpoint",
    ),
  },
  ses: { SendEmail: under("SendEmail", email) },
  states: {
    ...on(machine, "StartExecution", "ListExecutions", "DescribeStateMachine"),
    ...on(execution, "StopExecution", "DescribeExecution", "GetExecutionHistory"),
    ...on(machineOfToken, "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"),
  },
  scheduler: { CreateSchedule: createSchedule, ...on(schedule, "GetSchedule", "DeleteSchedule") },
  ssm: {
    ...on(parameter, "GetParameter"),
    ...on(({ Names }) => Names.map(parameterArn), "GetParameters"),
  },
  lambda: {
    Invoke: under("InvokeFunction", ({ FunctionName }) => FunctionName && functionArn(FunctionName)),
  },
  "sms-voice": { ...on(sender, "SendRcsMessage", "SendMediaMessage"), ...on(textSender, "SendTextMessage") },
  "social-messaging": on(
    ({ originationPhoneNumberId: id }) => id && socialNumberArn(id),
    "SendWhatsAppMessage",
  ),
  monitoring: on(() => "*", "PutMetricData"),
};

/** Services whose IAM prefix differs from their name in signatures. */
const prefixes: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** Undefined for an unknown action. */
export function requiredAccess({
  service,
  action,
  input,
}: Pick<AwsCall, "service" | "action" | "input">): Access[] | undefined {
  const ofService = Object.hasOwn(rules, service) ? rules[service] : undefined;
  const rule = ofService !== undefined && Object.hasOwn(ofService, action) ? ofService[action] : undefined;
  if (rule === undefined) return undefined;
  const accesses = rule(v.parse(inputSchema, input()));
  // An empty batch: the service itself will refuse it, if the caller may call it.
  if (accesses.length === 0) accesses.push({ action, resource: "*" });
  const prefix = prefixes[service] ?? service;
  return accesses.map((access) =>
    access.action.includes(":") ? access : { ...access, action: `${prefix}:${access.action}` },
  );
}
