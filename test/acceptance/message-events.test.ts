/** What happens to messages is published to the topic `message-events`: each change once by its id, in order by sequence. */
import { ListTopicsCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { beforeAll, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { awsConfiguration, call, newCustomer, send, setPhone, until } from "./service.ts";

const sns = new SNSClient(awsConfiguration);
const sqs = new SQSClient({ ...awsConfiguration, useQueueUrlAsEndpoint: false });

interface Event {
  id: string;
  type: string;
  subject: string;
  data: { messageId: string; sequence: number; channel?: string; status: string; metadata: object };
}
const heard: Event[] = [];
let QueueUrl: string;

beforeAll(async () => {
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  const TopicArn = Topics.find((topic) => topic.TopicArn?.includes("MessageChangesEvents"))?.TopicArn;
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: `events-${Date.now()}` }))).QueueUrl ?? "";
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: Attributes?.QueueArn,
      Attributes: { RawMessageDelivery: "true", FilterPolicy: JSON.stringify({ client: ["local"] }) },
    }),
  );
});

async function eventsOf(messageId: string, last: string): Promise<Event[]> {
  const ofMessage = () => heard.filter(({ subject }) => subject === messageId);
  return eventually(
    last,
    async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { Body = "", ReceiptHandle } of Messages) {
        heard.push(JSON.parse(Body) as Event);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return ofMessage();
    },
    (events) => events.some(({ type }) => type === last),
  );
}

it("the topic gets every event of a message that fell back, with the sender's metadata and nothing personal", async () => {
  const customer = newCustomer();
  await setPhone(customer, "whatsApp", { registered: false });
  const request = { to: customer, body: "Told of", rules: ["whatsApp", "sms"], metadata: { order: "7" } };
  const { messageId } = (await send(request)).body;
  const events = await eventsOf(messageId, "message.delivered");
  expect(events.map(({ type, data }) => [type, data.channel])).toEqual([
    ["message.sent", "sms"],
    ["message.delivered", "sms"],
  ]);
  const sequences = events.map(({ data }) => data.sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(events[0]?.data.metadata).toEqual({ order: "7" });
  const text = JSON.stringify(events);
  expect(text).not.toContain(customer.phoneNumber.slice(1));
  expect(text).not.toContain("Told of");
});

it("the topic gets an event for a message that no channel reached, and for one that was cancelled", async () => {
  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { registered: false });
  const failed = (await send({ to: customer, body: "Hello", rules: ["fbMessenger"] })).body.messageId;
  expect((await eventsOf(failed, "message.failed")).at(-1)).toMatchObject({
    data: { status: "failed", errors: { fbMessenger: { name: "NotRegistered" } } },
  });
  await setPhone(customer, "sms", { delivers: false });
  const silent = (await send({ to: customer, body: "Hello", rules: ["sms"] })).body.messageId;
  await until(silent, ["sent"]);
  await call("DELETE", `/messages/${silent}`);
  expect((await eventsOf(silent, "message.cancelled")).at(-1)).toMatchObject({
    data: { status: "cancelled" },
  });
});
