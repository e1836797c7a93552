/** Receipts at awkward moments, on the real tables and state machine: crashes, receipts before their time, repetitions. */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { toItem } from "../../functions/aws/dynamodb.ts";
import type { Hop } from "../../functions/domain/message/message.ts";
import type { Queued } from "../../functions/domain/message/queued-receipt.ts";
import { outcomeOf, traceOf } from "../../functions/domain/outcome/trace.ts";
import {
  createRouting,
  endpointOf,
  type LocalTables,
  type Routing,
  startTables,
  testHash,
} from "./fixtures/routing-in-process.ts";

let tables: LocalTables;
let routing: Routing;
beforeAll(async () => {
  tables = await startTables();
});
beforeEach(() => {
  routing = createRouting(tables);
  // What is put back and what fails is logged, each time.
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  return () => routing.stop();
});
afterAll(() => tables.stop());

const hop = (channel: string, until: Hop["until"] = "delivered"): Hop => ({
  channel,
  timeoutSeconds: 60,
  until,
});
const now = () => new Date(routing.clock.now()).toISOString();
const traced = async (messageId: string) => traceOf(await routing.stored(messageId));

const smsReceipt = (address: string, sentAt: string, providerMessageId: string): Queued => ({
  names: "address",
  channel: "sms",
  status: "delivered",
  at: now(),
  address,
  sentAt,
  providerMessageId,
});
const watermark = (
  address: string,
  at: string,
  status: "delivered" | "read",
  ids: string[] = [],
): Queued => ({
  names: "watermark",
  channel: "fbMessenger",
  status,
  at: now(),
  address,
  watermark: at,
  providerMessageIds: ids,
});

const deliveryOf = (
  channel: string,
  messageId: string,
  { phoneNumber, fbMessengerId }: { phoneNumber: string; fbMessengerId: string },
  { at: sentAt = "", providerMessageId = "" }: { at?: string; providerMessageId?: string } = {},
): Queued => {
  if (channel === "sms") return smsReceipt(phoneNumber, sentAt, providerMessageId);
  if (channel === "fbMessenger") return watermark(fbMessengerId, sentAt, "delivered", [providerMessageId]);
  return { names: "messageId", channel, status: "delivered", at: now(), messageId, providerMessageId };
};

it("an SMS receipt waits until the MessageId is recorded, and then ends the task", async () => {
  routing.next("waits");
  const { messageId, customer } = await routing.start([hop("sms")]);
  const [sent] = routing.sends;
  const receipt = smsReceipt(customer.phoneNumber, sent?.at ?? "", sent?.providerMessageId ?? "");
  expect(await routing.receive(receipt)).toBe(false);
  expect((await traced(messageId)).status).toBe("processing");
  await routing.release();
  expect(await routing.receive(receipt, 2)).toBe(true);
  await routing.untilIdle();
  expect(routing.hasEnded()).toBe(true);
  expect((await traced(messageId)).channels[0]).toMatchObject({
    outcome: "delivered",
    providerMessageId: sent?.providerMessageId,
  });
});

it.each(["sms", "fbMessenger", "whatsApp"])(
  "a function that dies between the send by %s and its record leaves one copy, and the receipt ends the task",
  async (channel) => {
    routing.next("dies");
    const { messageId, customer } = await routing.start([hop(channel), hop("appMessaging", "sent")]);
    const [sent] = routing.sends;
    // The state's Retry calls the function again, which takes the attempt over and sends nothing.
    await routing.advance(3000);
    expect(routing.sends).toHaveLength(1);
    expect(await routing.receive(deliveryOf(channel, messageId, customer, sent))).toBe(true);
    await routing.untilIdle();
    expect(routing.hasEnded()).toBe(true);
    expect(routing.sends).toHaveLength(1);
    expect((await traced(messageId)).status).toBe("delivered");
  },
);

it.each(["sms", "fbMessenger", "whatsApp"])(
  "a receipt finds its message where the send by %s is never recorded and the window has ended",
  async (channel) => {
    routing.next("waits");
    const { messageId, customer } = await routing.start([hop(channel), hop("appMessaging", "sent")]);
    const [sent] = routing.sends;
    await routing.advance(61_000);
    await vi.waitFor(() => expect(routing.hasEnded()).toBe(true), 10_000);
    expect(await routing.receive(deliveryOf(channel, messageId, customer, sent))).toBe(true);
    expect(await traced(messageId)).toMatchObject({
      status: "delivered",
      possibleDuplicate: true,
      channels: [
        { outcome: "delivered", late: true },
        { channel: "appMessaging", outcome: "sent" },
      ],
    });
    await routing.release();
  },
);

it("a receipt of what other software of the account sent is counted after its tries, and is no dead letter", async () => {
  const { customer } = await routing.start([hop("sms")]);
  const [sent] = routing.sends;
  const strangers = smsReceipt("+447999999999", sent?.at ?? "", "another");
  for (const tries of [1, 2, 3, 4, 5]) expect(await routing.receive(strangers, tries)).toBe(false);
  expect(routing.counted).toEqual([]);
  expect(await routing.receive(strangers, 6)).toBe(true);
  expect(routing.counted).toEqual([{ name: "ReceiptsOfOthers", channel: "sms" }]);
  // To a customer of this deployment, at that time: it may be this message.
  const unknown = smsReceipt(customer.phoneNumber, sent?.at ?? "", "another");
  expect(await routing.receive(unknown, 6)).toBe(false);
});

it("an SMS receipt that may belong to a send under way is not taken for one that was never recorded", async () => {
  routing.next("dies");
  const lost = await routing.start([hop("sms")]);
  await routing.advance(3000);
  routing.next("waits");
  const { messageId } = await routing.start([hop("sms")], { addresses: lost.customer });
  const [sent] = routing.sends;
  const receipt = smsReceipt(lost.customer.phoneNumber, sent?.at ?? "", sent?.providerMessageId ?? "");
  expect(await routing.receive(receipt)).toBe(false);
  await routing.release();
  expect(await routing.receive(receipt, 2)).toBe(true);
  expect((await traced(messageId)).status).toBe("delivered");
  expect((await traced(lost.messageId)).channels[0]?.outcome).toBe("unknown");
});

it("an SMS receipt that may belong to either of two unrecorded sends to one number matches neither", async () => {
  routing.next("dies");
  const first = await routing.start([hop("sms")]);
  await routing.advance(3000);
  routing.next("dies");
  await routing.start([hop("sms")], { addresses: first.customer });
  await routing.advance(3000);
  expect(await routing.receive(smsReceipt(first.customer.phoneNumber, now(), "sns-unknown"))).toBe(false);
});

describe("a push that fails later", () => {
  const hour = 3_600_000;
  const failureOf = (messageId: string, providerMessageId: string): Queued => ({
    names: "address",
    channel: "appMessaging",
    status: "failed",
    at: now(),
    address: endpointOf(messageId),
    sentAt: now(),
    sentSince: new Date(routing.clock.now() - 7 * hour).toISOString(),
    providerMessageId,
    error: { name: "NotRegistered", message: "the token is gone", speaksOf: "customer" },
  });

  it("is found by its device's endpoint where the function died before it recorded the push", async () => {
    routing.next("dies");
    const { messageId } = await routing.start([hop("appMessaging", "sent"), hop("sms")]);
    await routing.advance(3000);
    const [sent] = routing.sends;
    expect(await routing.receive(failureOf(messageId, sent?.providerMessageId ?? ""))).toBe(true);
    await routing.untilIdle();
    expect((await traced(messageId)).channels).toMatchObject([{ outcome: "failed" }, { outcome: "sent" }]);
    // A second device of the same push: it has failed already.
    expect(await routing.receive(failureOf(messageId, "sns-of-another-device"))).toBe(true);
  });

  it("is found by its id where a version before noted that, whatever else went to the device", async () => {
    const { messageId } = await routing.start([hop("appMessaging", "sent")]);
    const contact = await testHash.newest('["appMessaging","sns-old"]');
    const Item = toItem({ contact, entry: "sent", messageId, ttl: 4_102_444_800 });
    await tables.client.send(new PutItemCommand({ TableName: "contacts", Item }));
    expect(await routing.receive(failureOf("an endpoint that nobody noted", "sns-old"))).toBe(true);
    expect((await traced(messageId)).channels).toMatchObject([{ outcome: "failed" }]);
  });
});

describe("free text that WhatsApp took, and whose window was closed after all", () => {
  const byText: Hop[] = [{ ...hop("whatsApp"), form: "text", formReason: "the customer wrote" }, hop("sms")];
  const refusalOf = (messageId: string, providerMessageId: string): Queued => ({
    names: "messageId",
    channel: "whatsApp",
    status: "failed",
    at: now(),
    messageId,
    providerMessageId,
    error: { name: "WindowClosed", code: "131047", message: "Re-engagement message", speaksOf: "customer" },
  });
  const formsSent = () => routing.sends.map(({ channel, form }) => `${channel} ${form}`);

  it("is followed by the template on the same channel, once, however often the refusal is reported", async () => {
    const { messageId, customer } = await routing.start(byText);
    const text = routing.sends[0]?.providerMessageId ?? "";
    for (const times of [1, 2, 3]) {
      expect(await routing.receive(refusalOf(messageId, text), times)).toBe(true);
      await routing.advance(2000);
    }
    expect(formsSent()).toEqual(["whatsApp text", "whatsApp template"]);
    expect((await traced(messageId)).channels).toMatchObject([{ outcome: "sent" }, { outcome: "notTried" }]);
    await routing.receive(deliveryOf("whatsApp", messageId, customer));
    await routing.untilIdle();
    expect(await traced(messageId)).toMatchObject({ status: "delivered" });
  });

  it("is followed by the template also where the function died before it ended the task", async () => {
    const { messageId } = await routing.start(byText);
    const text = routing.sends[0]?.providerMessageId ?? "";
    routing.failNextCallback();
    expect(await routing.receive(refusalOf(messageId, text))).toBe(false);
    expect(await routing.receive(refusalOf(messageId, text), 2)).toBe(true);
    await routing.advance(2000);
    expect(formsSent()).toEqual(["whatsApp text", "whatsApp template"]);
  });

  it("is followed by the next channel where the template is refused as well", async () => {
    const { messageId } = await routing.start(byText);
    await routing.receive(refusalOf(messageId, routing.sends[0]?.providerMessageId ?? ""));
    await routing.advance(2000);
    await routing.receive(refusalOf(messageId, routing.sends[1]?.providerMessageId ?? ""));
    await routing.untilIdle();
    expect(formsSent()).toEqual(["whatsApp text", "whatsApp template", "sms undefined"]);
    expect((await traced(messageId)).channels).toMatchObject([{ outcome: "failed" }, { outcome: "sent" }]);
  });

  it("is followed by no template once the text was delivered", async () => {
    const { messageId, customer } = await routing.start(byText);
    await routing.receive(deliveryOf("whatsApp", messageId, customer));
    await routing.receive(refusalOf(messageId, routing.sends[0]?.providerMessageId ?? ""));
    await routing.advance(2000);
    expect(formsSent()).toEqual(["whatsApp text"]);
  });
});

it("a Messenger watermark covers every message before it, and none after", async () => {
  const first = await routing.start([hop("fbMessenger")]);
  const second = await routing.start([hop("fbMessenger")], { addresses: first.customer });
  const between = now();
  await routing.advance(1000);
  const third = await routing.start([hop("fbMessenger")], { addresses: first.customer });
  expect(await routing.receive(watermark(first.customer.fbMessengerId, between, "read"))).toBe(true);
  await routing.untilIdle();
  const outcomes = await Promise.all(
    [first, second, third].map(async ({ messageId }) => (await traced(messageId)).channels[0]?.outcome),
  );
  expect(outcomes).toEqual(["read", "read", "sent"]);
});

it("a redelivered receipt ends the task that its first try recorded but did not end", async () => {
  const { messageId } = await routing.start([hop("whatsApp"), hop("sms")]);
  const receipt: Queued = {
    names: "messageId",
    channel: "whatsApp",
    status: "delivered",
    at: now(),
    messageId,
  };
  routing.failNextCallback();
  expect(await routing.receive(receipt)).toBe(false);
  expect(routing.hasEnded()).toBe(false);
  expect(await routing.receive(receipt, 2)).toBe(true);
  await routing.untilIdle();
  expect(routing.hasEnded()).toBe(true);
});

it("a redelivered failure moves on to the next channel", async () => {
  const { messageId } = await routing.start([hop("whatsApp"), hop("sms")]);
  const error = { name: "NotRegistered", code: "131026", message: "no" };
  const receipt: Queued = {
    names: "messageId",
    channel: "whatsApp",
    status: "failed",
    at: now(),
    messageId,
    error,
  };
  routing.failNextCallback();
  expect(await routing.receive(receipt)).toBe(false);
  expect(await routing.receive(receipt, 2)).toBe(true);
  await routing.untilIdle();
  expect(routing.sends.map(({ channel }) => channel)).toEqual(["whatsApp", "sms"]);
});

it("a receipt for a channel that was never tried, or for an unknown message, matches nothing", async () => {
  const { messageId } = await routing.start([hop("sms"), hop("whatsApp")]);
  const receipt = { names: "messageId", channel: "whatsApp", status: "delivered", at: now() } as const;
  expect(await routing.receive({ ...receipt, messageId })).toBe(false);
  expect(await routing.receive({ ...receipt, messageId: "nobody" })).toBe(false);
  expect(outcomeOf((await routing.stored(messageId)).attempts.whatsApp, "delivered", false)).toBe("notTried");
});

it("a provider's error is recorded without the customer's address", async () => {
  const { messageId, customer } = await routing.start([hop("whatsApp"), hop("sms")]);
  const error = { name: "Undeliverable", message: `${customer.phoneNumber} is away` };
  await routing.receive({
    names: "messageId",
    channel: "whatsApp",
    status: "failed",
    at: now(),
    messageId,
    error,
  });
  expect((await traced(messageId)).channels[0]?.error?.message).toBe("[address] is away");
});

it("the last message of a customer is kept in whatever order their messages come", async () => {
  const customerWrote = (at: string): Queued => ({
    names: "customer",
    channel: "whatsApp",
    address: "+44711",
    at,
  });
  await routing.receive(customerWrote("2030-01-02T00:00:00.000Z"));
  await routing.receive(customerWrote("2030-01-01T00:00:00.000Z"));
  expect(await tables.contacts.stateOf("whatsApp", "+44711")).toMatchObject({
    heardAt: "2030-01-02T00:00:00.000Z",
  });
});
