/** The template's resource-based policies: of queues, topics and functions. Used by index.ts. */
import * as v from "valibot";
import type { Resource, Stack } from "../../cloudformation.ts";
import { functionArn, queueArn } from "./arns.ts";
import { readResourcePolicy, type Statement } from "./policy.ts";

const queuePolicy = v.looseObject({ PolicyDocument: v.unknown(), Queues: v.array(v.string()) });
const topicPolicy = v.looseObject({ PolicyDocument: v.unknown(), Topics: v.array(v.string()) });
const permission = v.strictObject({
  Action: v.string(),
  FunctionName: v.string(),
  Principal: v.string(),
  SourceArn: v.optional(v.string()),
  SourceAccount: v.optional(v.string()),
});

/** By the resource's ARN. */
export function readResourcePolicies(stack: Stack): Map<string, Statement[]> {
  const policies = new Map<string, Statement[]>();
  const add = (arn: string, statements: Statement[]) =>
    policies.set(arn, [...(policies.get(arn) ?? []), ...statements]);
  for (const { logicalId, properties } of stack.ofType("AWS::SQS::QueuePolicy")) {
    const { PolicyDocument, Queues } = v.parse(queuePolicy, properties);
    for (const url of Queues) add(queueArn(url), readResourcePolicy(PolicyDocument, logicalId));
  }
  for (const { logicalId, properties } of stack.ofType("AWS::SNS::TopicPolicy")) {
    const { PolicyDocument, Topics } = v.parse(topicPolicy, properties);
    for (const arn of Topics) add(arn, readResourcePolicy(PolicyDocument, logicalId));
  }
  for (const resource of stack.ofType("AWS::Lambda::Permission")) {
    const { arn, statements } = readPermission(resource);
    add(arn, statements);
  }
  return policies;
}

/** Converts it to a statement of the function's policy, as Lambda does. */
function readPermission({ logicalId, properties }: Resource) {
  const { Action, FunctionName, Principal, SourceArn, SourceAccount } = v.parse(permission, properties);
  const arn = functionArn(FunctionName);
  const statement = {
    Effect: "Allow",
    Principal: Principal.endsWith(".amazonaws.com") ? { Service: Principal } : { AWS: Principal },
    Action,
    Resource: arn,
    Condition: {
      ...(SourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": SourceArn } }),
      ...(SourceAccount === undefined ? {} : { StringEquals: { "aws:SourceAccount": SourceAccount } }),
    },
  };
  const policy = { Version: "2012-10-17", Statement: statement };
  return { arn, statements: readResourcePolicy(policy, logicalId) };
}
