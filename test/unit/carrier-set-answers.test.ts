/** What the control API sets of the catalogue: at a phone, at who sends, for how long; and the ids by which WhatsApp knows people. */
import {
  CreatePlatformEndpointCommand,
  ListEndpointsByPlatformApplicationCommand,
  PublishCommand,
} from "@aws-sdk/client-sns";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../infra/local/carrier/answers/index.ts";
import { waIdOf } from "../../infra/local/carrier/wa-id.ts";
import { newWamid } from "../../infra/local/carrier/whats-app-webhooks.ts";
import { accountId, applicationArn, at, useCarrierWorld } from "./fixtures/carrier-world.ts";

const world = useCarrierWorld();

const phone = "+15550100001";
const whatsAppNumber = "106540352242922";
const whatsAppAccount = "102290129340398";
const set = async (path: string, change: object) =>
  expect(await world.call("PUT", path, change)).toMatchObject({ status: 200 });
const identity = (id: string) => `/identities/${encodeURIComponent(id)}`;
const write = async (sender = whatsAppNumber, to = phone) => {
  const body = { messaging_product: "whatsapp", to, type: "text", text: { body: "Hello" } };
  const { status, text } = await world.graph(sender, body);
  return { status, body: JSON.parse(text) };
};
const codeOf = async (sending: ReturnType<typeof write>) => (await sending).body.error?.code ?? 0;
const smsTo = (PhoneNumber: string, attributes: Record<string, string> = {}) =>
  world
    .publish({
      PhoneNumber,
      Message: "Hello",
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      ),
    })
    .then(
      () => "taken",
      (error: unknown) => (error instanceof Error ? error.name : "unknown"),
    );

describe("The list of answers", () => {
  it("has each with its name, channel, line, occasions, subject and source", async () => {
    const { status, body } = await world.call("GET", "/answers");
    expect(status).toBe(200);
    expect(body).toHaveLength(catalogue.length);
    expect(body).toContainEqual({
      name: "whatsApp-131026",
      channel: "whatsApp",
      what: "The number is not on WhatsApp, or its app is too old",
      when: ["sync", "later"],
      about: "customer",
      source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
    });
  });
});

describe("An answer that is set at a phone", () => {
  it.each([
    { channel: "whatsApp", change: { answer: "whatsApp-999" }, path: "answer", offered: "whatsApp-131026" },
    { channel: "sms", change: { answer: "whatsApp-131026" }, path: "answer", offered: "sms-Throttling" },
    {
      channel: "whatsApp",
      change: { laterAnswer: "whatsApp-4" },
      path: "laterAnswer",
      offered: "whatsApp-131026",
    },
    { channel: "sms", change: { answer: "sms-log-no-quota" }, path: "answer", offered: "sms-Throttling" },
    {
      channel: "whatsApp",
      change: { answer: "whatsApp-message-order" },
      path: "answer",
      offered: "whatsApp-131026",
    },
  ])("is refused with the list where $channel has no $change", async ({ channel, change, path, offered }) => {
    const { status, body } = await world.call("PUT", at(channel, phone), change);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path, message: expect.stringContaining("there is no answer") }]);
    expect(body.message).toContain(offered);
    expect((await world.call("GET", at(channel, phone))).body).toMatchObject({
      answer: null,
      laterAnswer: null,
    });
  });

  it("ends after as many sends as `times` says", async () => {
    await set(at("whatsApp", phone), { answer: "whatsApp-131000", laterAnswer: "whatsApp-131053", times: 2 });
    expect(await codeOf(write())).toBe(131000);
    expect((await world.call("GET", at("whatsApp", phone))).body).toMatchObject({
      answer: "whatsApp-131000",
      times: 1,
    });
    expect(await codeOf(write())).toBe(131000);
    const healed = (await world.call("GET", at("whatsApp", phone))).body;
    expect(healed).toMatchObject({ answer: null, laterAnswer: null, fault: null });
    expect(healed).not.toHaveProperty("times");
    expect(await codeOf(write())).toBe(0);
  });

  it("stays for good without `times`, until it is set to null", async () => {
    await set(at("whatsApp", phone), { answer: "whatsApp-131000" });
    for (let n = 0; n < 3; n++) expect(await codeOf(write())).toBe(131000);
    await set(at("whatsApp", phone), { answer: null });
    expect(await codeOf(write())).toBe(0);
  });

  it("takes the place of a fault, and a fault its place; both at once are refused", async () => {
    await set(at("whatsApp", phone), { fault: "throttled", times: 5 });
    await set(at("whatsApp", phone), { answer: "whatsApp-131000" });
    const state = (await world.call("GET", at("whatsApp", phone))).body;
    expect(state).toMatchObject({ fault: null, answer: "whatsApp-131000" });
    expect(state).not.toHaveProperty("times");
    await set(at("whatsApp", phone), { fault: "throttled" });
    expect((await world.call("GET", at("whatsApp", phone))).body).toMatchObject({
      fault: "throttled",
      answer: null,
    });
    const both = await world.call("PUT", at("whatsApp", phone), { fault: "throttled", answer: "whatsApp-4" });
    expect(both).toMatchObject({ status: 400, body: { errors: [{ path: "fault" }] } });
  });

  it("lets a held message go out, and reports later that it was dropped", async () => {
    const change = {
      answer: "whatsApp-200-held-for-quality-assessment",
      laterAnswer: "whatsApp-132015",
      receipts: { beforeAnswer: true },
    };
    await set(at("whatsApp", phone), change);
    const { status, body } = await write();
    expect(status).toBe(200);
    expect(body.messages[0].message_status).toBe("held_for_quality_assessment");
    expect(world.posts.at(-1)?.body).toMatchObject({
      entry: [{ changes: [{ value: { statuses: [{ id: body.messages[0].id, status: "failed" }] } }] }],
    });
  });

  it("gives way where the customer is not registered at all", async () => {
    await set(at("whatsApp", phone), {
      registered: false,
      answer: "whatsApp-200-held-for-quality-assessment",
    });
    expect(await codeOf(write())).toBe(131026);
  });
});

describe("An answer that is set at who sends", () => {
  it.each([
    { id: whatsAppNumber, who: "the phone number" },
    { id: whatsAppAccount, who: "the account" },
  ])("is for every customer of $who, before what is set at them", async ({ id }) => {
    await set(at("whatsApp", phone), { answer: "whatsApp-131000" });
    await set(identity(id), { answer: "whatsApp-131031" });
    expect(await codeOf(write())).toBe(131031);
    expect(await codeOf(write(whatsAppNumber, "+447123123123"))).toBe(131031);
    await set(identity(id), { answer: null });
    expect(await codeOf(write())).toBe(131000);
  });

  it("is not for another number, nor for another channel", async () => {
    await set(identity(whatsAppNumber), { answer: "whatsApp-133010" });
    expect(await codeOf(write("4711"))).toBe(0);
    await set(identity(accountId), { answer: "sms-OptInRequired" });
    const TargetArn = await world.endpointOf("device");
    expect((await world.publish({ TargetArn, Message: "Hello" })).MessageId).toBeDefined();
    expect(await smsTo(phone)).toBe("OptInRequired");
  });

  it("is for one platform application and leaves the other alone", async () => {
    const [fcm, apns] = [await world.endpointOf("android"), await world.endpointOf("iphone", "APNS")];
    await set(identity(applicationArn("GCM")), { answer: "appMessaging-PlatformApplicationDisabled" });
    const push = (TargetArn: string) => world.sns.send(new PublishCommand({ TargetArn, Message: "Hello" }));
    await expect(push(fcm)).rejects.toMatchObject({ name: "PlatformApplicationDisabledException" });
    expect((await push(apns)).MessageId).toBeDefined();
  });

  it("is for one sender id or origination number of an SMS", async () => {
    await set(identity("MyShop"), { answer: "sms-Throttled" });
    await set(identity("+12065550152"), { answer: "sms-InternalError" });
    expect(await smsTo(phone)).toBe("taken");
    expect(await smsTo(phone, { "AWS.SNS.SMS.SenderID": "MyShop" })).toBe("ThrottledException");
    expect(await smsTo(phone, { "AWS.MM.SMS.OriginationNumber": "+12065550152" })).toBe(
      "InternalErrorException",
    );
  });

  it("can be reported later: SNS logs that the spending limit is reached, in a record of four fields", async () => {
    await set(identity(accountId), { laterAnswer: "sms-log-no-quota", times: 1 });
    await set(at("sms", phone), { receipts: { beforeAnswer: true } });
    const { MessageId } = await world.publish({ PhoneNumber: phone, Message: "Hello" });
    expect(world.logs).toEqual([
      {
        group: `sns/us-east-1/${accountId}/DirectPublishToPhoneNumber/Failure`,
        record: {
          notification: { messageId: MessageId, timestamp: expect.any(String) },
          // https://github.com/GSA/notifications-admin/issues/935 has such a record of another reason.
          delivery: {
            destination: phone,
            smsType: "Promotional",
            providerResponse: "No quota left for account",
            dwellTimeMs: expect.any(Number),
          },
          status: "FAILURE",
        },
      },
    ]);
    await world.publish({ PhoneNumber: phone, Message: "Hello" });
    expect(world.logs.at(-1)).toMatchObject({ record: { status: "SUCCESS" } });
  });

  it("is listed while it is there, and forgotten with the rest", async () => {
    expect((await world.call("GET", "/identities")).body).toEqual({});
    await set(identity(whatsAppNumber), { answer: "whatsApp-190", times: 3 });
    const listed = { answer: "whatsApp-190", laterAnswer: null, times: 3 };
    expect((await world.call("GET", "/identities")).body).toEqual({ [whatsAppNumber]: listed });
    expect((await world.call("GET", identity(whatsAppNumber))).body).toEqual(listed);
    await world.call("DELETE", "");
    expect((await world.call("GET", "/identities")).body).toEqual({});
    expect(await codeOf(write())).toBe(0);
  });

  it.each([
    { change: { answer: "whatsApp-999" }, path: "answer" },
    { change: { answer: "whatsApp-message-order" }, path: "answer" },
    { change: { times: 1 }, path: "times" },
    { change: { fault: "throttled" }, path: "fault" },
  ])("is refused where it is $change", async ({ change, path }) => {
    const { status, body } = await world.call("PUT", identity("1"), change);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path, message: expect.any(String) }]);
  });
});

describe("A webhook of the catalogue", () => {
  it.each([
    {
      channel: "whatsApp",
      body: { webhook: "whatsApp-131026" },
      path: "webhook",
      text: "whatsApp-message-order",
    },
    { channel: "whatsApp", body: {}, path: "webhook", text: "webhook" },
    { channel: "whatsApp", body: { webhook: "whatsApp-status-played" }, path: "webhook", text: "last sent" },
    { channel: "whatsApp", body: { webhook: "whatsApp-message-order", body: "" }, path: "body", text: "" },
    { channel: "sms", body: { webhook: "whatsApp-message-order" }, path: "channel", text: "no webhook" },
  ])("is refused by $channel as $body", async ({ channel, body, path, text }) => {
    const answer = await world.call("POST", `${at(channel, phone)}/webhooks`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].path).toBe(path);
    expect(answer.body.message).toContain(text);
    expect(world.posts).toEqual([]);
  });

  it("is about the message that was last sent, also one that never arrives", async () => {
    await set(at("whatsApp", phone), { delivers: false, receipts: { beforeAnswer: true } });
    const { body } = await write();
    await world.call("POST", `${at("whatsApp", phone)}/webhooks`, { webhook: "whatsApp-status-deleted" });
    const status = { id: body.messages[0].id, status: "deleted" };
    expect(world.posts.at(-1)?.body).toMatchObject({
      entry: [{ changes: [{ value: { statuses: [status] } }] }],
    });
  });
});

describe("A platform endpoint", () => {
  const create = (Token: string, more: object = {}) =>
    world.sns.send(
      new CreatePlatformEndpointCommand({ PlatformApplicationArn: applicationArn("GCM"), Token, ...more }),
    );

  it("is refused, and not made, where its token is not one", async () => {
    await set(at("appMessaging", "bad"), { answer: "appMessaging-InvalidParameter-long-token", times: 1 });
    await expect(create("bad")).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Invalid parameter: Token Reason: must be at most 8192 bytes long in UTF-8 encoding",
    });
    const list = new ListEndpointsByPlatformApplicationCommand({
      PlatformApplicationArn: applicationArn("GCM"),
    });
    expect((await world.sns.send(list)).Endpoints).toEqual([]);
    expect((await create("bad")).EndpointArn).toBeDefined();
  });

  it("is there under the ARN in the text, where its token has one with other attributes", async () => {
    await set(at("appMessaging", "shared"), { answer: "appMessaging-InvalidParameter-same-token" });
    const error = await create("shared").catch((caught: unknown) => caught);
    const arn = /Endpoint (arn:\S+) already exists/.exec(String(error))?.[1] ?? "";
    expect((await world.publish({ TargetArn: arn, Message: "Hello" })).MessageId).toBeDefined();
    expect(await world.messagesAt("appMessaging", "shared")).toHaveLength(1);
  });

  it("is counted against no fault of its sends when it is made", async () => {
    await set(at("appMessaging", "device"), { fault: "throttled", times: 1 });
    const TargetArn = await world.endpointOf("device");
    await expect(world.publish({ TargetArn, Message: "Hello" })).rejects.toMatchObject({
      name: "Throttling",
    });
    expect((await world.publish({ TargetArn, Message: "Hello" })).MessageId).toBeDefined();
  });
});

describe("A push", () => {
  const fcm = (bytes: number) => {
    const around = JSON.stringify({ fcmV1Message: { message: { data: { text: "" } } } }).length;
    return { fcmV1Message: { message: { data: { text: "x".repeat(bytes - around) } } } };
  };
  const push = async (payload: object, attributes: Record<string, string> = {}) =>
    world.publish({
      TargetArn: await world.endpointOf("device"),
      MessageStructure: "json",
      Message: JSON.stringify({ default: "Hello", GCM: JSON.stringify(payload) }),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      ),
    });

  it("may have 4096 bytes for FCM, and not 4097", async () => {
    expect((await push(fcm(4096))).MessageId).toBeDefined();
    await expect(push(fcm(4097))).rejects.toMatchObject({
      message:
        "Invalid parameter: Message Reason: Invalid notification for protocol GCM: Notification data is larger than allowed limit",
    });
  });

  it("may be a trial, and say what FCM and APNs shall do with it", async () => {
    const payload = { fcmV1Message: { validate_only: false, message: { notification: { body: "Hello" } } } };
    const attributes = {
      "AWS.SNS.MOBILE.FCM.TTL": "300",
      "AWS.SNS.MOBILE.APNS.TTL": "300",
      "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "alert",
      "AWS.SNS.MOBILE.APNS.PRIORITY": "10",
    };
    expect((await push(payload, attributes)).MessageId).toBeDefined();
    await expect(push(payload, { "AWS.SNS.MOBILE.FCM.TTL": "soon" })).rejects.toThrow(
      "AWS.SNS.MOBILE.FCM.TTL",
    );
    await expect(push(payload, { "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "loud" })).rejects.toThrow("PUSH_TYPE");
  });
});

describe("The id of a WhatsApp account", () => {
  it.each([
    { country: "the United States", address: "+15550100001", waId: "15550100001" },
    { country: "Mexico", address: "+525513375592", waId: "5215513375592" },
    { country: "Mexico, dialled in the old way", address: "+5215513375592", waId: "5215513375592" },
    { country: "Brazil, area code 41", address: "+5541988887777", waId: "554188887777" },
    { country: "Brazil, area code 11", address: "+5511988887777", waId: "5511988887777" },
    { country: "Brazil, a landline", address: "+554532782153", waId: "554532782153" },
    { country: "Argentina", address: "+541123456789", waId: "5491123456789" },
    { country: "Argentina, called from abroad", address: "+5491123456789", waId: "5491123456789" },
  ])("is $waId for $address of $country", async ({ address, waId }) => {
    expect(waIdOf(address)).toBe(waId);
    await set(at("whatsApp", address), { receipts: { beforeAnswer: true } });
    const { body } = await write(whatsAppNumber, address);
    expect(body.contacts).toEqual([{ input: address, wa_id: waId }]);
    expect(world.posts[0]?.body).toMatchObject({
      entry: [{ changes: [{ value: { statuses: [{ recipient_id: waId }] } }] }],
    });
    await world.call("POST", `${at("whatsApp", address)}/messages`, { body: "ok" });
    expect(world.posts.at(-1)?.body).toMatchObject({
      entry: [{ changes: [{ value: { contacts: [{ wa_id: waId }], messages: [{ from: waId }] } }] }],
    });
  });

  it.each([
    { from: "business", known: "wamid.HBgNNTIxNTUxMzM3NTU5MhUCABEYEkQzNEE4MDI4RkU2NzQ4NzdBMQA=" },
    { from: "customer", known: "wamid.HBgNNTIxNDQyODk2ODQ0MRUCABIYFDNBQzU1MTI5MkJBNkVGRjBDN0U5AA==" },
  ] as const)("is in the ids of messages, as in known ones of the $from", ({ from, known }) => {
    const number = from === "business" ? "+525513375592" : "+524428968441";
    const bytesOf = (wamid: string) => Buffer.from(wamid.slice("wamid.".length), "base64").toString("latin1");
    const withoutRandom = (wamid: string) => bytesOf(wamid).replace(/[0-9A-F]{18,20}\0$/, "…");
    const mine = newWamid(number, from);
    expect(mine).toHaveLength(known.length);
    expect(withoutRandom(mine)).toBe(withoutRandom(known));
    expect(bytesOf(mine)).toContain(waIdOf(number));
    expect(newWamid(number, from)).not.toBe(mine);
  });
});
