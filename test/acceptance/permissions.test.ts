/** Least privilege: by the template's policies, what each function may do, and nothing else. */
import { expect, it } from "vitest";
import { type Caller, Iam, roleCaller } from "../../infra/local/aws/iam/index.ts";
import { refusedConnections } from "../../infra/local/aws/iam/wiring.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { stack, withoutHash } from "./deployed.ts";

const iam = new Iam();
iam.load(stack);
const arn = (service: string, path: string) => `arn:aws:${service}:us-east-1:000000000000:${path}`;
const functions = stack.ofType("AWS::Lambda::Function");
const tables = stack.ofType("AWS::DynamoDB::Table").map(({ logicalId, arn: tableArn }) => ({
  table: withoutHash(logicalId).replace("Tables", ""),
  tableArn,
}));
const operations = ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "Scan"];
const machines = stack.ofType("AWS::StepFunctions::StateMachine");
const onMachines = (...wishes: string[]) =>
  machines.flatMap(({ logicalId }) => wishes.map((wish) => `${wish} in ${logicalId}`));
const queues = stack.ofType("AWS::SQS::Queue").map(({ logicalId, arn: queueArn }) => ({
  name: withoutHash(logicalId),
  queueArn,
}));
const [group] = stack.ofType("AWS::Scheduler::ScheduleGroup");
const [schedulerRole] = stack
  .ofType("AWS::IAM::Role")
  .filter(({ logicalId }) => logicalId.startsWith("IngestSchedulerRole"));
const secrets = [
  "whatsApp/accessToken",
  "whatsApp/appSecret",
  "whatsApp/verifyToken",
  "fbMessenger/accessToken",
  "fbMessenger/appSecret",
  "fbMessenger/verifyToken",
  "appMessaging/receiptKey",
  "contacts/hashKey",
];

/** Everything that somebody here could wish for, by a short name. */
const wishes: [wish: string, action: string, resource: string][] = [
  ...tables.flatMap(({ table, tableArn }) =>
    operations.map((operation): [string, string, string] => [
      `${operation} ${table}`,
      `dynamodb:${operation}`,
      tableArn,
    ]),
  ),
  ...tables.map(({ table, tableArn }): [string, string, string] => [
    `Query the index of ${table}`,
    "dynamodb:Query",
    `${tableArn}/index/ended`,
  ]),
  ...secrets.map((name): [string, string, string] => [
    name,
    "ssm:GetParameters",
    arn("ssm", `parameter/FallbackRouting/${name}`),
  ]),
  ...queues.flatMap(({ name, queueArn }) =>
    ["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "PurgeQueue"].map(
      (operation): [string, string, string] => [`${operation} ${name}`, `sqs:${operation}`, queueArn],
    ),
  ),
  ["text a phone", "sns:Publish", "*"],
  ["make a schedule", "scheduler:CreateSchedule", arn("scheduler", `schedule/${group?.ref}/m1`)],
  ["delete a schedule", "scheduler:DeleteSchedule", arn("scheduler", `schedule/${group?.ref}/m1`)],
  ["make another schedule", "scheduler:CreateSchedule", arn("scheduler", "schedule/default/m1")],
  ["delete another schedule", "scheduler:DeleteSchedule", arn("scheduler", "schedule/default/m1")],
  ["send as our domain", "ses:SendEmail", arn("ses", "identity/shop.example")],
  ["use e-mail's configuration set", "ses:SendEmail", arn("ses", "configuration-set/shop")],
  ["send as another domain", "ses:SendEmail", arn("ses", "identity/other.example")],
  ["send as our RCS agent", "sms-voice:SendRcsMessage", localSettings.rcsAgentArn],
  [
    "use RCS's configuration set",
    "sms-voice:SendRcsMessage",
    arn("sms-voice", "configuration-set/FallbackRouting-rcs"),
  ],
  ["send as another RCS agent", "sms-voice:SendRcsMessage", arn("sms-voice", "rcs-agent/rcs-other")],
  ["send MMS from our number", "sms-voice:SendMediaMessage", localSettings.mmsOriginationArn],
  [
    "use MMS's configuration set",
    "sms-voice:SendMediaMessage",
    arn("sms-voice", "configuration-set/FallbackRouting-mms"),
  ],
  ["read a file for MMS", "s3:GetObject", "arn:aws:s3:::shop-media/order-7.jpg"],
  ["read a file elsewhere", "s3:GetObject", "arn:aws:s3:::another/order-7.jpg"],
  ["push", "sns:Publish", arn("sns", "endpoint/GCM/local/1")],
  ["push by another application", "sns:Publish", arn("sns", "endpoint/GCM/other/1")],
  ["change a device's endpoint", "sns:SetEndpointAttributes", arn("sns", "endpoint/GCM/local/1")],
  ["register a device", "sns:CreatePlatformEndpoint", arn("sns", "app/GCM/local")],
  ["forget a device", "sns:DeleteEndpoint", arn("sns", "endpoint/GCM/local/1")],
  ["forget a device of another application", "sns:DeleteEndpoint", arn("sns", "endpoint/GCM/other/1")],
  ...stack
    .ofType("AWS::SNS::Topic")
    .map(({ logicalId, ref }): [string, string, string] => [
      `publish to ${withoutHash(logicalId)}`,
      "sns:Publish",
      ref,
    ]),
  ...machines.flatMap(({ logicalId, arn: machine }): [string, string, string][] => {
    const execution = `${machine.replace("stateMachine", "execution")}:message-1`;
    return [
      [`start in ${logicalId}`, "states:StartExecution", machine],
      [`stop in ${logicalId}`, "states:StopExecution", execution],
      [`describe in ${logicalId}`, "states:DescribeExecution", execution],
      [`end a task in ${logicalId}`, "states:SendTaskSuccess", machine],
      [`fail a task in ${logicalId}`, "states:SendTaskFailure", machine],
    ];
  }),
  ["end a task of another machine", "states:SendTaskSuccess", arn("states", "stateMachine:other")],
  ["fail a task of another machine", "states:SendTaskFailure", arn("states", "stateMachine:other")],
  ...functions.map(({ logicalId, arn: functionArn }): [string, string, string] => [
    `invoke ${logicalId}`,
    "lambda:InvokeFunction",
    functionArn,
  ]),
];

const circuits = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"].map(
  (operation) => `${operation} Circuits`,
);
const reads = (queue: string) =>
  ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"].map((operation) => `${operation} ${queue}`);
/** A key's rate limit, and the limit on SMS to one prefix. */
const counts = ["GetItem Counters", "UpdateItem Counters"];
const accepts = [
  "GetItem Messages",
  "PutItem Messages",
  "GetItem Contacts",
  "PutItem Contacts",
  "contacts/hashKey",
  "GetItem Profiles",
  "UpdateItem Profiles",
  "GetItem IdempotencyKeys",
  "PutItem IdempotencyKeys",
  "GetItem Habits",
  "GetItem Clients",
  "SendMessage IngestStartsQueue",
  ...counts,
];
const channel = [
  "GetItem Messages",
  "UpdateItem Messages",
  "GetItem Contacts",
  ...circuits,
  ...onMachines("end a task", "fail a task"),
];
const appliesReceipts = [
  "GetItem Messages",
  "UpdateItem Messages",
  ...onMachines("end a task", "fail a task"),
];
/** What happens to messages, and what customers answer. */
const publishesEvents = [
  "publish to MessageChangesEvents",
  "GetItem Clients",
  "SendMessage ClientWebhooksQueue",
];
const may: Record<string, string[]> = {
  RoutingSms: [...channel, "PutItem Contacts", "UpdateItem Contacts", "contacts/hashKey", "text a phone"],
  RoutingEmail: [
    ...channel,
    "PutItem Contacts",
    "UpdateItem Contacts",
    "contacts/hashKey",
    "send as our domain",
    "use e-mail's configuration set",
  ],
  RoutingRcs: [
    ...channel,
    "PutItem Contacts",
    "UpdateItem Contacts",
    "contacts/hashKey",
    "send as our RCS agent",
    "use RCS's configuration set",
  ],
  RoutingMms: [
    ...channel,
    "PutItem Contacts",
    "UpdateItem Contacts",
    "contacts/hashKey",
    "send MMS from our number",
    "use MMS's configuration set",
    "read a file for MMS",
  ],
  RoutingWhatsApp: [
    ...channel,
    "PutItem Contacts",
    "UpdateItem Contacts",
    "contacts/hashKey",
    "whatsApp/accessToken",
  ],
  RoutingFbMessenger: [
    ...channel,
    "PutItem Contacts",
    "contacts/hashKey",
    "fbMessenger/accessToken",
    "fbMessenger/appSecret",
  ],
  RoutingAppMessaging: [
    ...channel,
    "PutItem Contacts",
    "contacts/hashKey",
    "appMessaging/receiptKey",
    "push",
    "register a device",
    "change a device's endpoint",
  ],
  RoutingNativePush: [
    ...channel,
    "PutItem Contacts",
    "contacts/hashKey",
    // Their app is one.
    "appMessaging/receiptKey",
    "push",
    "register a device",
    "change a device's endpoint",
  ],
  RoutingUndeliverable: ["GetItem Messages", "UpdateItem Messages"],
  Receipts: [
    ...appliesReceipts,
    // Who comes to Messenger by a page gets their id into the profile.
    "GetItem Profiles",
    "UpdateItem Profiles",
    ...onMachines("start"),
    "GetItem Circuits",
    "PutItem Circuits",
    "GetItem Contacts",
    "Query Contacts",
    "PutItem Contacts",
    "UpdateItem Contacts",
    "contacts/hashKey",
    ...publishesEvents,
    ...reads("ReceiptsQueue"),
  ],
  ReceiptsWebhooks: [
    "whatsApp/appSecret",
    "whatsApp/verifyToken",
    "fbMessenger/appSecret",
    "fbMessenger/verifyToken",
    "SendMessage ReceiptsQueue",
  ],
  ReceiptsDeliveryLogs: ["SendMessage ReceiptsQueue", "SendMessage ReceiptsDeliveryLogsDeadLetterQueue"],
  ReceiptsAppReceipts: [...appliesReceipts, "appMessaging/receiptKey"],
  IngestSingle: [...accepts, ...onMachines("start")],
  IngestBatch: accepts,
  IngestFromQueue: [
    ...accepts,
    ...onMachines("start"),
    ...reads("IngestMessagesQueue"),
    "SendMessage IngestMessagesDeadLetterQueue",
  ],
  IngestStartExecutions: [
    "GetItem Messages",
    "PutItem Messages",
    "GetItem Contacts",
    "contacts/hashKey",
    "GetItem Profiles",
    "GetItem Habits",
    "GetItem Clients",
    ...counts,
    "SendMessage IngestStartsQueue",
    "make a schedule",
    ...onMachines("start"),
    ...reads("IngestStartsQueue"),
  ],
  MessageChangesFunction: [
    ...publishesEvents,
    "SendMessage MessageChangesDeadLetterQueue",
    "SendMessage ReceiptsQueue",
    "UpdateItem Counters",
    "UpdateItem Habits",
  ],
  ClientWebhooksDeliveries: [
    "GetItem Clients",
    "UpdateItem Clients",
    "UpdateItem Counters",
    ...reads("ClientWebhooksQueue"),
    "SendMessage ClientWebhooksQueue",
    "SendMessage ClientWebhooksDeadLetterQueue",
  ],
  ApiClientWebhook: ["GetItem Clients", "PutItem Clients", "DeleteItem Clients", ...counts],
  ApiGetMessage: ["GetItem Messages", ...counts],
  ApiCancelMessage: [
    "GetItem Messages",
    "UpdateItem Messages",
    "Query Contacts",
    "contacts/hashKey",
    "delete a schedule",
    ...onMachines("stop"),
    ...counts,
  ],
  ApiRuleSets: ["GetItem Clients", "PutItem Clients", "DeleteItem Clients", ...counts],
  ApiClientSettings: ["GetItem Clients", "PutItem Clients", ...counts],
  ApiFindMessages: [
    "GetItem Messages",
    "Query the index of Messages",
    "GetItem Contacts",
    "Query Contacts",
    "contacts/hashKey",
    ...counts,
  ],
  ApiRedactMessage: [
    "GetItem Messages",
    "UpdateItem Messages",
    "DeleteItem Contacts",
    "contacts/hashKey",
    ...counts,
  ],
  ApiProfiles: [
    "GetItem Profiles",
    "PutItem Profiles",
    "DeleteItem Profiles",
    "GetItem Contacts",
    "UpdateItem Contacts",
    "GetItem Clients",
    "DeleteItem Contacts",
    "PutItem Contacts",
    "contacts/hashKey",
    "DeleteItem Habits",
    "register a device",
    "forget a device",
    ...counts,
  ],
  OmnichannelFunction: [
    ...accepts,
    ...onMachines("start"),
    "UpdateItem Messages",
    "PutItem Profiles",
    "DeleteItem Profiles",
    "Query Contacts",
    "UpdateItem Contacts",
    "DeleteItem Contacts",
    "Query Clients",
    "PutItem Clients",
    "DeleteItem Clients",
    "DeleteItem Habits",
    "register a device",
    "forget a device",
    ...reads("OmnichannelQueue"),
    "SendMessage OmnichannelQueue",
    "SendMessage OmnichannelDeadLetterQueue",
    "SendMessage ReceiptsQueue",
  ],
  ApiAuthorizer: ["GetItem ApiKeys"],
  ApiOpenApi: [],
};

const grantedTo = (caller: Caller) =>
  wishes
    .filter(([, action, resource]) => iam.refusal(caller, { action, resource }) === undefined)
    .map(([wish]) => wish)
    .sort();

it.each(functions)("$logicalId may do what is listed here and nothing else", (one) => {
  const expected = may[withoutHash(one.logicalId)];
  expect(grantedTo(iam.callerOfFunction(one.ref))).toEqual(expected?.toSorted());
});

it.each(machines)("$logicalId may invoke the functions of its states and no others", ({ properties }) => {
  const role = String(properties.RoleArn);
  const ofStates = functions.filter(({ logicalId }) => logicalId.startsWith("Routing"));
  expect(ofStates).toHaveLength(9);
  expect(grantedTo(roleCaller(role, "execution"))).toEqual(
    ofStates.map(({ logicalId }) => `invoke ${logicalId}`).sort(),
  );
});

it("Scheduler may put messages on the starts queue, and its role is handed to nobody else", () => {
  const role = schedulerRole?.arn ?? "";
  expect(grantedTo(roleCaller(role, "Scheduler"))).toEqual([
    "SendMessage IngestStartsDeadLetterQueue",
    "SendMessage IngestStartsQueue",
  ]);
  const pass = { action: "iam:PassRole", resource: role };
  for (const { ref, logicalId } of functions)
    for (const service of ["scheduler.amazonaws.com", "lambda.amazonaws.com"]) {
      const refusal = iam.refusal(iam.callerOfFunction(ref), pass, { "iam:PassedToService": service });
      const may = withoutHash(logicalId) === "IngestStartExecutions" && service.startsWith("scheduler");
      expect([logicalId, service, refusal === undefined]).toEqual([logicalId, service, may]);
    }
});

it("every connection in the template has its permission", () => {
  expect(refusedConnections(stack, iam)).toEqual([]);
});
