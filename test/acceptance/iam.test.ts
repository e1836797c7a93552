/**
 * The AWS endpoint with the credentials of a function, by the real SDK clients: what its deployed role may not do is refused
 * here too.
 */
import { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { accessKeyIdOf } from "../../infra/local/aws/iam/credentials.ts";
import { functionNamed, rolesAreEnforced, tableNamed } from "./deployed.ts";
import { arrivedAt, aws, awsConfiguration, newCustomer, stepFunctions } from "./service.ts";

const credentialsOf = (functionName: string) => ({
  ...awsConfiguration,
  credentials: {
    accessKeyId: accessKeyIdOf(functionName),
    secretAccessKey: "local",
    sessionToken: "local",
  },
  maxAttempts: 1,
});
const forbidden = (action: string) => ({
  name: "AccessDeniedException",
  message: expect.stringMatching(
    new RegExp(`^User: arn:aws:sts::.+ is not authorized to perform: ${action} on resource: `),
  ),
});

describe.runIf(rolesAreEnforced)("the role of a channel's function", () => {
  const configuration = credentialsOf(functionNamed("RoutingSms"));
  const dynamoDb = new DynamoDBClient(configuration);

  it("a channel's function may read messages one by one, but not scan them", async () => {
    const TableName = tableNamed("Messages");
    const get = new GetItemCommand({ TableName, Key: { messageId: { S: "none" } } });
    expect((await dynamoDb.send(get)).Item).toBeUndefined();
    await expect(dynamoDb.send(new ScanCommand({ TableName }))).rejects.toMatchObject({
      ...forbidden("dynamodb:Scan"),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("a channel's function may not read profiles", async () => {
    const get = new GetItemCommand({ TableName: tableNamed("Profiles"), Key: { _key: { S: "anna" } } });
    await expect(dynamoDb.send(get)).rejects.toMatchObject(forbidden("dynamodb:GetItem"));
    expect((await new DynamoDBClient(awsConfiguration).send(get)).Item).toBeUndefined();
  });

  it("the SMS function may publish to a phone, but not to a topic", async () => {
    const sns = new SNSClient(configuration);
    const customer = newCustomer();
    await sns.send(new PublishCommand({ PhoneNumber: customer.phoneNumber, Message: "Hello" }));
    expect(await arrivedAt(customer, "sms")).toMatchObject([{ body: "Hello" }]);

    const { TopicArn } = await new SNSClient(awsConfiguration).send(new CreateTopicCommand({ Name: "iam" }));
    await expect(sns.send(new PublishCommand({ TopicArn, Message: "Hello" }))).rejects.toMatchObject({
      name: "AuthorizationErrorException",
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("a channel's function may not send to a queue", async () => {
    const { QueueUrls = [] } = await new SQSClient(awsConfiguration).send(new ListQueuesCommand({}));
    const send = new SendMessageCommand({ QueueUrl: QueueUrls[0], MessageBody: "Hello" });
    await expect(new SQSClient(configuration).send(send)).rejects.toMatchObject({
      name: "AccessDenied",
      message: forbidden("sqs:SendMessage").message,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("a channel's function may read the secrets of its own channel only", async () => {
    const ssm = new SSMClient(credentialsOf(functionNamed("RoutingWhatsApp")));
    const secret = (channel: string) => `/FallbackRouting/${channel}/accessToken`;
    const read = (...Names: string[]) => ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    expect((await read(secret("whatsApp"))).Parameters).toMatchObject([
      { Value: "local-whatsApp-accessToken" },
    ]);
    await expect(read(secret("whatsApp"), secret("fbMessenger"))).rejects.toMatchObject({
      ...forbidden("ssm:GetParameters"),
      message: expect.stringContaining("parameter/FallbackRouting/fbMessenger/accessToken"),
    });
  });

  it("a channel's function may not invoke a function", async () => {
    const invoke = (accessKeyId: string) =>
      fetch(`${aws}/2015-03-31/functions/${functionNamed("ApiProfiles")}/invocations`, {
        method: "POST",
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/lambda/aws4_request`,
        },
        body: "{}",
      });
    const refused = await invoke(configuration.credentials.accessKeyId);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-amzn-errortype")).toBe("AccessDeniedException");
    expect(await refused.json()).toMatchObject({ message: forbidden("lambda:InvokeFunction").message });
    expect((await invoke("test")).status).toBe(200);
  });

  it("a channel's function may not describe a state machine", async () => {
    const { stateMachines = [] } = await stepFunctions.send(new ListStateMachinesCommand({}));
    const describe = new DescribeStateMachineCommand({ stateMachineArn: stateMachines[0]?.stateMachineArn });
    await expect(new SFNClient(configuration).send(describe)).rejects.toMatchObject(
      forbidden("states:DescribeStateMachine"),
    );
  });
});
