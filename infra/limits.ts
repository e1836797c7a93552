/**
 * AWS's limits that CloudFormation reports only during a deployment, checked in the synthesized template. Pure. CDK itself
 * refuses more than 500 resources.
 */

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every type
  Properties?: any;
}
export interface Template {
  Resources?: Readonly<Record<string, Resource>>;
}

/**
 * How long names may be. https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 * https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const names: Readonly<Record<string, { property: string; most: number }>> = {
  "AWS::Lambda::Function": { property: "FunctionName", most: 64 },
  "AWS::StepFunctions::StateMachine": { property: "StateMachineName", most: 80 },
  "AWS::SQS::Queue": { property: "QueueName", most: 80 },
  "AWS::SNS::Topic": { property: "TopicName", most: 256 },
  "AWS::DynamoDB::Table": { property: "TableName", most: 255 },
  "AWS::IAM::Role": { property: "RoleName", most: 64 },
  "AWS::Logs::LogGroup": { property: "LogGroupName", most: 512 },
  "AWS::CloudWatch::Alarm": { property: "AlarmName", most: 255 },
};

/** @returns one sentence for each limit that is passed: the resource, the figure and the remedy */
export function passedLimits(template: Template, stackName: string): string[] {
  const resources = Object.entries(template.Resources ?? {});
  const passed: string[] = [];
  const check = (what: string, size: number, most: number, unit: string, remedy: string) => {
    if (size > most) passed.push(`${what} has ${size} ${unit}, and AWS allows ${most}: ${remedy}`);
  };
  const lengthOf = (value: unknown) => JSON.stringify(longest(value, stackName)).length;

  // Indented as CDK writes it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  const templateBytes = Buffer.byteLength(JSON.stringify(template, null, 1));
  check("the template", templateBytes, 1_000_000, "bytes", "move some of its resources into another stack");

  const inlinePolicies = new Map<string, number>();
  const addInline = (role: string, document: unknown) =>
    inlinePolicies.set(role, (inlinePolicies.get(role) ?? 0) + lengthOf(document));
  for (const [logicalId, { Type, Properties = {} }] of resources) {
    const name = names[Type];
    if (name !== undefined && Properties[name.property] !== undefined)
      check(
        `${logicalId}'s ${name.property}`,
        String(longest(Properties[name.property], stackName)).length,
        name.most,
        "characters",
        "give the stack a shorter name (context stackName)",
      );
    // Measured as JSON: https://github.com/github-aws-runners/terraform-aws-github-runner/issues/3594
    if (Type === "AWS::Lambda::Function")
      check(
        `the environment of ${logicalId}`,
        Buffer.byteLength(JSON.stringify(longest(Properties.Environment?.Variables ?? {}, stackName))),
        4096,
        "bytes",
        "give it to the function as a fact beside its code (functions/shared/deployment-facts.ts)",
      );
    if (Type === "AWS::IAM::ManagedPolicy")
      check(`${logicalId}`, lengthOf(Properties.PolicyDocument), 6144, "characters", split);
    if (Type === "AWS::IAM::Policy")
      for (const role of Properties.Roles ?? []) addInline(nameOf(role), Properties.PolicyDocument);
    if (Type === "AWS::IAM::Role")
      for (const { PolicyDocument } of Properties.Policies ?? []) addInline(logicalId, PolicyDocument);
  }
  // Together, without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  for (const [role, size] of inlinePolicies)
    check(`the inline policies of ${role}`, size, 10_240, "characters", split);
  return passed;
}

const split = "name fewer resources in its statements, or move statements to a managed policy";

const nameOf = (reference: { Ref?: string } | string) =>
  typeof reference === "string" ? reference : (reference.Ref ?? JSON.stringify(reference));

/**
 * The value as long as it can become once it is deployed. What CloudFormation names is the stack's name, the logical id and 12
 * more characters; the longest that stands before it is a queue's address.
 */
function longest(value: unknown, stackName: string): unknown {
  const of = (part: unknown): unknown => longest(part, stackName);
  if (Array.isArray(value)) return value.map(of);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[kind, argument] = ["", undefined]] = entries;
  if (entries.length !== 1 || !(kind === "Ref" || kind.startsWith("Fn::")))
    return Object.fromEntries(entries.map(([key, part]) => [key, of(part)]));
  if (kind === "Fn::Join") {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => String(of(part))).join(separator);
  }
  if (kind === "Ref" && argument === "AWS::StackName") return stackName;
  if (kind === "Ref" && pseudoParameters[argument as string]) return pseudoParameters[argument as string];
  const [logicalId] = [argument].flat();
  return `https://sqs.ap-southeast-1.amazonaws.com/123456789012/${stackName}-${logicalId}-ABCDEFGHIJKL`;
}

const pseudoParameters: Readonly<Record<string, string>> = {
  "AWS::Region": "ap-southeast-1",
  "AWS::AccountId": "123456789012",
  "AWS::Partition": "aws-us-gov",
  "AWS::URLSuffix": "amazonaws.com.cn",
};
