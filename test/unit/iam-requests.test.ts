/** Which permission each call of the AWS endpoint needs. */
import { describe, expect, it } from "vitest";
import { accessDenied } from "../../infra/local/aws/iam/access-denied.ts";
import { requiredAccess } from "../../infra/local/aws/iam/requests.ts";
import { TaskTokens } from "../../infra/local/step-functions/task-tokens.ts";

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const table = (name: string) => arn("dynamodb", `table/${name}`);
const parameter = (name: string) => arn("ssm", `parameter/${name}`);
const machine = arn("states", "stateMachine:M");
const execution = arn("states", "execution:M:message-1");
const taskToken = new TaskTokens(() => true).open(execution, { succeed() {}, fail() {} });
const QueueUrl = "http://127.0.0.1:4566/000000000000/Q";
const needs = (service: string, action: string, input: object) =>
  requiredAccess({ service, action, input: () => input })?.map((one) => `${one.action} ${one.resource}`);

describe("the permissions that a call needs", () => {
  it.each([
    ["dynamodb", "GetItem", { TableName: "A" }, [`dynamodb:GetItem ${table("A")}`]],
    ["dynamodb", "GetItem", { TableName: table("A") }, [`dynamodb:GetItem ${table("A")}`]],
    ["dynamodb", "Query", { TableName: "A" }, [`dynamodb:Query ${table("A")}`]],
    ["dynamodb", "Query", { TableName: "A", IndexName: "i" }, [`dynamodb:Query ${table("A/index/i")}`]],
    [
      "dynamodb",
      "BatchGetItem",
      { RequestItems: { A: {}, B: {} } },
      [`dynamodb:BatchGetItem ${table("A")}`, `dynamodb:BatchGetItem ${table("B")}`],
    ],
    [
      "dynamodb",
      "TransactWriteItems",
      { TransactItems: [{ Put: { TableName: "A" } }, { ConditionCheck: { TableName: "B" } }] },
      [`dynamodb:PutItem ${table("A")}`, `dynamodb:ConditionCheckItem ${table("B")}`],
    ],
    [
      "dynamodb",
      "TransactGetItems",
      { TransactItems: [{ Get: { TableName: "A" } }] },
      [`dynamodb:GetItem ${table("A")}`],
    ],
    ["sqs", "SendMessage", { QueueUrl }, [`sqs:SendMessage ${arn("sqs", "Q")}`]],
    ["sqs", "SendMessageBatch", { QueueUrl }, [`sqs:SendMessage ${arn("sqs", "Q")}`]],
    ["sqs", "DeleteMessageBatch", { QueueUrl }, [`sqs:DeleteMessage ${arn("sqs", "Q")}`]],
    ["sqs", "ChangeMessageVisibilityBatch", { QueueUrl }, [`sqs:ChangeMessageVisibility ${arn("sqs", "Q")}`]],
    ["sqs", "GetQueueUrl", { QueueName: "Q" }, [`sqs:GetQueueUrl ${arn("sqs", "Q")}`]],
    ["sns", "Publish", { PhoneNumber: "+447123123123" }, ["sns:Publish *"]],
    ["sns", "Publish", { TopicArn: arn("sns", "T") }, [`sns:Publish ${arn("sns", "T")}`]],
    [
      "sns",
      "Publish",
      { TargetArn: arn("sns", "endpoint/GCM/a/1") },
      [`sns:Publish ${arn("sns", "endpoint/GCM/a/1")}`],
    ],
    ["sns", "PublishBatch", { TopicArn: arn("sns", "T") }, [`sns:Publish ${arn("sns", "T")}`]],
    [
      "sns",
      "CreatePlatformEndpoint",
      { PlatformApplicationArn: arn("sns", "app/GCM/a"), Token: "t" },
      [`sns:CreatePlatformEndpoint ${arn("sns", "app/GCM/a")}`],
    ],
    ["states", "StartExecution", { stateMachineArn: machine }, [`states:StartExecution ${machine}`]],
    ["states", "StopExecution", { executionArn: execution }, [`states:StopExecution ${execution}`]],
    ["states", "SendTaskFailure", { taskToken }, [`states:SendTaskFailure ${machine}`]],
    ["ssm", "GetParameter", { Name: "/S/a:3" }, [`ssm:GetParameter ${parameter("S/a")}`]],
    [
      "ssm",
      "GetParameters",
      { Names: ["/S/a", "b"] },
      [`ssm:GetParameters ${parameter("S/a")}`, `ssm:GetParameters ${parameter("b")}`],
    ],
    [
      "lambda",
      "Invoke",
      { FunctionName: "F", Payload: {} },
      [`lambda:InvokeFunction ${arn("lambda", "function:F")}`],
    ],
    [
      "scheduler",
      "CreateSchedule",
      { GroupName: "G", Name: "m1", Target: { RoleArn: arn("iam", "role/R") } },
      [
        `scheduler:CreateSchedule ${arn("scheduler", "schedule/G/m1")}`,
        `iam:PassRole ${arn("iam", "role/R")}`,
      ],
    ],
    [
      "scheduler",
      "DeleteSchedule",
      { Name: "m1" },
      [`scheduler:DeleteSchedule ${arn("scheduler", "schedule/default/m1")}`],
    ],
    ["monitoring", "PutMetricData", { Namespace: "N" }, ["cloudwatch:PutMetricData *"]],
    ["dynamodb", "BatchGetItem", {}, ["dynamodb:BatchGetItem *"]],
    ["dynamodb", "TransactWriteItems", {}, ["dynamodb:TransactWriteItems *"]],
    ["ssm", "GetParameters", { Names: [] }, ["ssm:GetParameters *"]],
    ["sns", "Publish", {}, ["sns:Publish *"]],
  ])("the permissions for %s %s %j are known", (service, action, input, expected) => {
    expect(needs(service, action, input)).toEqual(expected);
  });
});

it.each([
  ["dynamodb", "ExecuteStatement"],
  ["dynamodb", "constructor"],
  ["sqs", ""],
  ["s3", "GetObject"],
  ["__proto__", "toString"],
])("the permissions for %s %s are unknown", (service, action) => {
  expect(needs(service, action, {})).toBeUndefined();
});

it("an invalid task token is left to the service", () => {
  expect(() => needs("states", "SendTaskSuccess", { taskToken: "nonsense" })).toThrow(
    expect.objectContaining({ code: "InvalidToken" }),
  );
});

it.each([
  ["dynamodb", false, 400, '"__type":"AccessDeniedException"'],
  ["sqs", false, 403, '"__type":"AccessDeniedException"'],
  ["lambda", false, 403, '"__type":"AccessDeniedException"'],
  ["sqs", true, 403, "<Code>AccessDenied</Code>"],
  ["sns", true, 403, "<Code>AuthorizationError</Code>"],
])(
  "%s denies access with the error of that service (Query protocol: %s)",
  (service, isQuery, status, code) => {
    const call = { service, isQuery, action: "Any", accessKeyId: undefined, input: () => ({}) };
    const answer = accessDenied(call, "User: x");
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(code);
    expect(answer.body).toContain("User: x");
  },
);
