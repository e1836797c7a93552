/** The local AWS endpoint by the real SDK clients, and what a person with them can do to a message. */
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";
import {
  advanceClock,
  arrivedAt,
  awsConfiguration,
  endOf,
  final,
  historyOf,
  newCustomer,
  send,
  setPhone,
  stepFunctions,
  until,
  untilOutcome,
} from "./service.ts";

it("the AWS endpoint has the tables of the template", async () => {
  const { TableNames } = await new DynamoDBClient(awsConfiguration).send(new ListTablesCommand({}));
  expect(TableNames).toHaveLength(9);
});

it("the AWS endpoint has the queues, topics and parameters of the template", async () => {
  const sqs = new SQSClient(awsConfiguration);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "acceptance" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "Hello" }));
  expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body).toBe("Hello");

  const sns = new SNSClient(awsConfiguration);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "acceptance" }));
  expect((await sns.send(new PublishCommand({ TopicArn, Message: "Hello" }))).MessageId).toEqual(
    expect.any(String),
  );

  const missing = new SSMClient(awsConfiguration).send(new GetParameterCommand({ Name: "/no/such" }));
  await expect(missing).rejects.toMatchObject({ name: "ParameterNotFound" });
});

/** A message whose first channel gave no answer: its task waits for the window. */
async function waitingMessage(extra: object = {}) {
  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { fault: "lost-answer", delivers: false });
  const rules = [{ channel: "fbMessenger", fallbackAfter: 7200 }, "sms"];
  const { body } = await send({ to: customer, body: "Hello", rules, ...extra });
  const trace = await untilOutcome(body.messageId, "fbMessenger", "unknown");
  return { customer, messageId: body.messageId as string, executionArn: trace.execution.arn as string };
}

it("executions can be listed, described and stopped", async () => {
  const { executionArn, messageId, customer } = await waitingMessage();
  const { stateMachineArn } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const machine = await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(JSON.parse(machine.definition ?? "")).toMatchObject({ StartAt: "Facebook Messenger" });
  const { executions } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING" }),
  );
  expect(executions?.map(({ name }) => name)).toContain(messageId);

  await stepFunctions.send(new StopExecutionCommand({ executionArn }));
  expect(await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: "ABORTED",
  });
  await advanceClock(7_200_000);
  expect(await arrivedAt(customer, "sms")).toEqual([]);
});

it("an execution is started once for its name", async () => {
  const { executionArn, messageId } = await waitingMessage();
  const { stateMachineArn, input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const again = await stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, name: messageId, input }),
  );
  expect(again.executionArn).toBe(executionArn);
  const other = stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, name: messageId, input: "{}" }),
  );
  await expect(other).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
  await stepFunctions.send(new StopExecutionCommand({ executionArn }));
});

it("a waiting task is ended by its token, once", async () => {
  const { executionArn } = await waitingMessage();
  const scheduled = (await historyOf(executionArn)).find(({ type }) => type === "TaskScheduled");
  const { taskToken } = JSON.parse(scheduled?.taskScheduledEventDetails?.parameters ?? "{}").Payload;
  await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
  const second = stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
  await expect(second).rejects.toMatchObject({ name: "TaskTimedOut" });
});

it("no channel is tried past expiresOn, and the execution fails with MessageExpired", async () => {
  const now = await advanceClock(0);
  const expiresOn = new Date(Date.parse(now) + 3_600_000).toISOString();
  const { customer, messageId, executionArn } = await waitingMessage({ expiresOn });
  await advanceClock(3_601_000);
  const trace = await until(messageId, final);
  expect(trace).toMatchObject({
    status: "expired",
    expiresOn,
    channels: [{ outcome: "unknown" }, { outcome: "notTried" }],
  });
  expect(await arrivedAt(customer, "sms")).toEqual([]);
  expect(await endOf(executionArn)).toMatchObject({ status: "FAILED", error: "MessageExpired" });
});
