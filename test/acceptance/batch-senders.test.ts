/** Many senders: the batch, the queue, and idempotency keys that end. */
import {
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import {
  advanceClock,
  arrivedAt,
  awsConfiguration,
  call,
  final,
  newCustomer,
  send,
  traceOf,
  until,
} from "./service.ts";

const sqs = new SQSClient({ ...awsConfiguration, useQueueUrlAsEndpoint: false });
async function queueNamed(pattern: RegExp): Promise<string> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const name = QueueUrls.map((url) => url.split("/").at(-1) ?? "").find((one) => pattern.test(one));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return QueueUrl ?? "";
}
const messagesQueue = () => queueNamed(/IngestMessagesQueue/);
const attribute = (StringValue: string) => ({ DataType: "String", StringValue });

const post = (items: unknown) => call("POST", "/messages/batch", items);
const message = (customer = newCustomer()) => ({ to: customer, body: "Hello", rules: ["sms"] });

it("POST /messages/batch answers each item by itself, and starts the messages that it accepted", async () => {
  const [one, other] = [newCustomer(), newCustomer()];
  const { status, body } = await post([
    message(one),
    { ...message(), rules: ["pigeon"] },
    { ...message(), to: { email: "anna@example.com" } },
    7,
    message(other),
  ]);
  expect(status).toBe(202);
  expect(body.results).toMatchObject([
    { index: 0, status: 201, messageId: expect.any(String) },
    { index: 1, status: 400, errors: [{ path: "rules[0]" }] },
    {
      index: 2,
      status: 422,
      errors: [{ path: "rules[0]", message: expect.stringContaining("no phoneNumber") }],
    },
    { index: 3, status: 400 },
    { index: 4, status: 201 },
  ]);
  for (const [index, customer] of [
    [0, one],
    [4, other],
  ] as const) {
    await until(body.results[index].messageId, final);
    expect(await arrivedAt(customer, "sms")).toHaveLength(1);
  }
});

it("POST /messages/batch accepts an idempotency key once even within one batch, and refuses a body that is not a batch", async () => {
  const customer = newCustomer();
  const keyed = { ...message(customer), idempotencyKey: `batch-${customer.fbMessengerId}` };
  const { body } = await post([keyed, keyed, { ...keyed, body: "Other" }]);
  expect(body.results.map(({ status }: { status: number }) => status)).toEqual([201, 201, 422]);
  expect(body.results[1].messageId).toBe(body.results[0].messageId);
  // The header of a single message and the field of an item are one key.
  const { idempotencyKey, ...single } = keyed;
  expect((await send(single, { "idempotency-key": idempotencyKey })).body.messageId).toBe(
    body.results[0].messageId,
  );
  await until(body.results[0].messageId, final);
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
  for (const bad of [[], {}, Array.from({ length: 5001 }, () => 1)])
    expect((await post(bad)).status).toBe(400);
});

it("the queue accepts each message once however often it is delivered, under the sender's idempotency key", async () => {
  const QueueUrl = await messagesQueue();
  const [one, keyed] = [newCustomer(), newCustomer()];
  const key = attribute(`queue-${keyed.fbMessengerId}`);
  const entry = (Id: string, body: object, MessageAttributes = {}) => ({
    Id,
    MessageBody: JSON.stringify(body),
    MessageAttributes,
  });
  await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        entry("0", message(one)),
        entry("1", message(keyed), { "Idempotency-Key": key }),
        entry("2", message(keyed), { "Idempotency-Key": key, client: attribute("local") }),
      ],
    }),
  );
  for (const customer of [one, keyed])
    await eventually(
      "the SMS",
      () => arrivedAt(customer, "sms"),
      (arrived) => arrived.length === 1,
    );
  // The API meets the same message under the same key.
  const answer = await send(message(keyed), { "idempotency-key": key.StringValue });
  expect((await until(answer.body.messageId, final)).status).toBe("delivered");
  expect(await arrivedAt(keyed, "sms")).toHaveLength(1);
});

it("a queued message that cannot be sent is parked with its reason, and holds up no other", async () => {
  const QueueUrl = await messagesQueue();
  const deadLetters = await queueNamed(/IngestMessagesDeadLetterQueue/);
  const good = newCustomer();
  const bodies = ["{", JSON.stringify({ ...message(), rules: ["pigeon"] }), JSON.stringify(message(good))];
  for (const MessageBody of bodies)
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes: { client: attribute("local") } }),
    );
  await eventually(
    "the SMS",
    () => arrivedAt(good, "sms"),
    (arrived) => arrived.length === 1,
  );
  const dead = new Map<string, Message>();
  await eventually(
    "the dead letters",
    async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: deadLetters,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
        }),
      );
      for (const one of Messages) dead.set(one.Body ?? "", one);
      return dead;
    },
    () => bodies.slice(0, 2).every((body) => dead.has(body)),
  );
  const reasons = bodies.slice(0, 2).map((body) => dead.get(body)?.MessageAttributes);
  expect(reasons[0]).toMatchObject({
    Error: { StringValue: "NotAccepted" },
    Reason: { StringValue: "the body is not JSON; must be valid JSON: check its syntax" },
    client: { StringValue: "local" },
  });
  expect(reasons[1]?.Reason?.StringValue).toMatch(/rules\[0\] must be one of/);
});

it("a repeated idempotency key gets the first answer again, and after 24 hours makes a new message", async () => {
  const one = message();
  const key = { "idempotency-key": `ends-${one.to.fbMessengerId}` };
  const first = await send(one, key);
  await until(first.body.messageId, final);
  await advanceClock(23 * 3_600_000);
  const again = await send(one, key);
  expect([again.status, again.body]).toEqual([201, first.body]);
  await advanceClock(2 * 3_600_000);
  const anew = await send(one, key);
  expect(anew.body.messageId).not.toBe(first.body.messageId);
  await until(anew.body.messageId, final);
  expect(await arrivedAt(one.to, "sms")).toHaveLength(2);
  expect((await traceOf(anew.body.messageId)).execution.arn).toContain(anew.body.messageId);
});

it("a repeated idempotency key gets the first answer again even where the request would be refused by now", async () => {
  const customer = newCustomer();
  const profileId = `gone-${customer.fbMessengerId}`;
  await call("PUT", `/profiles/${profileId}`, { phoneNumber: customer.phoneNumber });
  const request = { to: { profileId }, body: "Hello", rules: ["sms"] };
  const key = { "idempotency-key": profileId };
  const first = await send(request, key);
  await call("DELETE", `/profiles/${profileId}`);
  expect((await send(request)).status).toBe(422);
  expect((await send(request, key)).body).toEqual(first.body);
});

it("a hundred requests at once under one idempotency key are one message", async () => {
  const one = message();
  const key = { "idempotency-key": `storm-${one.to.fbMessengerId}` };
  const answers = await Promise.all(Array.from({ length: 100 }, () => send(one, key)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.messageId)).size).toBe(1);
  await until(answers[0]?.body.messageId, final);
  expect(await arrivedAt(one.to, "sms")).toHaveLength(1);
});
