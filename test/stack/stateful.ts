/**
 * What of the stack has state, and the properties whose change CloudFormation answers with a new, empty resource: "Update
 * requires: Replacement" on each type's page,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html.
 */
export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}
type Key = { AttributeName: string; KeyType: string };
type Properties = Record<string, unknown>;

const named =
  (...names: string[]) =>
  (properties: Properties): string[] =>
    names
      .filter((name) => properties[name] !== undefined)
      .map((name) => `${name} ${JSON.stringify(properties[name])}`);

function keysOf(properties: Properties): string[] {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [] } = properties;
  const types = new Map(
    (AttributeDefinitions as { AttributeName: string; AttributeType: string }[]).map(
      ({ AttributeName, AttributeType }) => [AttributeName, AttributeType],
    ),
  );
  const text = (keys: unknown) =>
    (keys as Key[]).map(({ AttributeName }) => `${AttributeName} (${types.get(AttributeName)})`).join(", ");
  return [
    `keys ${text(KeySchema)}`,
    ...(GlobalSecondaryIndexes as { IndexName: string; KeySchema: unknown }[]).map(
      (index) => `index ${index.IndexName}: ${text(index.KeySchema)}`,
    ),
  ];
}

const fixedOf: Readonly<Record<string, (properties: Properties) => string[]>> = {
  "AWS::DynamoDB::Table": (properties) => [
    ...keysOf(properties),
    // Another view is another stream: what the old one still held is not read.
    ...named("TableName", "StreamSpecification")(properties),
  ],
  "AWS::SQS::Queue": named("QueueName", "FifoQueue"),
  "AWS::SNS::Topic": named("TopicName", "FifoTopic"),
  "AWS::Logs::LogGroup": named("LogGroupName"),
  // The API's address contains its id.
  "AWS::ApiGatewayV2::Api": named("ProtocolType"),
  "AWS::StepFunctions::StateMachine": named("StateMachineName", "StateMachineType"),
  "AWS::SES::ConfigurationSet": named("Name"),
  "AWS::SMSVOICE::ConfigurationSet": named("ConfigurationSetName"),
};

/** Executions that wait call the functions of the definition with which they began. */
const functionsOfExecutions = (resources: readonly Resource[]): Set<string> =>
  new Set(
    resources
      .filter(({ Type }) => Type === "AWS::StepFunctions::StateMachine")
      .flatMap(({ Properties }) => Object.values(Properties?.DefinitionSubstitutions as object))
      .flatMap((value: { "Fn::GetAtt"?: [string, string] }) => value["Fn::GetAtt"]?.[0] ?? []),
  );

/** By logical id: the type, and what must not change. */
export function statefulIn(resources: Readonly<Record<string, Resource>>): Record<string, string> {
  const invoked = functionsOfExecutions(Object.values(resources));
  return Object.fromEntries(
    Object.entries(resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
      const fixed = invoked.has(logicalId) ? named("FunctionName") : fixedOf[Type];
      return fixed === undefined ? [] : [[logicalId, [Type, ...fixed(Properties)].join("; ")]];
    }),
  );
}
