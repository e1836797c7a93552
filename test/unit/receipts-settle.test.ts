/** Receipts at awkward moments, on the real tables and state machine: crashes, receipts before their time, repetitions. */
import { createHash } from "node:crypto";
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
  await routing.settle();
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
    await routing.settle();
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

it("a Messenger watermark covers every message before it, and none after it", async () => {
  const first = await routing.start([hop("fbMessenger")]);
  const second = await routing.start([hop("fbMessenger")], { addresses: first.customer });
  const between = now();
  await routing.advance(1000);
  const third = await routing.start([hop("fbMessenger")], { addresses: first.customer });
  expect(await routing.receive(watermark(first.customer.fbMessengerId, between, "read"))).toBe(true);
  await routing.settle();
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
  await routing.settle();
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
  await routing.settle();
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
  const heard = (at: string): Queued => ({ names: "customer", channel: "whatsApp", address: "+44711", at });
  await routing.receive(heard("2030-01-02T00:00:00.000Z"));
  await routing.receive(heard("2030-01-01T00:00:00.000Z"));
  expect(await tables.contacts.stateOf("whatsApp", "+44711")).toMatchObject({
    heardAt: "2030-01-02T00:00:00.000Z",
  });
});
