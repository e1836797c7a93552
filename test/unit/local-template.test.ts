/** The template as the local runner reads it. */
import { expect, it } from "vitest";
import { Stack, type Template, unknownTypes } from "../../infra/local/cloudformation.ts";

const template: Template = {
  Resources: {
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: { Definition: { "Fn::Join": ["", ["a", { Ref: "Table" }]] } },
    },
    Table: { Type: "AWS::DynamoDB::Table", Properties: { Left: { Ref: "AWS::NoValue" }, Right: 1 } },
    Named: {
      Type: "AWS::Logs::LogGroup",
      Properties: { LogGroupName: { "Fn::Sub": "/logs/${AWS::StackName}/${Table.Arn}" } },
    },
    Strange: { Type: "AWS::Quantum::Computer", Properties: {} },
  },
  Outputs: {
    Machine: { Value: { Ref: "Machine" } },
    Part: { Value: { "Fn::Select": [5, { "Fn::Split": [":", { "Fn::GetAtt": ["Machine", "Arn"] }] }] } },
    Log: { Value: { Ref: "Named" } },
  },
};

it("references, functions and outputs are resolved as CloudFormation resolves them", () => {
  const stack = new Stack(template, "S", "http://api");
  expect(stack.outputs).toEqual({
    Machine: "arn:aws:states:us-east-1:000000000000:stateMachine:S-Machine",
    Part: "stateMachine",
    Log: "/logs/S/arn:aws:dynamodb:us-east-1:000000000000:table/S-Table",
  });
  expect(stack.ofType("AWS::DynamoDB::Table")[0]).toMatchObject({ ref: "S-Table", properties: { Right: 1 } });
  expect(stack.ofType("AWS::StepFunctions::StateMachine")[0]?.properties).toEqual({ Definition: "aS-Table" });
});

it("unknown resource types are named", () => {
  expect(unknownTypes(template)).toEqual(["AWS::Quantum::Computer"]);
});

it("an unknown intrinsic function is refused", () => {
  const odd = { ...template, Outputs: { Odd: { Value: { "Fn::Cidr": ["10.0.0.0/16", 1, 8] } } } };
  expect(() => new Stack(odd, "S", "http://api")).toThrow(/Fn::Cidr/);
});

it("only what its condition allows is kept, and parameters have their defaults", () => {
  const stack = new Stack(
    {
      Parameters: {
        Stage: { Type: "String", Default: "test" },
        Zones: { Type: "CommaDelimitedList", Default: "a,b" },
      },
      Conditions: {
        IsTest: { "Fn::Equals": [{ Ref: "Stage" }, "test"] },
        IsOther: { "Fn::Not": [{ Condition: "IsTest" }] },
        Either: { "Fn::Or": [{ Condition: "IsTest" }, { Condition: "IsOther" }] },
        Both: { "Fn::And": [{ Condition: "IsTest" }, { Condition: "IsOther" }] },
      },
      Resources: {
        There: {
          Type: "AWS::SQS::Queue",
          Condition: "Either",
          Properties: {
            DelaySeconds: { "Fn::If": ["IsTest", 1, 2] },
            KmsMasterKeyId: { "Fn::If": ["IsTest", { Ref: "AWS::NoValue" }, "key"] },
          },
        },
        NotThere: { Type: "AWS::SQS::Queue", Condition: "Both", Properties: {} },
      },
      Outputs: {
        Zone: { Value: { "Fn::Select": [1, { Ref: "Zones" }] } },
        Never: { Condition: "Both", Value: { Ref: "NotThere" } },
        Literal: { Value: { "Fn::Sub": ["${!kept} ${a}", { a: { Ref: "AWS::Partition" } }] } },
      },
    },
    "S",
    "http://api",
  );
  expect(stack.resources.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([
    ["There", { DelaySeconds: 1 }],
  ]);
  expect(stack.outputs).toEqual({ Zone: "b", Literal: "${kept} aws" });
});

it("queues are named by the URL where they answer, and topics by their ARN", () => {
  const stack = new Stack(
    {
      Resources: {
        Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "orders" } },
        Topic: { Type: "AWS::SNS::Topic", Properties: {} },
      },
      Outputs: {
        Url: { Value: { Ref: "Queue" } },
        Arn: { Value: { "Fn::GetAtt": ["Queue", "Arn"] } },
        Name: { Value: { "Fn::GetAtt": ["Queue", "QueueName"] } },
        Topic: { Value: { Ref: "Topic" } },
      },
    },
    "S",
    "http://api",
    "http://127.0.0.1:4566",
  );
  expect(stack.outputs).toEqual({
    Url: "http://127.0.0.1:4566/000000000000/orders",
    Arn: "arn:aws:sqs:us-east-1:000000000000:orders",
    Name: "orders",
    Topic: "arn:aws:sns:us-east-1:000000000000:S-Topic",
  });
});

it("an unknown attribute is refused with its resource", () => {
  const odd = { ...template, Outputs: { Odd: { Value: { "Fn::GetAtt": ["Table", "Colour"] } } } };
  expect(() => new Stack(odd, "S", "http://api")).toThrow(/Colour of Table/);
});
