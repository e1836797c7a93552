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

it("resolves what CloudFormation would", () => {
  const stack = new Stack(template, "S", "http://api");
  expect(stack.outputs).toEqual({
    Machine: "arn:aws:states:us-east-1:000000000000:stateMachine:S-Machine",
    Part: "stateMachine",
    Log: "/logs/S/arn:aws:dynamodb:us-east-1:000000000000:table/S-Table",
  });
  expect(stack.ofType("AWS::DynamoDB::Table")[0]).toMatchObject({ ref: "S-Table", properties: { Right: 1 } });
  expect(stack.ofType("AWS::StepFunctions::StateMachine")[0]?.properties).toEqual({ Definition: "aS-Table" });
});

it("names the types that it does not know", () => {
  expect(unknownTypes(template)).toEqual(["AWS::Quantum::Computer"]);
});

it("refuses a function of the template that it does not know", () => {
  const odd = { ...template, Outputs: { Odd: { Value: { "Fn::Cidr": ["10.0.0.0/16", 1, 8] } } } };
  expect(() => new Stack(odd, "S", "http://api")).toThrow(/Fn::Cidr/);
});
