/** What a check of a deployment needs: its API, its tables, queues and topic, and a test key of its own. */
import { randomUUID } from "node:crypto";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListTopicsCommand, type SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { CommandError } from "../command-line.ts";
import { createKey, revokeKey } from "../keys/api-keys.ts";
import { localApi } from "../local-run.ts";
import { findTableName } from "../table-name.ts";

export interface Deployment {
  api: string;
  messagesQueueUrl: string;
  eventsTopicArn: string;
}

/** From the outputs of the stack; the local run has no CloudFormation. @throws {CommandError} if it lacks one */
export async function findDeployment(
  stackName: string,
  isLocal: boolean,
  sqs: SQSClient,
  sns: SNSClient,
): Promise<Deployment> {
  if (isLocal) return findLocal(stackName, sqs, sns);
  const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const output = (name: string): string => {
    const found = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
    if (found === undefined) throw new CommandError(`the stack ${stackName} has no output ${name}`);
    return found;
  };
  return {
    api: output("ApiUrl"),
    messagesQueueUrl: output("MessagesQueueUrl"),
    eventsTopicArn: output("MessageEventsTopicArn"),
  };
}

async function findLocal(stackName: string, sqs: SQSClient, sns: SNSClient): Promise<Deployment> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${stackName}-` }));
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  const messagesQueueUrl = QueueUrls.find((url) => url.includes("IngestMessagesQueue"));
  const eventsTopicArn = Topics.find(({ TopicArn }) => TopicArn?.includes("MessageChangesEvents"))?.TopicArn;
  if (messagesQueueUrl === undefined || eventsTopicArn === undefined)
    throw new CommandError(
      `the local run has no queue and topic of ${stackName}: is it started (npm start)?`,
    );
  return { api: localApi(process.env).api, messagesQueueUrl, eventsTopicArn };
}

/** A test key of a client of its own; `revoke` ends it. */
export async function makeTestKey(stackName: string) {
  const dynamoDb = new DynamoDBClient();
  const table = await findTableName({ stack: stackName }, process.env);
  const client = `verify-${randomUUID().slice(0, 8)}`;
  const key = {
    client,
    name: "npm run verify",
    scopes: ["send" as const, "read" as const],
    test: true as const,
  };
  const { keyId, apiKey } = await createKey(dynamoDb, table, key, new Date());
  return { client, apiKey, revoke: () => revokeKey(dynamoDb, table, keyId, new Date()) };
}

/** A queue that gets the client's events of the topic, until it is stopped. */
export async function listen(sqs: SQSClient, sns: SNSClient, TopicArn: string, client: string) {
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({ QueueName: `fallback-routing-${client}` }),
  );
  const attributes = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
  const { Attributes: { QueueArn = "" } = {} } = await sqs.send(attributes);
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: QueueArn,
    Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: QueueArn,
      ReturnSubscriptionArn: true,
      Attributes: { RawMessageDelivery: "true", FilterPolicy: JSON.stringify({ client: [client] }) },
    }),
  );
  const events: { type: string; subject: string; text: string }[] = [];
  return {
    /** All that came so far. */
    async events() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body: text = "{}" } of Messages) events.push({ ...JSON.parse(text), text });
      if (Messages.length > 0)
        await sqs.send(
          new DeleteMessageBatchCommand({
            QueueUrl,
            Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
          }),
        );
      return events;
    },
    async stop() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}
