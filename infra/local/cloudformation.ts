/**
 * Reads a synthesized CloudFormation template and resolves it as CloudFormation would for one account and region. Unknown
 * resource types cause a warning.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import { resolveCondition, resolveValue, type Scope } from "./intrinsics.ts";
import {
  accountId,
  arnOf,
  attributeOf,
  type Endpoints,
  type Identity,
  nameProperties,
  refOf,
  region,
} from "./physical-ids.ts";

export { accountId, region } from "./physical-ids.ts";

const properties = v.record(v.string(), v.unknown());
const resource = v.looseObject({
  Type: v.string(),
  Properties: v.optional(properties, {}),
  Condition: v.optional(v.string()),
  Metadata: v.optional(properties),
});
const output = v.looseObject({ Value: v.unknown(), Condition: v.optional(v.string()) });
/** infra/stack.ts puts them there. */
const metadata = v.looseObject({ settings: v.looseObject({ channels: v.record(v.string(), v.string()) }) });
const template = v.looseObject({
  Metadata: v.optional(metadata),
  Resources: v.record(v.string(), resource),
  Outputs: v.optional(v.record(v.string(), output), {}),
  Conditions: v.optional(properties),
  Parameters: v.optional(
    v.record(v.string(), v.looseObject({ Type: v.string(), Default: v.optional(v.unknown()) })),
  ),
});
export type Template = v.InferOutput<typeof template>;

export interface Resource {
  logicalId: string;
  type: string;
  /** With intrinsic functions resolved. */
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** The value of `Ref`. */
  ref: string;
  arn: string;
}

/** Types that the local run implements, and types that have no effect on one machine. */
const running = new Set([
  "AWS::DynamoDB::Table",
  "AWS::Lambda::Function",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Logs::SubscriptionFilter",
  "AWS::StepFunctions::StateMachine",
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Authorizer",
  "AWS::SQS::Queue",
  "AWS::SNS::Topic",
  "AWS::SNS::Subscription",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::Permission",
  "AWS::Scheduler::ScheduleGroup",
]);
const needingNothing = new Set([
  "AWS::ApiGatewayV2::Stage",
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Logs::LogGroup",
  "AWS::Logs::QueryDefinition",
  "AWS::SES::ConfigurationSet",
  "AWS::SES::ConfigurationSetEventDestination",
  // The carrier publishes to the channel's topic (system.ts).
  "AWS::SMSVOICE::ConfigurationSet",
]);

export const isEmulated = (type: string) => running.has(type);

export const unknownTypes = ({ Resources }: Template): string[] =>
  [...new Set(Object.values(Resources).map(({ Type }) => Type))].filter(
    (type) => !running.has(type) && !needingNothing.has(type),
  );

export const templateFile = (assembly: string, stackName: string) =>
  resolve(assembly, `${stackName}.template.json`);

export function readTemplate(assembly: string, stackName: string): Template {
  const file = templateFile(assembly, stackName);
  const result = v.safeParse(template, JSON.parse(readFileSync(file, "utf8")));
  if (result.success) return result.output;
  throw new Error(
    `${file} is no CloudFormation template: ${result.issues.map(({ message }) => message).join("; ")}`,
  );
}

export class Stack implements Scope {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly #template: Template;
  readonly #name: string;
  readonly #endpoints: Endpoints;

  constructor(given: Template, name: string, apiUrl: string, awsUrl = `https://sqs.${region}.amazonaws.com`) {
    this.#template = given;
    this.#name = name;
    this.#endpoints = { api: apiUrl, aws: awsUrl };
    const isThere = ({ Condition }: { Condition?: string | undefined }) =>
      Condition === undefined || this.condition(Condition);
    this.resources = Object.entries(given.Resources)
      .filter(([, one]) => isThere(one))
      .map(([logicalId, { Type, Properties, Metadata = {} }]) => {
        const identity = this.#identity(logicalId);
        return {
          logicalId,
          type: Type,
          properties: v.parse(properties, resolveValue(Properties, this)),
          metadata: Metadata,
          ref: refOf(identity, this.#endpoints),
          arn: arnOf(identity),
        };
      });
    this.outputs = Object.fromEntries(
      Object.entries(given.Outputs)
        .filter(([, one]) => isThere(one))
        .map(([key, { Value }]) => [key, String(resolveValue(Value, this))]),
    );
  }

  ofType(type: string): Resource[] {
    return this.resources.filter((one) => one.type === type);
  }

  condition(name: string): boolean {
    if (!Object.hasOwn(this.#template.Conditions ?? {}, name))
      throw new Error(`the template refers to the condition ${name}, which it does not have`);
    return resolveCondition(this.#template.Conditions?.[name], this);
  }

  ref(name: string): string | string[] | undefined {
    if (name === "AWS::NoValue") return undefined;
    const pseudo: Record<string, string> = {
      "AWS::Region": region,
      "AWS::AccountId": accountId,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": this.#name,
      "AWS::StackId": `arn:aws:cloudformation:${region}:${accountId}:stack/${this.#name}/local`,
    };
    const parameter = this.#template.Parameters?.[name];
    if (parameter === undefined) return pseudo[name] ?? refOf(this.#identity(name), this.#endpoints);
    if (parameter.Default === undefined) throw new Error(`the template's parameter ${name} has no default`);
    const value = String(parameter.Default);
    return /^(CommaDelimitedList|List<)/.test(parameter.Type) ? value.split(",") : value;
  }

  attribute(logicalId: string, attribute: string): string {
    return attributeOf(this.#identity(logicalId), attribute, this.#endpoints);
  }

  #identity(logicalId: string): Identity {
    const found = this.#template.Resources[logicalId];
    if (found === undefined) throw new Error(`the template refers to ${logicalId}, which it does not have`);
    const given = resolveValue(found.Properties[nameProperties[found.Type] ?? ""], this);
    return {
      type: found.Type,
      logicalId,
      name: given === undefined ? undefined : String(given),
      stackName: this.#name,
      isFifo: found.Properties.FifoQueue === true || found.Properties.FifoTopic === true,
    };
  }
}
