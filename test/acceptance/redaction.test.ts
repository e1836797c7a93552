/** Personal data: redacting a message, and the receipts that come after it. */
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { tableNamed } from "./deployed.ts";
import { eventually } from "./eventually.ts";
import {
  arrivedAt,
  awsConfiguration,
  type Customer,
  call,
  final,
  newCustomer,
  onPhone,
  send,
  setPhone,
  traceOf,
  until,
  untilOutcome,
} from "./service.ts";

const dynamoDb = new DynamoDBClient(awsConfiguration);
const redact = (messageId: string) => call("POST", `/messages/${messageId}/redact`);
async function storedText(messageId: string): Promise<string> {
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName: tableNamed("Messages"), Key: { messageId: { S: messageId } } }),
  );
  return JSON.stringify(Item);
}

/** By what anybody would know the customer. */
const personalOf = ({ phoneNumber, fbMessengerId, appDevices }: Customer) =>
  new RegExp(["Anna", "wamid", phoneNumber.slice(1), fbMessengerId, appDevices[0]?.token].join("|"));

it("redaction removes personal data from a finished message and keeps its trace", async () => {
  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { registered: false });
  const { body } = await send({
    to: customer,
    title: "Dear Anna",
    body: "Hello Anna",
    customBody: { sms: "Hi Anna" },
    metadata: { name: "Anna" },
    rules: ["fbMessenger", "whatsApp", "sms"],
  });
  const before = await until(body.messageId, final);
  expect(await storedText(body.messageId)).toMatch(personalOf(customer));
  const { status, body: answer } = await redact(body.messageId);
  expect([status, answer]).toEqual([
    200,
    { messageId: body.messageId, redactedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
  ]);
  expect(await storedText(body.messageId)).not.toMatch(personalOf(customer));

  const after = await traceOf(body.messageId);
  expect(after).toMatchObject({ status: before.status, redactedAt: answer.redactedAt, metadata: {} });
  const [messenger, whatsApp] = after.channels;
  expect(messenger).toEqual({
    ...before.channels[0],
    error: { ...before.channels[0].error, message: "redacted" },
  });
  const { providerMessageId, ...others } = before.channels[1];
  expect([providerMessageId, whatsApp]).toEqual([expect.stringMatching(/^wamid/), others]);

  // Again changes nothing.
  expect(await redact(body.messageId)).toMatchObject({ status: 200, body: answer });
  expect(await traceOf(body.messageId)).toEqual(after);
});

it("redaction is refused until the message is finished, and works after a cancellation", async () => {
  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { delivers: false });
  const { body } = await send({ to: customer, body: "Hello Anna", rules: ["fbMessenger"] });
  await untilOutcome(body.messageId, "fbMessenger", "sent");
  const refused = await redact(body.messageId);
  expect(refused).toMatchObject({ status: 409, body: { errors: [{ code: "not_finished" }] } });
  expect(await storedText(body.messageId)).toMatch(personalOf(customer));
  await call("DELETE", `/messages/${body.messageId}`);
  expect((await redact(body.messageId)).status).toBe(200);
  expect(await storedText(body.messageId)).not.toMatch(personalOf(customer));
});

it("a redacted message that is sent again under its idempotency key is still the same message", async () => {
  const customer = newCustomer();
  const message = { to: customer, body: "Hello Anna", rules: ["sms"] };
  const key = { "idempotency-key": `redacted-${customer.fbMessengerId}` };
  const { body } = await send(message, key);
  await until(body.messageId, final);
  await redact(body.messageId);
  const again = await send(message, key);
  expect([again.status, again.body.messageId]).toEqual([201, body.messageId]);
  expect(await storedText(body.messageId)).not.toMatch(personalOf(customer));
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
});

it.each(["whatsApp", "fbMessenger", "appMessaging", "nativePush"] as const)(
  "late receipts of %s are still recorded on a redacted message, without personal data",
  async (channel) => {
    const customer = newCustomer();
    const { body } = await send({ to: customer, body: "Hello Anna", rules: [channel] });
    await untilOutcome(body.messageId, channel, "delivered");
    expect((await redact(body.messageId)).status).toBe(200);
    await onPhone(customer, channel, "read");
    const trace = await until(body.messageId, ["read"]);
    expect(trace.redactedAt).toBeDefined();
    expect(await storedText(body.messageId)).not.toMatch(personalOf(customer));
  },
);

it("a late failure of an SMS is recorded on a redacted message by its code alone", async () => {
  const customer = newCustomer();
  await setPhone(customer, "sms", { fault: "fails-later", receipts: { afterMs: 3_600_000 } });
  const { body } = await send({
    to: customer,
    body: "Hello Anna",
    rules: [{ channel: "sms", until: "sent" }],
  });
  await until(body.messageId, ["sent"]);
  expect((await redact(body.messageId)).status).toBe(200);
  await until(body.messageId, ["failed"], 600_000);
  // What is personal goes by a write of its own, right after.
  const failed = await eventually(
    "redacted anew",
    () => traceOf(body.messageId),
    ({ channels }) => channels[0].error?.message === "redacted",
  );
  expect(failed.channels[0].error).toMatchObject({ name: "Undeliverable" });
  expect(await storedText(body.messageId)).not.toMatch(personalOf(customer));
  expect(await arrivedAt(customer, "sms")).toEqual([]);
});

it("redaction of an unknown message is answered 404", async () => {
  expect((await redact("no-such-message")).status).toBe(404);
});
