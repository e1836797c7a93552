/** The template's queues and topics, and the functions that read them, on a clock that the test moves. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type EventSource, startEventSource } from "../../infra/local/aws/event-sources.ts";
import {
  callSqs,
  createQueuesAndTopics,
  type Messaging,
  rewriteQueueUrls,
  startMessaging,
} from "../../infra/local/aws/messaging.ts";
import { createClock } from "../../infra/local/clock.ts";
import { Stack } from "../../infra/local/cloudformation.ts";

const clock = createClock();
let messaging: Messaging;
const warnings: string[] = [];
const sources: EventSource[] = [];
const queueUrl = (arn: string) => `http://127.0.0.1/000000000000/${arn.split(":").at(-1)}`;

beforeAll(async () => {
  messaging = await startMessaging(clock.offset);
});
afterAll(async () => {
  for (const source of sources) await source.stop();
  await messaging.stop();
  clock.stop();
});

/** A queue with its dead-letter queue, and the function that reads it. */
async function deploy(
  name: string,
  invoke: (event: unknown) => unknown,
  FunctionResponseTypes: string[] = [],
) {
  const stack = new Stack(
    {
      Resources: {
        Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: `${name}-dead` } },
        Queue: {
          Type: "AWS::SQS::Queue",
          Properties: {
            QueueName: name,
            VisibilityTimeout: 60,
            RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 2 },
          },
        },
        Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: name } },
        Mail: {
          Type: "AWS::SNS::Subscription",
          Properties: { TopicArn: { Ref: "Topic" }, Protocol: "email", Endpoint: "a@example.com" },
        },
        Source: {
          Type: "AWS::Lambda::EventSourceMapping",
          Properties: {
            EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
            FunctionName: "reader",
            FunctionResponseTypes,
          },
        },
      },
      Outputs: {},
    },
    "S",
    "",
    "http://127.0.0.1",
  );
  const warn = (text: string) => void warnings.push(text);
  await createQueuesAndTopics(messaging.port, stack, warn);
  const options = {
    messaging,
    work: clock.work,
    queueUrl,
    invoke: async (_: string, event: unknown) => invoke(event),
    warn,
  };
  for (const source of stack.ofType("AWS::Lambda::EventSourceMapping"))
    sources.push(startEventSource(source, options));
  const url = queueUrl(name);
  return {
    send: (...bodies: string[]) =>
      callSqs(messaging.port, "SendMessageBatch", {
        QueueUrl: url,
        Entries: bodies.map((MessageBody, index) => ({
          Id: String(index),
          MessageBody,
          MessageAttributes: { kind: { DataType: "String", StringValue: "test" } },
        })),
      }),
    /** What is in the dead-letter queue: waits for the first. */
    dead: () => callSqs(messaging.port, "ReceiveMessage", { QueueUrl: `${url}-dead`, WaitTimeSeconds: 20 }),
    left: () =>
      callSqs(messaging.port, "GetQueueAttributes", { QueueUrl: url, AttributeNames: ["All"] }) as Promise<{
        Attributes: Record<string, string>;
      }>,
  };
}

it("the function gets messages as from AWS, and they are deleted afterwards", async () => {
  const event = Promise.withResolvers<unknown>();
  const { send, left } = await deploy("good", event.resolve);
  await send("Hello");
  expect(await event.promise).toEqual({
    Records: [
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: "Hello",
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: expect.stringMatching(/^\d+$/),
          SenderId: "000000000000",
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d+$/),
        },
        messageAttributes: {
          kind: { stringValue: "test", stringListValues: [], binaryListValues: [], dataType: "String" },
        },
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfBody: "8b1a9953c4611296a827abf8c47804d7",
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:good",
        awsRegion: "us-east-1",
      },
    ],
  });
  await expect
    .poll(async () => (await left()).Attributes)
    .toMatchObject({ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" });
});

it("a failed message is tried again when the clock has moved on, and then goes to the dead-letter queue", async () => {
  let calls = 0;
  const called = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { send, dead } = await deploy("bad", () => {
    called[calls++]?.resolve();
    throw new Error("no");
  });
  await send("Hello");
  for (const { promise } of called) {
    await promise;
    await clock.advance(61_000);
  }
  expect(await dead()).toMatchObject({ Messages: [{ Body: "Hello" }] });
  expect(calls).toBe(2);
});

it("only the messages that the function reports as failed are kept", async () => {
  interface Event {
    Records: { messageId: string; body: string }[];
  }
  const seen: string[] = [];
  const { send, left, dead } = await deploy(
    "partly",
    (event) => {
      const { Records } = event as Event;
      seen.push(...Records.map(({ body }) => body));
      const failed = Records.filter(({ body }) => body === "bad");
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    },
    ["ReportBatchItemFailures"],
  );
  await send("good", "bad");
  await expect.poll(async () => (await left()).Attributes.ApproximateNumberOfMessagesNotVisible).toBe("1");
  await clock.advance(61_000);
  await expect.poll(() => seen.filter((body) => body === "bad").length).toBe(2);
  await clock.advance(61_000);
  expect(await dead()).toMatchObject({ Messages: [{ Body: "bad" }] });
  expect(seen.filter((body) => body === "good")).toHaveLength(1);
});

it("a subscription that has no effect is reported", () => {
  expect(warnings).toContain("the local run has no subscriptions by email: Mail has no effect here");
});

it("queues are named by the endpoint that was called", () => {
  expect(rewriteQueueUrls('{"QueueUrl":"http://sqs.us-east-1.localhost:4566/0/a"}', "127.0.0.1:1")).toBe(
    '{"QueueUrl":"http://127.0.0.1:1/0/a"}',
  );
});

it("a queue accepts the characters that SQS accepts, of all planes, and refuses the others", async () => {
  const { send } = await deploy("characters", () => ({}));
  const failedOf = async (body: string) =>
    ((await send(body)) as { Failed?: { Code: string }[] }).Failed?.map(({ Code }) => Code) ?? [];
  expect(await failedOf("ready 🎉 \u{1f468}\u200d\u{1f469}")).toEqual([]);
  for (const refused of ["\u0000", "\u0001", "\ufffe"])
    expect(await failedOf(refused)).toEqual(["InvalidMessageContents"]);
});
