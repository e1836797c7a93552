/**
 * Reads a synthesized CloudFormation template and resolves its intrinsic functions as CloudFormation would for one account
 * and region. A resource type that the runner does not know is named in a warning, never skipped in silence.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";

export const region = "us-east-1";
export const accountId = "000000000000";

const resource = v.looseObject({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
});
const template = v.looseObject({
  Resources: v.record(v.string(), resource),
  Outputs: v.optional(v.record(v.string(), v.looseObject({ Value: v.unknown() })), {}),
});
export type Template = v.InferOutput<typeof template>;

export interface Resource {
  logicalId: string;
  type: string;
  /** Resolved. */
  properties: Record<string, unknown>;
  /** The name or id that `Ref` gives. */
  ref: string;
  arn: string;
}

/** Types that are run; and types that need nothing on one machine. */
const running = new Set([
  "AWS::DynamoDB::Table",
  "AWS::Lambda::Function",
  "AWS::StepFunctions::StateMachine",
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Authorizer",
]);
const needingNothing = new Set([
  "AWS::ApiGatewayV2::Stage",
  "AWS::CDK::Metadata",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
]);

export const unknownTypes = ({ Resources }: Template): string[] =>
  [...new Set(Object.values(Resources).map(({ Type }) => Type))].filter(
    (type) => !running.has(type) && !needingNothing.has(type),
  );

export function readTemplate(assembly: string, stackName: string): Template {
  const file = resolve(assembly, `${stackName}.template.json`);
  const result = v.safeParse(template, JSON.parse(readFileSync(file, "utf8")));
  if (result.success) return result.output;
  throw new Error(
    `${file} is no CloudFormation template: ${result.issues.map(({ message }) => message).join("; ")}`,
  );
}

export class Stack {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly #template: Template;
  readonly #name: string;
  readonly #apiUrl: string;

  constructor(given: Template, name: string, apiUrl: string) {
    this.#template = given;
    this.#name = name;
    this.#apiUrl = apiUrl;
    this.resources = Object.entries(given.Resources).map(([logicalId, { Type, Properties }]) => ({
      logicalId,
      type: Type,
      properties: this.#resolve(Properties) as Record<string, unknown>,
      ref: this.#ref(logicalId),
      arn: this.#attribute(logicalId, "Arn"),
    }));
    this.outputs = Object.fromEntries(
      Object.entries(given.Outputs).map(([key, { Value }]) => [key, String(this.#resolve(Value))]),
    );
  }

  ofType(type: string): Resource[] {
    return this.resources.filter((one) => one.type === type);
  }

  #resolve(value: unknown): unknown {
    if (Array.isArray(value))
      return value.map((item) => this.#resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== "object" || value === null) return value;
    const [first, ...others] = Object.entries(value);
    if (first !== undefined && others.length === 0 && (first[0] === "Ref" || first[0].startsWith("Fn::")))
      return this.#intrinsic(...first);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, this.#resolve(item)] as const)
        .filter(([, item]) => item !== undefined),
    );
  }

  #intrinsic(name: string, argument: unknown): unknown {
    const list = () => this.#resolve(argument) as unknown[];
    switch (name) {
      case "Ref":
        return argument === "AWS::NoValue" ? undefined : this.#ref(String(argument));
      case "Fn::GetAtt":
        return this.#attribute(
          ...(String(argument).includes(".") && !Array.isArray(argument)
            ? splitOnce(String(argument))
            : (argument as [string, string])),
        );
      case "Fn::Join": {
        const [separator, parts] = list() as [string, string[]];
        return parts.join(separator);
      }
      case "Fn::Select": {
        const [index, parts] = list() as [number, unknown[]];
        return parts[Number(index)];
      }
      case "Fn::Split": {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case "Fn::Sub": {
        const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
          string,
          Record<string, unknown>,
        ];
        return text.replace(/\$\{([^!}]+)\}/g, (_, key: string) => {
          if (key in variables) return String(this.#resolve(variables[key]));
          return key.includes(".") ? this.#attribute(...splitOnce(key)) : this.#ref(key);
        });
      }
      default:
        throw new Error(`the template uses ${name}, which the local runner does not know`);
    }
  }

  #ref(logicalId: string): string {
    const pseudo: Record<string, string> = {
      "AWS::Region": region,
      "AWS::AccountId": accountId,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": this.#name,
    };
    const value = pseudo[logicalId];
    if (value !== undefined) return value;
    const found = this.#template.Resources[logicalId];
    if (found === undefined) throw new Error(`the template refers to ${logicalId}, which it does not have`);
    return found.Type === "AWS::StepFunctions::StateMachine"
      ? this.#attribute(logicalId, "Arn")
      : this.#physicalName(logicalId);
  }

  /** What the template names, or a name as CloudFormation makes them, without its random end. */
  #physicalName(logicalId: string): string {
    const found = this.#template.Resources[logicalId];
    const given = ["TableName", "FunctionName", "StateMachineName", "LogGroupName", "QueueName", "TopicName"]
      .map((key) => found?.Properties[key])
      .find((name) => name !== undefined);
    if (given !== undefined) return String(this.#resolve(given));
    return found?.Type.startsWith("AWS::ApiGatewayV2::")
      ? logicalId.toLowerCase().slice(-10)
      : `${this.#name}-${logicalId}`;
  }

  #attribute(logicalId: string, attribute: string): string {
    const found = this.#template.Resources[logicalId];
    if (found === undefined) throw new Error(`the template refers to ${logicalId}, which it does not have`);
    if (attribute === "ApiEndpoint") return this.#apiUrl;
    if (attribute === "Name") return this.#physicalName(logicalId);
    const name = this.#physicalName(logicalId);
    const arn = (service: string, path: string) => `arn:aws:${service}:${region}:${accountId}:${path}`;
    switch (found.Type) {
      case "AWS::DynamoDB::Table":
        return arn("dynamodb", `table/${name}`);
      case "AWS::Lambda::Function":
        return arn("lambda", `function:${name}`);
      case "AWS::StepFunctions::StateMachine":
        return arn("states", `stateMachine:${name}`);
      case "AWS::Logs::LogGroup":
        return arn("logs", `log-group:${name}:*`);
      case "AWS::IAM::Role":
        return `arn:aws:iam::${accountId}:role/${name}`;
      default:
        return arn(found.Type.split("::")[1]?.toLowerCase() ?? "", name);
    }
  }
}

const splitOnce = (text: string): [string, string] => {
  const [first = "", ...rest] = text.split(".");
  return [first, rest.join(".")];
};
