/** Messages that are to go out later, from outside, on the clock that the test moves. */
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
} from "./service.ts";

const hour = 3_600_000;

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
  return { ...key, customer, message, traceOf, ended };
}

it("a message is scheduled until its time, and goes out then, once; so do those of a batch", async () => {
  const { call, customer, message, traceOf, ended } = await newClient();
  const other = newCustomer();
  const { status, body } = await call("POST", "/messages", message);
  expect([status, body.status]).toEqual([201, "scheduled"]);
  const planned = await call("POST", "/messages/plan", message);
  expect(planned.body.sendAt).toBe(body.plan.sendAt);
  const batch = await call("POST", "/messages/batch", [{ ...message, to: other }]);
  const ids = [body.messageId, batch.body.results[0].messageId];
  await advanceClock(hour);
  for (const id of ids)
    expect(await traceOf(id)).toMatchObject({ status: "scheduled", sendAt: body.plan.sendAt });
  expect(await arrivedAt(customer, "sms")).toHaveLength(0);
  await advanceClock(hour + 60_000);
  for (const id of ids) expect((await ended(id)).status).toBe("delivered");
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
  expect(await arrivedAt(other, "sms")).toHaveLength(1);
});

it("a message that is cancelled, or whose customer opts out before its time, is never sent", async () => {
  const { call, customer, message, ended } = await newClient();
  const profileId = `p-${customer.phoneNumber}`;
  const path = `/profiles/${encodeURIComponent(profileId)}`;
  await call("PUT", path, { ...customer });
  const cancelled = await call("POST", "/messages", message);
  expect((await call("DELETE", `/messages/${cancelled.body.messageId}`)).status).toBe(202);
  const stopped = await call("POST", "/messages", { ...message, to: { profileId }, rules: ["sms"] });
  const consent = await call("PUT", `${path}/consents/all`, { state: "opted-out" });
  expect(consent.status).toBeLessThan(300);
  await advanceClock(2 * hour + 60_000);
  expect((await ended(cancelled.body.messageId)).status).toBe("cancelled");
  expect(await ended(stopped.body.messageId)).toMatchObject({
    status: "failed",
    channels: [{ channel: "sms", error: { name: "OptedOut" } }],
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
  const sqs = new SQSClient({ ...awsConfiguration, useQueueUrlAsEndpoint: false });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueName = QueueUrls.map((url) => url.split("/").at(-1)).find((name) =>
    name?.includes("IngestMessagesQueue"),
  );
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
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
