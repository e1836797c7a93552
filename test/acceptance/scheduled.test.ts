/** Messages that are to go out later, from outside, on the clock that the test moves. */
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { GetQueueUrlCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import {
  advanceClock,
  arrivedAt,
  awsConfiguration,
  call as callAsLocal,
  final,
  newCustomer,
  setPhone,
  stepFunctions,
} from "./service.ts";

const hour = 3_600_000;

const sqs = new SQSClient({ ...awsConfiguration, useQueueUrlAsEndpoint: false });
async function queueUrl(part: string): Promise<string> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueName = QueueUrls.map((url) => url.split("/").at(-1)).find((name) => name?.includes(part));
  const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return QueueUrl;
}

const scheduler = new SchedulerClient(awsConfiguration);
/** Those of these messages that have a schedule. */
async function withSchedule(ids: string[]): Promise<string[]> {
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
  const names = new Set(Schedules.map(({ Name }) => Name));
  return ids.filter((id) => names.has(id));
}
/** A message is accepted before its schedule is made. */
const untilScheduled = (ids: string[]) =>
  eventually(
    "the schedules",
    () => withSchedule(ids),
    (found) => found.length === ids.length,
  );

async function newClient() {
  const key = await newKey();
  const customer = newCustomer();
  const sendAt = new Date(Date.parse(await advanceClock(0)) + 2 * hour).toISOString();
  const message = { to: customer, body: "Hello", rules: ["sms", "fbMessenger"], sendAt };
  const traceOf = async (id: string) => (await key.call("GET", `/messages/${id}`)).body;
  const ended = (id: string) =>
    eventually(
      "the end",
      () => traceOf(id),
      ({ status }) => final.includes(status),
    );
  const waiting = async (): Promise<string[]> => {
    const { body } = await key.call("GET", "/messages?status=scheduled");
    return body.messages.map((one: { messageId: string }) => one.messageId);
  };
  return { ...key, customer, message, traceOf, ended, waiting };
}

it("a message is scheduled until its time, without an execution, and goes out then, once, however often it is called; so do those of a batch", async () => {
  const { call, customer, message, traceOf, ended, waiting } = await newClient();
  const other = newCustomer();
  const { status, body } = await call("POST", "/messages", message);
  expect([status, body.status]).toEqual([201, "scheduled"]);
  const planned = await call("POST", "/messages/plan", message);
  expect(planned.body.sendAt).toBe(body.plan.sendAt);
  const batch = await call("POST", "/messages/batch", [{ ...message, to: other }]);
  const ids = [body.messageId, batch.body.results[0].messageId];
  await untilScheduled(ids);
  const QueueUrl = await queueUrl("IngestStartsQueue");
  /** As Scheduler does, which delivers at least once. */
  const callAgain = async () => {
    for (const messageId of ids)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ messageId }) }));
  };
  await callAgain();
  await advanceClock(hour);
  for (const id of ids) {
    const trace = await traceOf(id);
    expect(trace).toMatchObject({ status: "scheduled", sendAt: body.plan.sendAt });
    const none = stepFunctions.send(new DescribeExecutionCommand({ executionArn: trace.execution.arn }));
    await expect(none).rejects.toMatchObject({ name: "ExecutionDoesNotExist" });
  }
  expect((await waiting()).sort()).toEqual([...ids].sort());
  expect(await arrivedAt(customer, "sms")).toHaveLength(0);
  await advanceClock(hour - 1000);
  await callAgain();
  await advanceClock(2000);
  await callAgain();
  await advanceClock(60_000);
  expect([await waiting(), await withSchedule(ids)]).toEqual([[], []]);
  for (const id of ids) expect((await ended(id)).status).toBe("delivered");
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
  expect(await arrivedAt(other, "sms")).toHaveLength(1);
});

it("what is to go out within a quarter of an hour waits in the queue", async () => {
  const { call, customer, message, ended, waiting } = await newClient();
  const sendAt = new Date(Date.parse(message.sendAt) - 2 * hour + 300_000).toISOString();
  const { body } = await call("POST", "/messages", { ...message, sendAt });
  await advanceClock(290_000);
  expect([await waiting(), await withSchedule([body.messageId])]).toEqual([[body.messageId], []]);
  expect(await arrivedAt(customer, "sms")).toHaveLength(0);
  await advanceClock(20_000);
  expect((await ended(body.messageId)).status).toBe("delivered");
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
});

it("it is planned again at its time, with the profile and the rules of then", async () => {
  const { call, customer, message, traceOf, ended } = await newClient();
  const [path, gone] = ["p", "gone"].map((id) => `/profiles/${id}-${customer.phoneNumber.slice(1)}`);
  const profileId = (of = "") => of.slice("/profiles/".length);
  const { sendAt } = message;
  await call("PUT", path ?? "", { ...customer, firstName: "Anna" });
  await call("PUT", gone ?? "", customer);
  await call("PUT", "/rules/mine", ["fbMessenger", "sms"]);
  const body = "Hello {{profile.firstName}}";
  const moved = await call("POST", "/messages", {
    to: { profileId: profileId(path) },
    body,
    rules: "mine",
    sendAt,
  });
  expect(moved.body.plan.hops).toMatchObject([{ channel: "fbMessenger" }, { channel: "sms" }]);
  const left = await call("POST", "/messages", { ...message, to: { profileId: profileId(gone) } });
  const now = newCustomer();
  await call("PUT", path ?? "", { phoneNumber: now.phoneNumber, firstName: "Ben" });
  await call("PUT", "/rules/mine", ["whatsApp", "sms"]);
  await setPhone(now, "whatsApp", { registered: false });
  await call("DELETE", gone ?? "");
  await advanceClock(2 * hour + 60_000);
  expect(await ended(moved.body.messageId)).toMatchObject({
    status: "delivered",
    channels: [
      { channel: "whatsApp", outcome: "failed" },
      { channel: "sms", outcome: "delivered" },
    ],
  });
  expect(await arrivedAt(now, "sms")).toMatchObject([{ body: "Hello Ben" }]);
  expect(await traceOf(left.body.messageId)).toMatchObject({
    status: "failed",
    channels: [
      { outcome: "skipped", code: "no_address" },
      { outcome: "skipped", code: "no_address" },
    ],
  });
  expect(await arrivedAt(customer, "sms")).toHaveLength(0);
  // Sent again, it is planned from the request as it came.
  await call("PUT", gone ?? "", customer);
  const resent = await call("POST", `/messages/${left.body.messageId}/resend`);
  expect((await ended(resent.body.messageId)).status).toBe("delivered");
});

it("a message that is cancelled, or whose customer opts out before its time, is never sent", async () => {
  const { call, customer, message, ended, waiting } = await newClient();
  const profileId = `p-${customer.phoneNumber}`;
  const path = `/profiles/${encodeURIComponent(profileId)}`;
  await call("PUT", path, { ...customer });
  const cancelled = await call("POST", "/messages", message);
  await untilScheduled([cancelled.body.messageId]);
  expect((await call("DELETE", `/messages/${cancelled.body.messageId}`)).status).toBe(202);
  expect([await waiting(), await withSchedule([cancelled.body.messageId])]).toEqual([[], []]);
  const stopped = await call("POST", "/messages", { ...message, to: { profileId }, rules: ["sms"] });
  const consent = await call("PUT", `${path}/consents/all`, { state: "opted-out" });
  expect(consent.status).toBeLessThan(300);
  await advanceClock(2 * hour + 60_000);
  expect((await ended(cancelled.body.messageId)).status).toBe("cancelled");
  expect(await ended(stopped.body.messageId)).toMatchObject({
    status: "failed",
    channels: [{ channel: "sms", outcome: "skipped", code: "opted_out" }],
  });
  expect(await arrivedAt(customer, "sms")).toHaveLength(0);
});

it("a time of the customer's own clock needs a time zone", async () => {
  const { call, message } = await newClient();
  const day = new Date(Date.parse(message.sendAt) + 48 * hour).toISOString().slice(0, 10);
  const sendAt = { local: `${day}T09:00` };
  const refused = await call("POST", "/messages", { ...message, sendAt });
  expect([refused.status, refused.body.errors]).toMatchObject([400, [{ path: "sendAt.timeZone" }]]);
  const { body } = await call("POST", "/messages", {
    ...message,
    sendAt: { ...sendAt, timeZone: "Asia/Tokyo" },
  });
  expect(body.plan.sendAt).toBe(`${day}T00:00:00.000Z`);
  expect((await call("DELETE", `/messages/${body.messageId}`)).status).toBe(202);
});

it("a message of the queue is scheduled too, and resolved before its time it is never sent", async () => {
  const { customer, message } = await newClient();
  const QueueUrl = await queueUrl("IngestMessagesQueue");
  const references = [`late-${customer.phoneNumber}`, `paid-${customer.phoneNumber}`];
  for (const reference of references)
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: JSON.stringify({ ...message, reference }),
        MessageAttributes: { client: { DataType: "String", StringValue: "local" } },
      }),
    );
  const found = (reference = "") =>
    callAsLocal("GET", `/messages?reference=${encodeURIComponent(reference)}`).then(
      ({ body }) => body.messages?.[0]?.status,
    );
  for (const reference of references)
    await eventually(
      "the message",
      () => found(reference),
      (status) => status === "scheduled",
    );
  const resolved = await callAsLocal("POST", "/messages/resolve", {
    reference: references[1],
    reason: "paid",
  });
  expect(resolved.body).toMatchObject({ count: 1 });
  await advanceClock(2 * hour + 60_000);
  await eventually(
    "the end",
    () => found(references[0]),
    (status) => status === "delivered",
  );
  expect(await found(references[1])).toBe("resolved");
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
});
