/**
 * What the business hears of its messages: the carrier's webhooks, the app's posts, delivery logs and push events, each as
 * the real provider sends it.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { webhook as messengerWebhook } from "../../functions/channels/fb-messenger.ts";
import { webhook as whatsAppWebhook } from "../../functions/channels/whats-app.ts";
import { webhookPath } from "../../functions/domain/channel.ts";
import type { Webhook } from "../../functions/domain/receipt-readers.ts";
import { Accounts } from "../../infra/local/carrier/accounts.ts";
import { Business } from "../../infra/local/carrier/business.ts";
import { type Carrier, createCarrier } from "../../infra/local/carrier/index.ts";
import { metaJson, metaSignature } from "../../infra/local/carrier/meta-signature.ts";
import { createClock } from "../../infra/local/clock.ts";
import { Pending } from "../../infra/local/pending.ts";

const secretOf = (_: string, secret: string) => (secret === "accessToken" ? "token" : "app-secret");

interface Post {
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
}

const clock = createClock();
const posts: Post[] = [];
const logs: { group: string; record: unknown }[] = [];
const pushFailures: { event: unknown; subject: string }[] = [];
const smsAnswers: object[] = [];
const emailEvents: object[] = [];
/** Statuses of the next answers, or none at all; then 200. */
const answers: (number | "never")[] = [];
let hungUp = 0;
let carrier: Carrier;
let api: Server;

beforeAll(async () => {
  api = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    posts.push({
      path: request.url ?? "",
      headers: request.headers,
      raw: Buffer.concat(chunks).toString("latin1"),
    });
    const answer = answers.shift() ?? 200;
    if (answer === "never") response.on("close", () => hungUp++);
    else response.writeHead(answer).end("ok");
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  carrier = await createCarrier({
    clock,
    port: 0,
    secretOf,
    region: "us-east-1",
    accountId: "000000000000",
  });
  carrier.connect({
    apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    putLog: (group, message) => logs.push({ group, record: JSON.parse(message) }),
    publishPushFailure: async (message, subject) => {
      pushFailures.push({ event: JSON.parse(message), subject });
    },
    publishByEndUserMessaging: async (_, message) => void smsAnswers.push(JSON.parse(message)),
    publishEmailEvent: async (message) => void emailEvents.push(JSON.parse(message)),
  });
});
afterAll(async () => {
  await carrier.stop();
  api.closeAllConnections();
  api.close();
  clock.stop();
});
beforeEach(async () => {
  await forget();
  answers.length = 0;
  // What the test before left on the line has come when this has.
  await sendBarrier();
  await forget();
  for (const list of [posts, logs, pushFailures, smsAnswers, emailEvents]) list.length = 0;
});

const forget = () => fetch(`${carrier.url}/carrier`, { method: "DELETE" });

const json = { "content-type": "application/json" };
const phone = "+15550100001";
async function call(method: string, path: string, body: object) {
  const response = await fetch(carrier.url + path, { method, headers: json, body: JSON.stringify(body) });
  return { status: response.status, body: v.parse(v.record(v.string(), v.unknown()), await response.json()) };
}
const stateOf = async (channel: string, address: string) =>
  v.parse(
    v.looseObject({ fault: v.nullable(v.string()), messages: v.array(v.unknown()) }),
    await (await fetch(`${carrier.url}/carrier/${channel}/${address}`)).json(),
  );
const set = async (channel: string, address: string, behaviour: object) =>
  expect((await call("PUT", `/carrier/${channel}/${address}`, behaviour)).status).toBe(200);
const graph = async (body: object) =>
  (await call("POST", "/v26.0/4711/messages?access_token=token", { access_token: "token", ...body })).body;

async function sendWhatsApp(more: object = {}): Promise<string> {
  const body = { messaging_product: "whatsapp", to: phone, type: "text", text: { body: "Hello" }, ...more };
  const response = await fetch(`${carrier.url}/v26.0/4711/messages`, {
    method: "POST",
    headers: { ...json, authorization: "Bearer token" },
    body: JSON.stringify(body),
  });
  const answer = v.object({ messages: v.tuple([v.object({ id: v.string() })]) });
  return v.parse(answer, await response.json()).messages[0].id;
}
async function sendMessenger(address = "psid"): Promise<string> {
  const body = { recipient: { id: address }, messaging_type: "UPDATE", message: { text: "Hello" } };
  return v.parse(v.looseObject({ message_id: v.string() }), await graph(body)).message_id;
}
async function sns(form: Record<string, string>): Promise<string> {
  const answer = await carrier.handleSns(new URLSearchParams(form));
  if (answer === undefined || answer === "drop-connection") throw new Error("no answer");
  return /<(?:MessageId|EndpointArn)>([^<]+)</.exec(answer.body)?.[1] ?? answer.body;
}
const sendSms = (Message = "Hello") => sns({ Action: "Publish", PhoneNumber: phone, Message });
const application = (platform: string) => `arn:aws:sns:us-east-1:000000000000:app/${platform}/shop`;
async function sendPush(receiptToken?: string, platform = "GCM") {
  const create = { Action: "CreatePlatformEndpoint", PlatformApplicationArn: application(platform) };
  const endpoint = await sns({ ...create, Token: "device" });
  const token = receiptToken === undefined ? {} : { receiptToken };
  const Message = JSON.stringify({
    default: "Hello",
    GCM: JSON.stringify({ fcmV1Message: { message: { notification: { body: "Hello" }, data: token } } }),
    APNS: JSON.stringify({ aps: { alert: "Hello" }, ...token }),
  });
  const id = await sns({ Action: "Publish", TargetArn: endpoint, MessageStructure: "json", Message });
  return { id, endpoint };
}

const bodies = () => posts.map(({ raw }) => JSON.parse(raw));
const come = (count: number) => expect.poll(() => posts.length).toBe(count);
/** A message whose receipt is there with its answer: whatever was to come before has come. */
async function sendBarrier() {
  await set("fbMessenger", "barrier", { receipts: { beforeAnswer: true } });
  await sendMessenger("barrier");
}
async function nothingMore(count: number) {
  await sendBarrier();
  expect(posts).toHaveLength(count + 1);
  expect(posts.pop()?.raw).toContain("barrier");
}
const valuesOf = (post: { entry: { changes: { value: Record<string, unknown> }[] }[] }) =>
  post.entry.flatMap(({ changes }) => changes.map(({ value }) => value));
interface Status {
  id: string;
  status: string;
  timestamp: string;
}
const statuses = () =>
  bodies()
    .flatMap(valuesOf)
    .flatMap((value) => value.statuses as Status[]);
const names = () => statuses().map(({ status }) => status);
const secondsOf = (ms: number) => Math.floor(ms / 1000);

/** By the channel's contract, each post is at its webhook, is genuine, and reports on one message. */
function expectAcceptedBy(id: string, webhook: Webhook): void {
  for (const { path, headers, raw } of posts) {
    expect(path).toBe(webhookPath(id));
    const signed = { "x-hub-signature-256": String(headers["x-hub-signature-256"]) };
    const post = { headers: signed, body: Buffer.from(raw, "latin1") };
    expect(webhook.isGenuine(post, { appSecret: "app-secret" })).toBe(true);
    expect(webhook.isGenuine(post, { appSecret: "another" })).toBe(false);
    const reading = { ours: undefined, leaveOut: (reason: string) => expect.fail(reason) };
    expect(webhook.read(JSON.parse(raw), reading)).toMatchObject([{ channel: id }]);
  }
}

describe("Meta's signature", () => {
  it("a signature is that of the escaped bytes, as other implementations compute it", () => {
    const body = metaJson({ object: "page", t: "café" });
    expect(body).toBe('{"object":"page","t":"caf\\u00e9"}');
    expect(metaSignature("app-secret", body)).toBe(
      "sha256=8f51322ab7bd23408067cccc13467d351b3e0f4749b68849bc7bbb38947110cc",
    );
  });

  it("text is escaped as Meta escapes it", () => {
    expect(metaJson({ t: "äöå 😀 </%@>" })).toBe(
      '{"t":"\\u00e4\\u00f6\\u00e5 \\ud83d\\ude00 \\u003C\\/\\u0025\\u0040>"}',
    );
  });

  it("escaped text is ASCII, and is the same text when it is read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const body = metaJson({ text });
        expect(body).toMatch(/^[\x20-\x7f]*$/);
        expect(JSON.parse(body)).toEqual({ text });
      }),
    );
  });
});

describe("WhatsApp's webhooks", () => {
  it("WhatsApp reports sent, delivered and read, with what the send contained, signed", async () => {
    await set("whatsApp", phone, { reads: true });
    const before = secondsOf(clock.now());
    const id = await sendWhatsApp({ biz_opaque_callback_data: "m/1" });
    await come(3);
    for (const { path, headers, raw } of posts) {
      expect(path).toBe("/webhooks/whats-app");
      expect(headers["content-type"]).toBe("application/json");
      const signature = createHmac("sha256", "app-secret").update(raw, "latin1").digest("hex");
      expect(headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
      expect(raw).toContain('{"name":"Zo\\u00eb"}');
      expect(raw).toContain('"m\\/1"');
    }
    expectAcceptedBy("whatsApp", whatsAppWebhook);
    expect(names()).toEqual(["sent", "delivered", "read"]);
    const userId = expect.stringMatching(/^US\.\d+$/);
    const free = {
      billable: false,
      pricing_model: "PMP",
      type: "free_customer_service",
      category: "service",
    };
    const status = {
      id,
      status: "sent",
      timestamp: expect.stringMatching(/^\d{10}$/),
      recipient_id: "15550100001",
      recipient_user_id: userId,
      biz_opaque_callback_data: "m/1",
      pricing: free,
    };
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: expect.stringMatching(/^\d+$/), phone_number_id: "4711" },
      contacts: [{ profile: { name: "Zoë" }, wa_id: "15550100001", user_id: userId }],
      statuses: [status],
    };
    const change = { field: "messages", value };
    expect(bodies()[0]).toEqual({
      object: "whatsapp_business_account",
      entry: [{ id: expect.stringMatching(/^\d+$/), changes: [change] }],
    });
    const { pricing: _, ...read } = { ...status, status: "read" };
    expect(statuses()).toEqual([status, { ...status, status: "delivered" }, read]);
    expect(Number(statuses()[0]?.timestamp)).toBeGreaterThanOrEqual(before);
  });

  it("WhatsApp bills a template, and echoes nothing where the send contained nothing to echo", async () => {
    const template = { name: "order_update", language: { code: "en" } };
    await sendWhatsApp({ type: "template", text: undefined, template });
    await come(2);
    for (const status of statuses()) {
      expect(status).toMatchObject({ pricing: { billable: true, type: "regular", category: "utility" } });
      expect(status).not.toHaveProperty("biz_opaque_callback_data");
    }
  });

  it("WhatsApp reports delivered when the message has arrived, by the clock", async () => {
    await set("whatsApp", phone, { delayMs: 3_600_000 });
    const id = await sendWhatsApp();
    await come(1);
    await clock.advance(3_500_000);
    await nothingMore(1);
    await clock.advance(100_000);
    await come(2);
    const [sent, delivered] = statuses();
    expect(delivered).toMatchObject({ id, status: "delivered" });
    const waited = Number(delivered?.timestamp) - Number(sent?.timestamp);
    expect(waited).toBe(3600);
  });

  it("WhatsApp reports no more than sent of a message that never arrives", async () => {
    await set("whatsApp", phone, { delivers: false, reads: true });
    await sendWhatsApp();
    await come(1);
    await clock.advance(3_600_000);
    await nothingMore(1);
    expect(names()).toEqual(["sent"]);
  });

  it("WhatsApp reports failed of a message that fails later: without contacts and pricing, with the error", async () => {
    await set("whatsApp", phone, { fault: "fails-later", times: 1, delayMs: 5000 });
    const id = await sendWhatsApp({ biz_opaque_callback_data: "m1" });
    await clock.advance(5000);
    await come(1);
    const [value] = bodies().flatMap(valuesOf);
    expect(value).not.toHaveProperty("contacts");
    expect(value?.statuses).toEqual([
      {
        id,
        status: "failed",
        timestamp: expect.stringMatching(/^\d{10}$/),
        recipient_id: "15550100001",
        biz_opaque_callback_data: "m1",
        errors: [
          {
            code: 131026,
            title: "Message undeliverable",
            message: "Message undeliverable",
            error_data: { details: "Message Undeliverable." },
            href: "/documentation/business-messaging/whatsapp/support/error-codes",
          },
        ],
      },
    ]);
    expect(await stateOf("whatsApp", phone)).toMatchObject({ fault: null, messages: [] });
    await sendWhatsApp();
    await come(2);
    expect(names()).toEqual(["failed", "sent"]);
  });
});

describe("Messenger's webhooks", () => {
  it("Messenger reports delivered by id, and read by the watermark of the time at which it accepted the message", async () => {
    await set("fbMessenger", "psid", { reads: true, delayMs: 5000 });
    const before = clock.now();
    const mid = await sendMessenger();
    const after = clock.now();
    await clock.advance(5000);
    await come(2);
    const [delivery, read] = bodies();
    const watermark = delivery.entry[0].messaging[0].delivery.watermark;
    expect(watermark).toBeGreaterThanOrEqual(before);
    expect(watermark).toBeLessThanOrEqual(after);
    const event = {
      sender: { id: "psid" },
      recipient: { id: "4711" },
      timestamp: watermark + 5000,
    };
    const envelope = (messaging: object) => ({
      object: "page",
      entry: [{ id: "4711", time: watermark + 5000, messaging: [messaging] }],
    });
    expect(delivery).toEqual(envelope({ ...event, delivery: { mids: [mid], watermark } }));
    expect(read).toEqual(envelope({ ...event, read: { watermark } }));
    for (const { path, headers, raw } of posts) {
      expect(path).toBe("/webhooks/fb-messenger");
      expect(headers["x-hub-signature-256"]).toBe(metaSignature("app-secret", raw));
    }
    expectAcceptedBy("fbMessenger", messengerWebhook);
  });

  it("Messenger reports nothing of a message that fails later", async () => {
    await set("fbMessenger", "psid", { fault: "fails-later" });
    expect(await sendMessenger()).toMatch(/^m_/);
    await clock.advance(3_600_000);
    await nothingMore(0);
  });
});

describe("SNS's delivery log of SMS", () => {
  const group = "sns/us-east-1/000000000000/DirectPublishToPhoneNumber";
  const logTime = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;

  it("a delivered SMS has its record in the delivery log, with the time of its publish", async () => {
    await set("sms", phone, { delayMs: 3_600_000 });
    const before = clock.now();
    const messageId = await sendSms("x".repeat(161));
    const after = clock.now();
    await clock.advance(3_500_000);
    expect(logs).toEqual([]);
    await clock.advance(100_000);
    expect(logs).toEqual([
      {
        group,
        record: {
          notification: { messageId, timestamp: expect.stringMatching(logTime) },
          delivery: {
            phoneCarrier: expect.any(String),
            mnc: 260,
            numberOfMessageParts: 2,
            destination: phone,
            priceInUSD: 0.0129,
            smsType: "Promotional",
            mcc: 310,
            providerResponse: "Message has been accepted by phone",
            dwellTimeMs: 3_600_000,
            dwellTimeMsUntilDeviceAck: 3_600_000,
          },
          status: "SUCCESS",
        },
      },
    ]);
    const logged = v.object({ notification: v.object({ timestamp: v.string() }) });
    const { timestamp } = v.parse(logged, logs[0]?.record).notification;
    const published = Date.parse(`${timestamp.replace(" ", "T")}Z`);
    expect(published).toBeGreaterThanOrEqual(before);
    expect(published).toBeLessThanOrEqual(after);
  });

  it("an SMS that fails later has its record in the log group of failures", async () => {
    await set("sms", phone, { fault: "fails-later" });
    const messageId = await sendSms();
    await clock.advance(1);
    expect(logs).toEqual([
      {
        group: `${group}/Failure`,
        record: {
          notification: { messageId, timestamp: expect.stringMatching(logTime) },
          delivery: {
            mnc: 0,
            numberOfMessageParts: 1,
            destination: phone,
            priceInUSD: 0.00645,
            smsType: "Promotional",
            mcc: 0,
            providerResponse: "Unknown error attempting to reach phone",
            dwellTimeMs: 0,
            dwellTimeMsUntilDeviceAck: 0,
          },
          status: "FAILURE",
        },
      },
    ]);
  });

  it("an SMS to a phone that is out of reach has no record", async () => {
    await set("sms", phone, { delivers: false });
    await sendSms();
    await clock.advance(3_600_000);
    expect(logs).toEqual([]);
  });
});

describe("receipts of App messaging", () => {
  it.each(["GCM", "APNS"])(
    "the app reports delivered and read by the push's token (%s)",
    async (platform) => {
      await set("appMessaging", "device", { reads: true });
      await sendPush("receipt-1", platform);
      await come(2);
      expect(bodies()).toEqual([
        { token: "receipt-1", status: "delivered" },
        { token: "receipt-1", status: "read" },
      ]);
      for (const { path, headers } of posts) {
        expect(path).toBe("/receipts/app-messaging");
        expect(headers).not.toHaveProperty("x-hub-signature-256");
        expect(headers).not.toHaveProperty("authorization");
      }
    },
  );

  it("the app reports nothing where the push has no token, or did not reach the device", async () => {
    await set("appMessaging", "device", { reads: true });
    await sendPush();
    await set("appMessaging", "device", { delivers: false });
    await sendPush("receipt-1");
    await clock.advance(1);
    await nothingMore(0);
  });

  it("SNS reports by an application event that a push failed later", async () => {
    await set("appMessaging", "device", { fault: "fails-later", delayMs: 5000 });
    const { id, endpoint } = await sendPush("receipt-1");
    await clock.advance(5000);
    expect(pushFailures).toEqual([
      {
        subject: "DeliveryFailure event for app shop (GCM)",
        event: {
          DeliveryAttempts: 1,
          EndpointArn: endpoint,
          EventType: "DeliveryFailure",
          FailureMessage: "Platform token associated with the endpoint is not valid",
          FailureType: "InvalidPlatformToken",
          MessageId: id,
          Resource: application("GCM"),
          Service: "SNS",
          Time: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      },
    ]);
    await nothingMore(0);
  });
});

describe("the receipts of an address", () => {
  it("receipts come before the answer to the send, where the phone is set so", async () => {
    await set("whatsApp", phone, { reads: true, receipts: { beforeAnswer: true } });
    await sendWhatsApp();
    expect(names()).toEqual(["sent", "delivered", "read"]);
  });

  it("receipts come in reverse order and more than once, where the phone is set so", async () => {
    const receipts = { beforeAnswer: true, order: "reversed", duplicates: 1 };
    await set("whatsApp", phone, { reads: true, receipts });
    await sendWhatsApp();
    expect(names()).toEqual(["read", "read", "delivered", "delivered", "sent", "sent"]);
    expect(posts[0]).toMatchObject({ raw: posts[1]?.raw });
  });

  it("receipts come late, with the time of their event, where the phone is set so", async () => {
    await set("whatsApp", phone, { receipts: { afterMs: 86_400_000, lose: 1 } });
    const at = secondsOf(clock.now());
    await sendWhatsApp();
    expect((await stateOf("whatsApp", phone)).messages).toHaveLength(1);
    await clock.advance(86_000_000);
    await nothingMore(0);
    await clock.advance(400_000);
    await come(1);
    expect(names()).toEqual(["delivered"]);
    expect(Number(statuses()[0]?.timestamp)).toBeLessThan(at + 3600);
  });

  it("receipts also come for a send whose answer was lost", async () => {
    await set("sms", phone, { fault: "lost-answer" });
    await sendSms().catch(() => {});
    await clock.advance(1);
    expect(logs).toHaveLength(1);
  });

  it("a receipt is delivered again until it is accepted", async () => {
    answers.push(503, 404);
    await set("whatsApp", phone, { delivers: false });
    await sendWhatsApp();
    await come(1);
    await expect
      .poll(async () => {
        await clock.advance(10_000);
        return posts.length;
      })
      .toBe(3);
    expect(new Set(posts.map(({ raw }) => raw)).size).toBe(1);
    await clock.advance(86_400_000);
    await nothingMore(3);
  });

  it("a receipt that is not accepted holds up no other", async () => {
    answers.push(500);
    await set("whatsApp", phone, { receipts: { beforeAnswer: true } });
    await sendWhatsApp();
    expect(names()).toEqual(["sent", "delivered"]);
  });

  it("waiting receipts are forgotten by a reset", async () => {
    await set("whatsApp", phone, { delayMs: 3_600_000 });
    await set("sms", phone, { delayMs: 3_600_000 });
    await Promise.all([sendWhatsApp(), sendSms()]);
    await come(1);
    await forget();
    await clock.advance(86_400_000);
    await nothingMore(1);
    expect(logs).toEqual([]);
  });

  it("receipts that are being delivered are forgotten by a reset too", async () => {
    answers.push("never");
    hungUp = 0;
    await sendWhatsApp();
    await come(1);
    await forget();
    await expect.poll(() => hungUp).toBe(1);
    await clock.advance(86_400_000);
    await nothingMore(1);
  });
});

describe("accounts in which something is switched off", () => {
  it("delivery logs, reports of failed pushes and webhooks stop, until they are on again", () => {
    const accounts = new Accounts(() => 0);
    const on = () => ({
      delivered: accounts.logsSms(true),
      failed: accounts.logsSms(false),
      webhooks: accounts.postsWebhooks("whatsApp"),
      pushes: accounts.reportsFailedPushes("app"),
    });
    const all = { delivered: true, failed: true, webhooks: true, pushes: true };
    expect(on()).toEqual(all);
    const { attributes } = accounts.state.sms;
    const withAttributes = (more: object) =>
      accounts.change({ sms: { attributes: { ...attributes, ...more } } });
    withAttributes({ DeliveryStatusSuccessSamplingRate: "0" });
    expect(on()).toEqual({ ...all, delivered: false });
    withAttributes({ DeliveryStatusIAMRole: "" });
    expect(on()).toEqual({ ...all, delivered: false, failed: false });
    accounts.change({ sms: { attributes }, whatsApp: { isSubscribed: false } });
    expect(on()).toEqual({ ...all, webhooks: false });
    accounts.change({
      whatsApp: { isSubscribed: true },
      applications: { app: { EventDeliveryFailure: "" } },
    });
    expect(on()).toEqual({ ...all, pushes: false });
    accounts.forget();
    expect(on()).toEqual(all);
  });

  it("a webhook that is switched off is not posted; what no account has is refused", async () => {
    const write = () => call("POST", `/carrier/whatsApp/${phone}/messages`, { body: "Hi" });
    await call("PUT", "/carrier/accounts", { whatsApp: { webhook: null } });
    await write();
    expect(posts).toEqual([]);
    await forget();
    await write();
    expect(posts).toHaveLength(1);
    expect(await call("PUT", "/carrier/accounts", { sms: { inSandbox: "yes" } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "sms.inSandbox" }] },
    });
  });
});

describe("receipts that the business does not accept", () => {
  /** When it is reported, in seconds, by a clock of its own. */
  async function refuse() {
    const ownClock = createClock();
    onTestFinished(() => ownClock.stop());
    const pending = new Pending(ownClock);
    const business = new Business(pending, secretOf, new Accounts(() => ownClock.now()));
    const start = ownClock.now();
    const tries: number[] = [];
    business.connect({
      apiUrl: "",
      putLog: () => {},
      publishPushFailure: async () => {
        tries.push(secondsOf(ownClock.now() - start));
        throw new Error("no");
      },
      publishByEndUserMessaging: async () => {},
      publishEmailEvent: async () => {},
    });
    await business.notify({ by: "topic", application: "", subject: "", event: {} });
    return { tries, pending, ownClock };
  }

  it("a receipt that is not accepted is delivered again at growing intervals, and then no more", async () => {
    const { tries, ownClock } = await refuse();
    await ownClock.advance(86_400_000);
    expect(tries).toEqual([0, 1, 11, 71, 671, 4271]);
  });

  it("a receipt that was dropped is not delivered again", async () => {
    const { tries, pending, ownClock } = await refuse();
    pending.drop();
    await ownClock.advance(86_400_000);
    expect(tries).toEqual([0]);
  });
});

describe("a simulated customer", () => {
  const write = (channel: string, address: string, body: object) =>
    call("POST", `/carrier/${channel}/${address}/messages`, body);
  const read = (channel: string, address: string) => call("POST", `/carrier/${channel}/${address}/read`, {});

  it("a customer writes by WhatsApp, which opens the window", async () => {
    await set("whatsApp", phone, { window: "closed" });
    const { status, body } = await write("whatsApp", "15550100001", { body: "Ja, größer!" });
    expect(status).toBe(200);
    expect(bodies().flatMap(valuesOf)).toEqual([
      {
        messaging_product: "whatsapp",
        metadata: { display_phone_number: "15550783881", phone_number_id: "106540352242922" },
        contacts: [{ profile: { name: "Zoë" }, wa_id: "15550100001", user_id: expect.any(String) }],
        messages: [
          {
            from: "15550100001",
            from_user_id: expect.any(String),
            id: body.providerMessageId,
            timestamp: expect.stringMatching(/^\d{10}$/),
            type: "text",
            text: { body: "Ja, größer!" },
          },
        ],
      },
    ]);
    expect(posts[0]).toMatchObject({
      path: "/webhooks/whats-app",
      headers: { "x-hub-signature-256": metaSignature("app-secret", posts[0]?.raw ?? "") },
    });
    expect(await sendWhatsApp()).toMatch(/^wamid\./);
  });

  it("a customer writes by Messenger, which opens the window", async () => {
    await set("fbMessenger", "psid", { window: "closed" });
    const { body } = await write("fbMessenger", "psid", { body: "ok" });
    expect(bodies()).toEqual([
      {
        object: "page",
        entry: [
          {
            id: "101044009999999",
            time: expect.any(Number),
            messaging: [
              {
                sender: { id: "psid" },
                recipient: { id: "101044009999999" },
                timestamp: expect.any(Number),
                message: { mid: body.providerMessageId, text: "ok" },
              },
            ],
          },
        ],
      },
    ]);
    expect(await sendMessenger()).toMatch(/^m_/);
  });

  it("a customer writes by SMS, to the topic of a number with two-way messaging", async () => {
    const { body } = await write("sms", "15550100001", { body: "STOP", answers: "sns-1" });
    expect(smsAnswers).toEqual([
      {
        originationNumber: "+15550100001",
        destinationNumber: "+12125550101",
        messageKeyword: expect.any(String),
        messageBody: "STOP",
        inboundMessageId: body.providerMessageId,
        previousPublishedMessageId: "sns-1",
      },
    ]);
  });

  it("what the customer wrote is shown, and the window that it opened closes 24 hours later", async () => {
    const { body } = await write("whatsApp", "15550100001", { body: "ok" });
    const opened = await stateOf("whatsApp", phone);
    expect(opened).toMatchObject({ window: "open", written: [{ ...body, body: "ok" }], messages: [] });
    await clock.pass(24 * 3_600_000 + 1000);
    expect(await stateOf("whatsApp", phone)).toMatchObject({ window: "closed", written: [{ body: "ok" }] });
    await set("whatsApp", phone, { window: "open" });
    expect(await stateOf("whatsApp", phone)).toMatchObject({ window: "open" });
  });

  it("a customer's answer names the message that it answers, in the way of each channel", async () => {
    await write("whatsApp", "15550100001", { body: "ok", answers: "wamid.1" });
    await write("fbMessenger", "psid", { body: "ok", answers: "m_1" });
    expect(bodies().slice(0, 1).flatMap(valuesOf)[0]).toMatchObject({
      messages: [{ text: { body: "ok" }, context: { from: "15550783881", id: "wamid.1" } }],
    });
    expect(bodies()[1]).toMatchObject({
      entry: [{ messaging: [{ message: { text: "ok", reply_to: { mid: "m_1" } } }] }],
    });
  });

  it.each([
    { path: "/carrier/appMessaging/1/messages", body: { body: "ok" }, status: 400, text: "appMessaging" },
    { path: "/carrier/whatsApp/1/messages", body: { body: "" }, status: 400, text: "body" },
    { path: "/carrier/whatsApp/1/messages", body: {}, status: 400, text: "body" },
    { path: "/carrier/fax/1/messages", body: { body: "ok" }, status: 404, text: "fax" },
    { path: "/carrier/sms/1/read", body: {}, status: 400, text: "sms" },
  ])(
    "a customer cannot do what the channel does not have: $path with $body",
    async ({ path, body, status, text }) => {
      const answer = await call("POST", path, body);
      expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(text) } });
      expect(posts).toEqual([]);
    },
  );

  it("a customer reads on WhatsApp every message that arrived, once", async () => {
    await set("whatsApp", phone, { receipts: { beforeAnswer: true } });
    const ids = [await sendWhatsApp(), await sendWhatsApp()];
    await set("whatsApp", phone, { reads: true });
    await sendWhatsApp();
    await set("whatsApp", phone, { reads: false, delayMs: 3_600_000 });
    await sendWhatsApp();
    posts.length = 0;
    expect((await read("whatsApp", phone)).body).toEqual({ read: ids });
    expect(statuses()).toMatchObject(ids.map((id) => ({ id, status: "read" })));
    expect((await read("whatsApp", phone)).body).toEqual({ read: [] });
    expect(posts).toHaveLength(2);
  });

  it("a customer reads on Messenger with one watermark for all messages", async () => {
    await set("fbMessenger", "psid", { receipts: { beforeAnswer: true } });
    const ids = [await sendMessenger()];
    await clock.advance(1000);
    ids.push(await sendMessenger());
    const watermark = bodies().at(-1).entry[0].messaging[0].delivery.watermark;
    posts.length = 0;
    expect((await read("fbMessenger", "psid")).body).toEqual({ read: ids });
    expect(bodies().map((body) => body.entry[0].messaging[0].read)).toEqual([{ watermark }]);
  });

  it("a customer reads in the app", async () => {
    await set("appMessaging", "device", { receipts: { beforeAnswer: true } });
    await sendPush("receipt-1");
    posts.length = 0;
    await read("appMessaging", "device");
    expect(bodies()).toEqual([{ token: "receipt-1", status: "read" }]);
  });
});
