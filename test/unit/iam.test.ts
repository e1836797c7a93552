/** The local IAM on a small template: who calls, what their role may, and what the template connects. */
import { describe, expect, it } from "vitest";
import { accessKeyIdOf } from "../../infra/local/aws/iam/credentials.ts";
import { Iam } from "../../infra/local/aws/iam/index.ts";
import { invokingAsRole } from "../../infra/local/aws/iam/invoking.ts";
import { checkConnections, refusedConnections } from "../../infra/local/aws/iam/wiring.ts";
import { Stack, type Template } from "../../infra/local/cloudformation.ts";
import { LambdaInvocationError } from "../../infra/local/step-functions/errors.ts";

const arn = (logicalId: string) => ({ "Fn::GetAtt": [logicalId, "Arn"] });
const policy = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource, ...more }],
});
const from = (SourceArn: unknown) => ({ Condition: { ArnEquals: { "aws:SourceArn": SourceArn } } });
const attached = (role: string, Action: unknown, Resource: unknown) => ({
  Type: "AWS::IAM::Policy",
  Properties: { Roles: [{ Ref: role }], PolicyDocument: policy(Action, Resource) },
});
const permission = (service: string, SourceArn: unknown) => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    Action: "lambda:InvokeFunction",
    FunctionName: arn("Reader"),
    Principal: service,
    SourceArn,
  },
});
const readsQueue = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Everything that is connected here is also allowed. */
const resources: Template["Resources"] = Object.fromEntries(
  Object.entries({
    Queue: { Type: "AWS::SQS::Queue" },
    Topic: { Type: "AWS::SNS::Topic" },
    Logs: { Type: "AWS::Logs::LogGroup" },
    Api: { Type: "AWS::ApiGatewayV2::Api" },
    Reader: { Type: "AWS::Lambda::Function", Properties: { Role: arn("ReaderRole") } },
    ReaderRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        Policies: [{ PolicyName: "Inline", PolicyDocument: policy("dynamodb:GetItem", "*") }],
        ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      },
    },
    ReaderPolicy: attached("ReaderRole", readsQueue, arn("Queue")),
    Other: { Type: "AWS::Lambda::Function", Properties: { Role: arn("OtherRole") } },
    OtherRole: { Type: "AWS::IAM::Role" },
    Machine: { Type: "AWS::StepFunctions::StateMachine", Properties: { RoleArn: arn("MachineRole") } },
    MachineRole: { Type: "AWS::IAM::Role" },
    MachinePolicy: attached("MachineRole", "lambda:InvokeFunction", arn("Reader")),
    QueuePolicy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "Queue" }],
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "sqs:SendMessage",
              Resource: arn("Queue"),
              Principal: { Service: "sns.amazonaws.com" },
              ...from({ Ref: "Topic" }),
            },
            {
              Effect: "Deny",
              Action: "sqs:*",
              Resource: arn("Queue"),
              Principal: { AWS: "*" },
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      },
    },
    TopicPolicy: {
      Type: "AWS::SNS::TopicPolicy",
      Properties: {
        Topics: [{ Ref: "Topic" }],
        PolicyDocument: policy("sns:Publish", { Ref: "Topic" }, { Effect: "Deny", Principal: "*" }),
      },
    },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { EventSourceArn: arn("Queue"), FunctionName: { Ref: "Reader" } },
    },
    Subscription: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: { Ref: "Topic" }, Protocol: "sqs", Endpoint: arn("Queue") },
    },
    Filter: {
      Type: "AWS::Logs::SubscriptionFilter",
      Properties: { LogGroupName: { Ref: "Logs" }, DestinationArn: arn("Reader") },
    },
    FilterPermission: permission("logs.amazonaws.com", arn("Logs")),
    Authorizer: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: { ApiId: { Ref: "Api" }, AuthorizerUri: arn("Reader") },
    },
    AuthorizerPermission: permission("apigateway.amazonaws.com", {
      "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/${Authorizer}",
    }),
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: { ApiId: { Ref: "Api" }, IntegrationUri: arn("Reader") },
    },
    Route: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Api" },
        RouteKey: "GET /things/{id}",
        Target: { "Fn::Sub": "integrations/${Integration}" },
      },
    },
    RoutePermission: permission("apigateway.amazonaws.com", {
      "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/things/{id}",
    }),
  }).map(([id, resource]) => [id, { Properties: {}, ...resource }]),
);

function deploy(changes: Partial<Template["Resources"]> = {}) {
  const all = Object.entries({ ...resources, ...changes });
  const Resources = Object.fromEntries(
    all.flatMap(([id, resource]) => (resource === undefined ? [] : [[id, resource]])),
  );
  const stack = new Stack({ Resources, Outputs: {} }, "S", "http://api", "http://aws");
  const iam = new Iam();
  iam.load(stack);
  return { stack, iam };
}
const call = (functionName: string, service: string, action: string, input: object) => ({
  service,
  action,
  accessKeyId: accessKeyIdOf(functionName),
  isQuery: false,
  input: () => input,
});
const account = "us-east-1:000000000000";

describe("a call to the AWS endpoint", () => {
  const { iam } = deploy();
  const QueueUrl = "http://aws/000000000000/S-Queue";

  it("a call is judged by the role of the function whose access key it has", () => {
    expect(iam.refusalOfCall(call("S-Reader", "dynamodb", "GetItem", { TableName: "A" }))).toBeUndefined();
    expect(iam.refusalOfCall(call("S-Reader", "sqs", "ReceiveMessage", { QueueUrl }))).toBeUndefined();
    expect(iam.refusalOfCall(call("S-Other", "sqs", "ReceiveMessage", { QueueUrl }))).toBe(
      `User: arn:aws:sts::000000000000:assumed-role/S-OtherRole/S-Other is not authorized to perform: sqs:ReceiveMessage on resource: arn:aws:sqs:${account}:S-Queue because no identity-based policy allows the sqs:ReceiveMessage action`,
    );
  });

  it("a transaction needs the permission of each of its parts", () => {
    const transaction = { TransactItems: [{ Get: { TableName: "A" } }, { Put: { TableName: "B" } }] };
    expect(iam.refusalOfCall(call("S-Reader", "dynamodb", "TransactGetItems", transaction))).toMatch(
      /dynamodb:PutItem on resource: .*table\/B /,
    );
  });

  it("a call that a resource's own policy denies is refused", () => {
    const TopicArn = `arn:aws:sns:${account}:S-Topic`;
    expect(iam.refusalOfCall(call("S-Reader", "sns", "Publish", { TopicArn }))).toMatch(
      /with an explicit deny in a resource-based policy$/,
    );
  });

  it("a call of an unsupported action is refused with the action's name", () => {
    expect(iam.refusalOfCall(call("S-Reader", "s3", "GetObject", {}))).toMatch(/s3:GetObject/);
    expect(iam.refusalOfCall(call("S-Reader", "lambda", "", {}))).toMatch(/lambda:\?/);
  });

  it("a call with any other access key is the administrator's", () => {
    for (const accessKeyId of ["test", "S-Other", undefined])
      expect(iam.refusalOfCall({ ...call("S-Other", "s3", "GetObject", {}), accessKeyId })).toBeUndefined();
  });
});

it("each function has an access key of its own, in AWS's format", () => {
  expect(accessKeyIdOf("S-Reader")).toMatch(/^ASIA[A-Z0-9]{16}$/);
  expect(accessKeyIdOf("S-Reader")).not.toBe(accessKeyIdOf("S-Reader2"));
});

describe("the state machine", () => {
  const { iam, stack } = deploy();
  const invoke = invokingAsRole(iam, async (functionArn) => functionArn);
  const role = stack.ofType("AWS::IAM::Role").find(({ logicalId }) => logicalId === "MachineRole")?.arn ?? "";
  const functionArn = (name: string) => `arn:aws:lambda:${account}:function:${name}`;

  it("the state machine may invoke the functions of its role's policy", async () => {
    expect(await invoke(functionArn("S-Reader"), {}, role)).toBe(functionArn("S-Reader"));
    expect(await invoke("S-Reader", {}, role)).toBe("S-Reader");
  });

  it("the state machine may not invoke another function", async () => {
    const refused = await invoke(functionArn("S-Other"), {}, role).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LambdaInvocationError);
    expect(refused).toMatchObject({
      failure: {
        errorType: "Lambda.AWSLambdaException",
        errorMessage: expect.stringContaining(`lambda:InvokeFunction on resource: ${functionArn("S-Other")}`),
      },
    });
  });
});

describe("the connections of the template", () => {
  it("connections that have their permissions are not refused", () => {
    const { stack, iam } = deploy();
    expect(refusedConnections(stack, iam)).toEqual([]);
  });

  it("the connections are checked before anything runs", () => {
    const { stack, iam } = deploy({ FilterPermission: undefined });
    expect(() => checkConnections(stack, iam)).toThrow(/Filter: .*lambda:InvokeFunction/);
  });

  const elsewhere = permission("apigateway.amazonaws.com", `arn:aws:execute-api:${account}:other/*`);
  it.each([
    ["a route without a permission", { RoutePermission: undefined }, ["Route: User: apigateway"]],
    ["a route of another API's permission", { RoutePermission: elsewhere }, ["Route: User: apigateway"]],
    ["an authorizer without one", { AuthorizerPermission: undefined }, ["Authorizer: User: apigateway"]],
    ["a log subscription without one", { FilterPermission: undefined }, ["Filter: User: logs"]],
    ["a topic that may not write to the queue", { QueuePolicy: undefined }, ["Subscription: User: sns"]],
    [
      "a function that may not read its queue",
      { ReaderPolicy: attached("ReaderRole", "sqs:ReceiveMessage", arn("Queue")) },
      [/^Mapping: .*sqs:DeleteMessage/, /^Mapping: .*sqs:GetQueueAttributes/],
    ],
  ])("a connection is refused for %s", (_, changes, expected) => {
    const { stack, iam } = deploy(changes as Partial<Template["Resources"]>);
    const refused = refusedConnections(stack, iam);
    expect(refused).toEqual(
      expected.map((text) =>
        typeof text === "string" ? expect.stringContaining(text) : expect.stringMatching(text),
      ),
    );
  });
});

describe("unsupported parts of the template", () => {
  const role = (Properties: object) => ({ OtherRole: { Type: "AWS::IAM::Role", Properties } });
  it.each([
    [
      "a managed policy",
      role({ ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
      /AdministratorAccess of OtherRole/,
    ],
    ["a permissions boundary", role({ PermissionsBoundary: "arn:aws:iam::aws:policy/X" }), /OtherRole/],
    [
      "a role of another stack",
      { Other: { Type: "AWS::Lambda::Function", Properties: { Role: "arn:aws:iam::1:role/Foreign" } } },
      /Foreign/,
    ],
  ])("the template is refused for %s", (_, changes, message) => {
    expect(() => deploy(changes as Partial<Template["Resources"]>)).toThrow(message);
  });
});
