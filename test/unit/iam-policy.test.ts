/** IAM's policy language as the local run reads it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AccessRequest,
  evaluate,
  readIdentityPolicy,
  readResourcePolicy,
} from "../../infra/local/aws/iam/policy.ts";

const role = { role: "arn:aws:iam::000000000000:role/R" };
const table = "arn:aws:dynamodb:us-east-1:000000000000:table/Messages";
const queue = "arn:aws:sqs:us-east-1:000000000000:Q";
const topic = "arn:aws:sns:us-east-1:000000000000:T";
const endpoint = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/1";

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown, more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
});
const ask = (action: string, resource: string, context: AccessRequest["context"] = {}): AccessRequest => ({
  principal: role,
  action,
  resource,
  context,
});
const verdict = (statements: object[], ...request: Parameters<typeof ask>) =>
  evaluate(readIdentityPolicy(policy(...statements), "P"), ask(...request));

describe("a role's policy", () => {
  const ssl = { Condition: { Bool: { "aws:SecureTransport": "false" } } };
  const phonesOnly = [allow("sns:Publish", "*"), deny("sns:Publish", "arn:aws:sns:*:*:*")];
  const allButQueues = [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:sqs:*:*:*" }];
  const allButDelete = [{ Effect: "Allow", NotAction: "dynamodb:Delete*", Resource: "*" }];
  const fromTopic = [allow("sqs:*", "*", { Condition: { ArnEquals: { "aws:SourceArn": topic } } })];
  it.each([
    ["allows what it names", [allow("dynamodb:GetItem", table)], "dynamodb:GetItem", table, "Allow"],
    ["allows no other action", [allow("dynamodb:GetItem", table)], "dynamodb:PutItem", table, undefined],
    ["allows no other table", [allow("dynamodb:GetItem", table)], "dynamodb:GetItem", `${table}2`, undefined],
    [
      "allows no index with the table",
      [allow("dynamodb:*", table)],
      "dynamodb:Query",
      `${table}/index/i`,
      undefined,
    ],
    ["allows each action of a list", [allow(["a:B", "a:C"], [topic, table])], "a:C", table, "Allow"],
    ["ignores the case of actions", [allow("DynamoDB:getitem", table)], "dynamodb:GetItem", table, "Allow"],
    ["respects the case of ARNs", [allow("a:B", table.replace("M", "m"))], "a:B", table, undefined],
    [
      "takes * as any text",
      [allow("dynamodb:*Item", `${table.slice(0, -3)}*`)],
      "dynamodb:PutItem",
      table,
      "Allow",
    ],
    ["takes ? as one character", [allow("sqs:?", "*")], "sqs:AB", queue, undefined],
    ["takes a dot as a dot", [allow("sqs.SendMessage", "*")], "sqs:SendMessage", queue, undefined],
    [
      "does not match a queue by an ARN of SNS",
      [allow("*", "arn:aws:sns:*:*:*")],
      "sqs:SendMessage",
      queue,
      undefined,
    ],
    [
      "matches * within one part of an ARN",
      [allow("*", "arn:aws:sqs:*:Q:*")],
      "a:B",
      `${queue}:Q:x`,
      undefined,
    ],
    ["denies where Deny comes before Allow", [deny("*", "*"), allow("*", "*")], "a:B", table, "Deny"],
    ["denies where Deny comes after Allow", [allow("*", "*"), deny("*", "*")], "a:B", table, "Deny"],
    ["denies only what it names", [allow("*", "*"), deny("a:B", table)], "a:C", table, "Allow"],
    ["for phones only allows a phone number, which has no ARN", phonesOnly, "sns:Publish", "*", "Allow"],
    ["for phones only denies a topic", phonesOnly, "sns:Publish", topic, "Deny"],
    ["for phones only denies an endpoint", phonesOnly, "sns:Publish", endpoint, "Deny"],
    [
      "with ARNs allows no phone number",
      [allow("sns:Publish", "arn:aws:sns:*:*:*")],
      "sns:Publish",
      "*",
      undefined,
    ],
    ["allows what NotResource does not name", allButQueues, "sns:Publish", topic, "Allow"],
    ["does not allow what NotResource names", allButQueues, "sqs:SendMessage", queue, undefined],
    ["allows what NotAction does not name", allButDelete, "dynamodb:GetItem", table, "Allow"],
    ["does not allow what NotAction names", allButDelete, "dynamodb:DeleteItem", table, undefined],
    [
      "ignores a Deny whose condition is not met",
      [allow("*", "*"), deny("*", "*", ssl)],
      "a:B",
      table,
      "Allow",
    ],
    ["takes a missing condition key as not met", fromTopic, "sqs:SendMessage", queue, undefined],
  ])("a role's policy %s", (_, statements, action, resource, expected) => {
    expect(verdict(statements, action, resource, { "aws:SecureTransport": "true" })).toBe(expected);
  });

  it.each([
    ["StringEquals", "aws:SourceAccount", ["1", "000000000000"], "Allow"],
    ["StringEquals", "AWS:sourceaccount", "000000000000", "Allow"],
    ["StringEquals", "aws:SourceAccount", "0000*", undefined],
    ["StringLike", "aws:SourceAccount", "0000*", "Allow"],
    ["ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:T", "Allow"],
    ["ArnEquals", "aws:SourceArn", "arn:aws:sns:*:*:U", undefined],
    ["Bool", "aws:SecureTransport", true, "Allow"],
    ["Bool", "aws:SecureTransport", "false", undefined],
  ])("the condition %s of %s and %j is judged", (operator, key, value, expected) => {
    const statement = allow("a:B", "*", { Condition: { [operator]: { [key]: value } } });
    const context = {
      "aws:SourceAccount": "000000000000",
      "aws:SourceArn": topic,
      "aws:SecureTransport": "true",
    } as const;
    expect(verdict([statement], "a:B", table, context)).toBe(expected);
  });

  it("a condition needs every one of its keys", () => {
    const Condition = { Bool: { "aws:SecureTransport": "true" }, ArnLike: { "aws:SourceArn": topic } };
    const statement = allow("a:B", "*", { Condition });
    expect(verdict([statement], "a:B", table, { "aws:SecureTransport": "true" })).toBeUndefined();
  });
});

describe("unsupported parts of a policy", () => {
  it.each([
    [
      "an unknown operator",
      allow("a:B", "*", { Condition: { IpAddress: { "aws:SourceIp": "1.2.3.4" } } }),
      /IpAddress/,
    ],
    [
      "an unknown condition key",
      allow("a:B", "*", { Condition: { StringEquals: { "dynamodb:LeadingKeys": "x" } } }),
      /LeadingKeys/,
    ],
    ["an incomplete ARN", allow("a:B", "arn:aws:sns:*"), /arn:aws:sns:\* is no ARN/],
    ["a policy variable", allow("a:B", "arn:aws:s3:::${aws:username}"), /policy variables/],
    ["neither Action nor NotAction", { Effect: "Allow", Resource: "*" }, /Action/],
    ["both Resource and NotResource", { ...allow("a:B", "*"), NotResource: "*" }, /Resource/],
    ["a Principal in a role's policy", allow("a:B", "*", { Principal: "*" }), /Principal/],
    ["an unknown effect", { ...allow("a:B", "*"), Effect: "Maybe" }, /Maybe/],
  ])("a role's policy is refused by its name for %s", (_, statement, message) => {
    const read = () => readIdentityPolicy(policy(statement), "TheirPolicy");
    expect(read).toThrow(message);
    expect(read).toThrow(/TheirPolicy/);
  });

  it.each([
    ["NotPrincipal", { ...allow("a:B", "*"), NotPrincipal: "*" }, /Principal/],
    [
      "the account as principal",
      allow("a:B", "*", { Principal: { AWS: "arn:aws:iam::000000000000:root" } }),
      /root/,
    ],
  ])("a resource's policy is refused by its name for %s", (_, statement, message) => {
    expect(() => readResourcePolicy(policy(statement), "TheirPolicy")).toThrow(message);
  });
});

it("a resource's policy applies to the principals that it names", () => {
  const service = (name: string) => ({ service: name });
  const judge = (Principal: unknown, principal: AccessRequest["principal"]) =>
    evaluate(readResourcePolicy(policy(allow("a:B", "*", { Principal })), "P"), {
      ...ask("a:B", queue),
      principal,
    });
  expect(judge("*", role)).toBe("Allow");
  expect(judge({ AWS: "*" }, role)).toBe("Allow");
  expect(judge({ AWS: [role.role] }, role)).toBe("Allow");
  expect(judge({ AWS: `${role.role}2` }, role)).toBeUndefined();
  expect(judge({ Service: "sns.amazonaws.com" }, service("sns.amazonaws.com"))).toBe("Allow");
  expect(judge({ Service: "sns.amazonaws.com" }, service("logs.amazonaws.com"))).toBeUndefined();
  expect(judge({ Service: "sns.amazonaws.com" }, role)).toBeUndefined();
});

describe("any policy", () => {
  const actions = ["a:Get", "a:Put", "b:Get"];
  const resources = [table, queue, topic, "*"];
  const statement = fc.record({
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: fc.subarray([...actions, "a:*", "*", "?:Get"], { minLength: 1 }),
    Resource: fc.subarray([...resources, "arn:aws:sns:*:*:*", "arn:aws:*:*:*:*"], { minLength: 1 }),
  });
  const policyAndRequest = fc.record({
    statements: fc.array(statement, { minLength: 1, maxLength: 6 }),
    chosen: fc.nat(),
    action: fc.constantFrom(...actions),
    resource: fc.constantFrom(...resources),
  });
  const isAllowed = (statements: object[], action: string, resource: string) =>
    verdict(statements, action, resource) === "Allow";

  it("removing an Allow, or adding a Deny, never allows more", () => {
    fc.assert(
      fc.property(policyAndRequest, statement, ({ statements, chosen, action, resource }, added) => {
        const at = chosen % statements.length;
        const fewer = statements.filter(({ Effect }, index) => index !== at || Effect === "Deny");
        const more = [...statements, { ...added, Effect: "Deny" }];
        const before = isAllowed(statements, action, resource);
        for (const stricter of [fewer, more])
          expect(before || !isAllowed(stricter, action, resource)).toBe(true);
      }),
    );
  });

  it("the order of the statements does not matter", () => {
    fc.assert(
      fc.property(policyAndRequest, ({ statements, action, resource }) => {
        expect(verdict([...statements].reverse(), action, resource)).toBe(
          verdict(statements, action, resource),
        );
      }),
    );
  });
});
