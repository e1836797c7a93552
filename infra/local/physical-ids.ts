/**
 * The names, `Ref` values and attributes that CloudFormation would give resources. Pure; the stack (cloudformation.ts) passes
 * names from the template and local addresses.
 */
export const region = "us-east-1";
export const accountId = "000000000000";

export interface Identity {
  type: string;
  logicalId: string;
  /** The name in the template, resolved. */
  name: string | undefined;
  stackName: string;
  isFifo: boolean;
}

export interface Endpoints {
  api: string;
  /** The beginning of queue URLs. */
  aws: string;
}

/** The property that names a resource of the type. */
export const nameProperties: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::StepFunctions::StateMachine": "StateMachineName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::SQS::Queue": "QueueName",
  "AWS::SNS::Topic": "TopicName",
  "AWS::IAM::Role": "RoleName",
  "AWS::Scheduler::ScheduleGroup": "Name",
};

/** The name in the template, or one as CloudFormation makes them, without the random suffix. */
export function physicalName({ type, logicalId, name, stackName, isFifo }: Identity): string {
  if (name !== undefined) return name;
  if (type.startsWith("AWS::ApiGatewayV2::")) return logicalId.toLowerCase().slice(-10);
  return `${stackName}-${logicalId}${isFifo ? ".fifo" : ""}`;
}

export function refOf(identity: Identity, endpoints: Endpoints): string {
  if (identity.type === "AWS::SQS::Queue") return queueUrl(identity, endpoints);
  return ["AWS::StepFunctions::StateMachine", "AWS::SNS::Topic"].includes(identity.type)
    ? arnOf(identity)
    : physicalName(identity);
}

export function attributeOf(identity: Identity, attribute: string, endpoints: Endpoints): string {
  switch (attribute) {
    case "Arn":
    case "TopicArn":
    case "StateMachineRevisionId":
      return arnOf(identity);
    case "Name":
    case "QueueName":
    case "TopicName":
    case "ApiId":
    case "AuthorizerId":
    case "RoleId":
      return physicalName(identity);
    case "StreamArn":
      return streamArnOf(arnOf(identity));
    case "QueueUrl":
      return queueUrl(identity, endpoints);
    case "ApiEndpoint":
      return endpoints.api;
    default:
      throw new Error(
        `the template reads ${attribute} of ${identity.logicalId} (${identity.type}), which the local runner does not know`,
      );
  }
}

export function arnOf(identity: Identity): string {
  const name = physicalName(identity);
  const arn = (service: string, path: string) => `arn:aws:${service}:${region}:${accountId}:${path}`;
  switch (identity.type) {
    case "AWS::DynamoDB::Table":
      return arn("dynamodb", `table/${name}`);
    case "AWS::Lambda::Function":
      return arn("lambda", `function:${name}`);
    case "AWS::StepFunctions::StateMachine":
      return arn("states", `stateMachine:${name}`);
    case "AWS::Logs::LogGroup":
      return arn("logs", `log-group:${name}:*`);
    case "AWS::Scheduler::ScheduleGroup":
      return arn("scheduler", `schedule-group/${name}`);
    case "AWS::IAM::Role":
      return `arn:aws:iam::${accountId}:role/${name}`;
    default:
      return arn(identity.type.split("::")[1]?.toLowerCase() ?? "", name);
  }
}

/** With a label as DynamoDB derives it from the time when the stream was enabled. */
export const streamArnOf = (tableArn: string) => `${tableArn}/stream/2026-01-01T00:00:00.000`;

const queueUrl = (identity: Identity, { aws }: Endpoints) => `${aws}/${accountId}/${physicalName(identity)}`;
