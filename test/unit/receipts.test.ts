/** What the providers say, in their own forms, and what it becomes: pure, and by the documented examples. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ReceiptsQueue } from "../../functions/aws/receipts-queue.ts";
import { readMessengerWebhook } from "../../functions/channels/fb-messenger-webhook.ts";
import { isSignedBy } from "../../functions/channels/meta-signature.ts";
import { readPushFailure } from "../../functions/channels/push-failure.ts";
import { signReceiptToken, verifyReceiptToken } from "../../functions/channels/receipt-token.ts";
import { isSameSecret } from "../../functions/channels/same-secret.ts";
import { readSmsAnswer } from "../../functions/channels/sms-answer.ts";
import { readSmsDeliveryLog } from "../../functions/channels/sms-delivery-log.ts";
import { webhook } from "../../functions/channels/whats-app.ts";
import { readWhatsAppWebhook } from "../../functions/channels/whats-app-webhook.ts";
import type { Attempt } from "../../functions/domain/message/message.ts";
import type { Queued } from "../../functions/domain/message/queued-receipt.ts";
import { changesOf, isReached, type StatusUpdate } from "../../functions/domain/outcome/receipt-changes.ts";
import type { HttpEvent } from "../../functions/http/handler.ts";
import { Problem } from "../../functions/http/problem.ts";
import { createDeliveryLogs } from "../../functions/receipts/delivery-logs.ts";
import { createWebhooks } from "../../functions/receipts/provider-webhooks.ts";

// The real one, and its calls.
vi.mock("node:crypto", { spy: true });

const whatsApp = (value: object) => ({
  object: "whatsapp_business_account",
  entry: [{ changes: [{ value }] }],
});
const page = (...messaging: object[]) => ({
  object: "page",
  entry: [{ id: "p", time: 1790000000200, messaging }],
});

describe("WhatsApp's webhook", () => {
  const status = {
    id: "wamid.1",
    status: "delivered",
    timestamp: "1790000000",
    recipient_id: "15550100001",
    biz_opaque_callback_data: "m1",
  };
  it("a WhatsApp status finds its message by what it carries back, even without a number", () => {
    const { recipient_id, ...withoutNumber } = status;
    expect(
      readWhatsAppWebhook(whatsApp({ statuses: [status, { ...withoutNumber, status: "read" }] })).items,
    ).toEqual([
      {
        names: "messageId",
        channel: "whatsApp",
        status: "delivered",
        at: "2026-09-21T14:13:20.000Z",
        messageId: "m1",
        providerMessageId: "wamid.1",
      },
      expect.objectContaining({ status: "read", messageId: "m1" }),
    ]);
  });

  it.each([
    { code: 131026, name: "NotRegistered" },
    { code: 131047, name: "WindowClosed" },
    // Never sent again, so not for now but for good.
    { code: 131000, name: "Undeliverable" },
    { code: 424242, name: "Undeliverable" },
  ])("WhatsApp's failure $code is $name", ({ code, name }) => {
    const failed = {
      ...status,
      status: "failed",
      errors: [{ code, title: "Message undeliverable", error_data: { details: "Why." } }],
    };
    expect(readWhatsAppWebhook(whatsApp({ statuses: [failed] })).items).toMatchObject([
      { status: "failed", error: { name, code: `${code}`, message: "Message undeliverable (Why.)" } },
    ]);
  });

  it("a WhatsApp message shows that the customer wrote, with the number or with the user id alone", () => {
    const messages = [
      { from: "15550100001", id: "wamid.IN", timestamp: "1790000002", type: "text", text: { body: "ok" } },
      { from_user_id: "US.1", id: "wamid.IN2", timestamp: "1790000002" },
    ];
    expect(readWhatsAppWebhook(whatsApp({ messages })).items).toEqual([
      {
        names: "customer",
        channel: "whatsApp",
        address: "+15550100001",
        at: "2026-09-21T14:13:22.000Z",
        content: { id: "wamid.IN", type: "text", text: "ok" },
      },
      {
        names: "customer",
        channel: "whatsApp",
        knownAs: ["US.1"],
        at: "2026-09-21T14:13:22.000Z",
        content: { id: "wamid.IN2", type: "unknown" },
      },
    ]);
  });

  it("notices, groups, other fields and other numbers are not taken for the customer's messages", () => {
    const written = { from: "15550100001", id: "wamid.IN", timestamp: "1790000002" };
    const messages = ["system", "revoke", "edit", "request_welcome"].map((type) => ({ ...written, type }));
    const ofGroup = { ...written, type: "text", group_id: "Y2FwaV9ncm91cDo" };
    const toGroup = { ...status, recipient_type: "group" };
    expect(
      readWhatsAppWebhook(whatsApp({ messages: [...messages, ofGroup], statuses: [toGroup] })).items,
    ).toEqual([]);
    const metadata = { phone_number_id: "other" };
    const value = { metadata, statuses: [status], messages: [{ ...written, type: "text" }] };
    const post = { entry: [{ changes: [{ value }, { field: "standby", value: { messages: [written] } }] }] };
    expect(readWhatsAppWebhook(post, "ours")).toEqual({
      items: [],
      leftOut: ["it is of another phone number"],
    });
    expect(readWhatsAppWebhook(post, "other").items).toHaveLength(2);
  });

  it("what cannot be read is left out alone, and said without its content", () => {
    const statuses = [
      status,
      { ...status, timestamp: "yesterday" },
      "status",
      { ...status, timestamp: 1790000000 },
    ];
    const messages = [
      { from: "15550100001", id: "wamid.IN", timestamp: "1790000002", type: null },
      { timestamp: {} },
    ];
    const { items, leftOut } = readWhatsAppWebhook(whatsApp({ statuses, messages }));
    expect(items).toHaveLength(3);
    expect(leftOut).toHaveLength(3);
    expect(leftOut.join()).not.toMatch(/yesterday|wamid|1555/);
    // Of another system of the same number.
    const [empty] = readWhatsAppWebhook(
      whatsApp({ statuses: [{ ...status, biz_opaque_callback_data: "" }] }),
    ).items;
    expect(empty).toMatchObject({ names: "providerMessageId" });
    const odd = { ...status, status: "failed", errors: [{ code: "131026", title: null }], pricing: [] };
    expect(readWhatsAppWebhook(whatsApp({ statuses: [odd] })).items).toMatchObject([
      { status: "failed", error: { name: "NotRegistered" } },
    ]);
  });

  it("a customer with a user name is known by it from the statuses on, and by the number in the id that they answer", () => {
    const contacts = [{ profile: { name: "Zoë", username: "zoe.b" }, user_id: "US.1" }];
    const statuses = [{ ...status, recipient_user_id: "US.1" }];
    expect(readWhatsAppWebhook(whatsApp({ contacts, statuses })).items).toMatchObject([{ knownAs: "US.1" }]);
    expect(readWhatsAppWebhook(whatsApp({ statuses })).items[0]).not.toHaveProperty("knownAs");
    // An example of Meta's webhook reference: the number is 16503879439.
    const answered = "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0QUQ2MjA4NEYyRkExNjMyREUA";
    const message = {
      from_user_id: "US.1",
      id: "wamid.IN",
      timestamp: "1790000002",
      context: { id: answered },
    };
    expect(readWhatsAppWebhook(whatsApp({ messages: [message] })).items).toMatchObject([
      { knownAs: ["+16503879439", "US.1"], content: { answersId: answered } },
    ]);
  });

  it("a customer's wish to stop marketing, or to have it again, is read from the preferences", () => {
    const preference = { wa_id: "15550100001", category: "marketing_messages", timestamp: 1790000002 };
    const value = {
      user_preferences: [
        { ...preference, value: "stop" },
        { ...preference, value: "resume" },
      ],
    };
    const post = { entry: [{ changes: [{ field: "user_preferences", value }] }] };
    const common = { names: "consent", channel: "whatsApp", address: "+15550100001", category: "marketing" };
    expect(readWhatsAppWebhook(post).items).toEqual([
      { ...common, at: "2026-09-21T14:13:22.000Z", state: "opted-out" },
      { ...common, at: "2026-09-21T14:13:22.000Z", state: "opted-in" },
    ]);
  });

  it.each([
    {
      given: { type: "text", text: { body: "ok" }, context: { from: "15550783881", id: "wamid.1" } },
      content: { type: "text", text: "ok", answersId: "wamid.1" },
    },
    {
      given: { type: "button", button: { text: "Yes", payload: "YES-1" }, context: { id: "wamid.1" } },
      content: { type: "button", text: "Yes", payload: "YES-1", answersId: "wamid.1" },
    },
    {
      given: {
        type: "interactive",
        interactive: { type: "button_reply", button_reply: { id: "b1", title: "Later" } },
      },
      content: {
        type: "interactive",
        text: "Later",
        payload: "b1",
        details: { type: "button_reply", button_reply: { id: "b1", title: "Later" } },
      },
    },
    {
      given: {
        type: "interactive",
        interactive: { type: "nfm_reply", nfm_reply: { body: "Sent", response_json: '{"size":"M"}' } },
      },
      content: {
        type: "interactive",
        text: "Sent",
        payload: '{"size":"M"}',
        details: { type: "nfm_reply", nfm_reply: { body: "Sent", response_json: '{"size":"M"}' } },
      },
    },
    {
      given: { type: "location", location: { latitude: 38.98, longitude: -131.94 } },
      content: { type: "location", details: { latitude: 38.98, longitude: -131.94 } },
    },
    {
      given: { type: "contacts", contacts: [{ name: { formatted_name: "x".repeat(9_000) } }] },
      content: { type: "contacts" },
    },
    {
      given: { type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍" } },
      content: { type: "reaction", text: "👍", answersId: "wamid.1" },
    },
    {
      given: { type: "image", image: { id: "media", mime_type: "image/jpeg", caption: "broken" } },
      content: {
        type: "image",
        text: "broken",
        details: { id: "media", mime_type: "image/jpeg", caption: "broken" },
      },
    },
    {
      given: { type: "audio", audio: { id: "media" } },
      content: { type: "audio", details: { id: "media" } },
    },
    // An unknown form: that there was an answer is published all the same.
    { given: { type: "text", text: 7, context: [] }, content: { type: "text" } },
    { given: {}, content: { type: "unknown" } },
  ])("the WhatsApp answer $given is read", ({ given, content }) => {
    const message = { from: "15550100001", id: "wamid.IN", timestamp: "1790000002", ...given };
    expect(readWhatsAppWebhook(whatsApp({ messages: [message] })).items).toEqual([
      expect.objectContaining({ content: { id: "wamid.IN", ...content } }),
    ]);
  });

  it("WhatsApp's own system messages are no answer, and a long answer is cut to what queues can carry", () => {
    const from = { from: "15550100001", timestamp: "1790000002", id: "wamid.IN" };
    const messages = [
      { ...from, type: "system", system: { body: "Ana changed her number" } },
      { ...from, type: "text", text: { body: `${"x".repeat(9_999)}😀 and on` } },
    ];
    const [novel, ...more] = readWhatsAppWebhook(whatsApp({ messages })).items;
    expect(more).toEqual([]);
    expect(novel).toMatchObject({ content: { text: `${"x".repeat(9_999)}\ufffd` } });
  });

  it("unknown WhatsApp statuses and fields are skipped, and hundreds of statuses are accepted at once", () => {
    const statuses = [{ ...status, status: "warehoused" }, ...Array.from({ length: 999 }, () => status)];
    expect(readWhatsAppWebhook(whatsApp({ statuses, errors: [{ code: 1 }] })).items).toHaveLength(999);
  });
});

describe("Messenger's webhook", () => {
  const sender = { id: "psid" };
  it("Messenger deliveries are read with and without ids, and reads by their watermark in milliseconds", () => {
    const items = readMessengerWebhook(
      page(
        { sender, timestamp: 1790000000123, delivery: { mids: ["m_1"], watermark: 1790000000100 } },
        { sender, delivery: { watermark: 1790000000100 } },
        { sender, timestamp: 1790000005123, read: { watermark: 1790000005100 } },
      ),
    ).items;
    expect(items).toEqual([
      {
        names: "watermark",
        channel: "fbMessenger",
        status: "delivered",
        at: "2026-09-21T14:13:20.123Z",
        address: "psid",
        watermark: "2026-09-21T14:13:20.100Z",
        providerMessageIds: ["m_1"],
      },
      expect.objectContaining({
        status: "delivered",
        at: "2026-09-21T14:13:20.200Z",
        providerMessageIds: [],
      }),
      expect.objectContaining({ status: "read", watermark: "2026-09-21T14:13:25.100Z" }),
    ]);
  });

  it("what a customer wrote is distinguished from the echo of what was sent to them", () => {
    const metadata = "6f0c1f9e-1b1a-8a3e-a111-1234567890ab";
    const items = readMessengerWebhook(
      page(
        { sender, timestamp: 1790000009000, message: { mid: "m_IN", text: "ok" } },
        {
          sender: { id: "page" },
          timestamp: 1790000000050,
          message: { is_echo: true, metadata, mid: "m_1" },
        },
        { sender: { id: "page" }, timestamp: 1790000000050, message: { is_echo: true, mid: "m_2" } },
      ),
    ).items;
    expect(items).toEqual([
      {
        names: "customer",
        channel: "fbMessenger",
        address: "psid",
        at: "2026-09-21T14:13:29.000Z",
        content: { id: "m_IN", type: "text", text: "ok" },
      },
      expect.objectContaining({
        names: "messageId",
        status: "sent",
        messageId: metadata,
        providerMessageId: "m_1",
      }),
    ]);
  });
});

describe("a customer's answer by Messenger", () => {
  const sender = { id: "psid" };
  const read = (event: object) =>
    readMessengerWebhook(page({ sender, timestamp: 1790000009000, ...event })).items;
  it.each([
    {
      event: { message: { mid: "m_IN", text: "ok", reply_to: { mid: "m_1" } } },
      content: { id: "m_IN", type: "text", text: "ok", answersId: "m_1" },
    },
    {
      event: { message: { mid: "m_IN", text: "Yes", quick_reply: { payload: "YES" } } },
      content: { id: "m_IN", type: "text", text: "Yes", payload: "YES" },
    },
    {
      event: { message: { mid: "m_IN", attachments: [{ type: "image", payload: { url: "https://…" } }] } },
      content: {
        id: "m_IN",
        type: "image",
        details: [{ type: "image", payload: { url: "https://…" } }],
      },
    },
    {
      event: { postback: { mid: "m_PB", title: "Start", payload: "GO", referral: { source: "SHORTLINK" } } },
      content: { id: "m_PB", type: "postback", text: "Start", payload: "GO" },
    },
  ])("the Messenger event $event is read", ({ event, content }) => {
    expect(read(event)).toEqual([
      { names: "customer", channel: "fbMessenger", address: "psid", at: "2026-09-21T14:13:29.000Z", content },
    ]);
  });

  it.each([
    { referral: { ref: "r", source: "SHORTLINK", type: "OPEN_THREAD" } },
    { optin: { ref: "r" } },
    { postback: { mid: "m_PB", title: "Start", payload: "GO", referral: { ref: "r" } } },
  ])("the ref of a customer who came by a link is read: $event", (event) => {
    expect(read(event)).toMatchObject([{ names: "customer", address: "psid", ref: "r" }]);
  });

  it("an opt-in to marketing messages, or from an ad, says nothing of a customer of ours", () => {
    for (const event of [
      { optin: { type: "notification_messages", payload: "p" } },
      { referral: { ad_id: "1" } },
    ])
      expect(read(event)).toEqual([]);
  });

  it("a Messenger answer that is posted again has the same id, even where Messenger gives it none", () => {
    const reaction = { reaction: "love", emoji: "❤", action: "react", mid: "m_1" };
    for (const event of [{ reaction }, { postback: { title: "Start" } }]) {
      expect(read(event)).toEqual(read(event));
      expect(read(event)).toMatchObject([{ content: { id: expect.stringMatching(/^[\w-]{43}$/) } }]);
    }
    expect(read({ reaction })).toMatchObject([
      { content: { type: "reaction", text: "❤", answersId: "m_1" } },
    ]);
    const [taken] = read({ reaction: { ...reaction, action: "unreact" } });
    expect(taken).not.toMatchObject({ content: { text: "❤" } });
  });
});

it("an answer to an SMS belongs to its number, at the time when its topic delivered it", () => {
  const given = {
    originationNumber: "+14255550182",
    destinationNumber: "+12125550101",
    messageKeyword: "JOIN",
    messageBody: "EXAMPLE",
    inboundMessageId: "cae173d2",
    previousPublishedMessageId: "sns-1",
  };
  expect(readSmsAnswer(given, new Date("2030-01-01T00:00:00Z"))).toEqual({
    names: "customer",
    channel: "sms",
    address: "+14255550182",
    at: "2030-01-01T00:00:00.000Z",
    content: { id: "cae173d2", type: "text", text: "EXAMPLE", answersId: "sns-1" },
  });
});

describe("SNS's delivery log of SMS", () => {
  const record = (status: string, providerResponse: string) =>
    JSON.stringify({
      notification: { messageId: "sns-1", timestamp: "2026-11-23 14:00:00.123" },
      delivery: {
        destination: "+15550100001",
        providerResponse,
        dwellTimeMs: 600,
        dwellTimeMsUntilDeviceAck: 1300,
      },
      status,
    });
  it.each([
    { text: "Message has been accepted by phone carrier", deliveredTo: "carrier" },
    { text: "Message has been accepted by phone", deliveredTo: "phone" },
  ])("the delivery log says that the $deliveredTo accepted the SMS", ({ text, deliveredTo }) => {
    expect(readSmsDeliveryLog(record("SUCCESS", text))).toEqual({
      names: "address",
      channel: "sms",
      status: "delivered",
      deliveredTo,
      address: "+15550100001",
      sentAt: "2026-11-23T14:00:00.123Z",
      at: "2026-11-23T14:00:01.423Z",
      providerMessageId: "sns-1",
    });
  });
  it.each([
    { text: "Phone is currently unreachable/unavailable", name: "Undeliverable" },
    { text: "Message body is invalid", name: "Rejected" },
    { text: "A text that nobody documented", name: "Undeliverable" },
  ])('the delivery log\'s text "$text" is $name', ({ text, name }) => {
    expect(readSmsDeliveryLog(record("FAILURE", text))).toMatchObject({
      status: "failed",
      error: { name, message: text },
    });
  });

  it("the delivery log is unpacked from its subscription's event, and a control message and a broken record are skipped", async () => {
    const enqueued: Queued[] = [];
    const run = createDeliveryLogs([{ groups: ["DirectPublishToPhoneNumber"], read: readSmsDeliveryLog }], {
      enqueue: async (items) => void enqueued.push(...items),
    });
    const logGroup = "sns/us-east-1/000000000000/DirectPublishToPhoneNumber";
    const event = (messageType: string, ...messages: string[]) => {
      const logEvents = messages.map((message, id) => ({ id: `${id}`, timestamp: 0, message }));
      const data = gzipSync(JSON.stringify({ messageType, logGroup, logEvents })).toString("base64");
      return { awslogs: { data } };
    };
    const success = record("SUCCESS", "Message has been accepted by phone");
    vi.spyOn(console, "error").mockImplementationOnce(() => {});
    await run(event("CONTROL_MESSAGE", "CWL CONTROL MESSAGE: Checking health of destination"));
    await run(event("DATA_MESSAGE", success, "{", success));
    expect(enqueued).toHaveLength(2);
  });
  it("a log group that no channel has fails, so that its event reaches the dead-letter queue", async () => {
    const run = createDeliveryLogs([{ groups: ["DirectPublishToPhoneNumber"], read: readSmsDeliveryLog }], {
      enqueue: () => Promise.reject(new Error("nothing is queued")),
    });
    const text = JSON.stringify({
      messageType: "DATA_MESSAGE",
      logGroup: "sns/us-east-1/000000000000/app/GCM/App",
      logEvents: [],
    });
    const data = gzipSync(text).toString("base64");
    await expect(run({ awslogs: { data } })).rejects.toThrow(
      "no channel has the log group sns/us-east-1/000000000000/app/GCM/App",
    );
  });
});

it("a push failure is an error of its device, and other events of the application belong to no message", () => {
  const failure = {
    EventType: "DeliveryFailure",
    FailureType: "InvalidPlatformToken",
    FailureMessage: "Platform token associated with the endpoint is not valid",
    MessageId: "sns-2",
    EndpointArn: "arn:aws:sns:us-east-1:111122223333:endpoint/GCM/App/1",
    Time: "2026-11-23T14:00:00.787Z",
  };
  expect(readPushFailure(failure)).toMatchObject({
    names: "address",
    channel: "appMessaging",
    orChannels: ["nativePush"],
    address: "arn:aws:sns:us-east-1:111122223333:endpoint/GCM/App/1",
    // SNS tries a push for 6 hours.
    sentSince: "2026-11-23T07:00:00.787Z",
    sentAt: "2026-11-23T14:00:00.787Z",
    providerMessageId: "sns-2",
    error: { name: "NotRegistered", code: "InvalidPlatformToken" },
  });
  expect(readPushFailure({ EventType: "EndpointCreated" })).toBeUndefined();
});

describe("Meta's signature", () => {
  // Escaped unicode, as Meta sends it: what is signed is what was sent, and not what it means.
  const body = '{"object":"page","t":"caf\\u00e9"}';
  const signature = "sha256=8f51322ab7bd23408067cccc13467d351b3e0f4749b68849bc7bbb38947110cc";
  it("a signature is valid for the raw body and nothing else", () => {
    expect(isSignedBy("app-secret", Buffer.from(body), signature)).toBe(true);
    expect(isSignedBy("app-secret", Buffer.from(JSON.stringify(JSON.parse(body))), signature)).toBe(false);
    expect(isSignedBy("app-secre", Buffer.from(body), signature)).toBe(false);
    for (const bad of [undefined, "", "sha256=", signature.slice(0, -1), signature.replace("sha256", "sha1")])
      expect(isSignedBy("app-secret", Buffer.from(body), bad)).toBe(false);
  });
  it("a signature or body with one bit flipped is invalid", () => {
    const flip = (bytes: Buffer, bit: number) => {
      const copy = Buffer.from(bytes);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return copy;
    };
    const mac = Buffer.from(signature.slice(7), "hex");
    for (let bit = 0; bit < body.length * 8; bit++)
      expect(isSignedBy("app-secret", flip(Buffer.from(body), bit), signature)).toBe(false);
    for (let bit = 0; bit < mac.length * 8; bit++)
      expect(isSignedBy("app-secret", Buffer.from(body), `sha256=${flip(mac, bit).toString("hex")}`)).toBe(
        false,
      );
  });
});

describe("secrets and signatures", () => {
  // A comparison's time reveals nothing only where every byte is compared; measured times would be too noisy to show it.
  it("secrets and signatures are compared in constant time, even where they differ", () => {
    const before = vi.mocked(timingSafeEqual).mock.calls.length;
    const forged = `sha256=${"0".repeat(64)}`;
    expect(isSignedBy("app-secret", Buffer.from("{}"), forged)).toBe(false);
    expect(isSameSecret("yours", "mine")).toBe(false);
    const compared = vi.mocked(timingSafeEqual).mock.calls.slice(before);
    expect(compared.map(([given, expected]) => given.byteLength === expected.byteLength)).toEqual([
      true,
      true,
    ]);
  });
});

describe("the function for providers' webhooks", () => {
  const webhooks = [
    {
      channel: "whatsApp",
      header: "X-Hub-Signature-256",
      secrets: ["appSecret", "verifyToken"],
      identity: "WHATS_APP_PHONE_NUMBER_ID",
      webhook,
    },
  ];
  const secrets = { whatsApp_appSecret: "app-secret", whatsApp_verifyToken: "mine" };
  let enqueued: Queued[];
  let queue: Pick<ReceiptsQueue, "enqueue">;
  beforeEach(() => {
    enqueued = [];
    queue = { enqueue: async (items) => void enqueued.push(...items) };
  });
  const event = (method: string, changes: object) =>
    ({
      rawPath: "/webhooks/whats-app",
      headers: {},
      requestContext: { http: { method } },
      ...changes,
    }) as unknown as HttpEvent;
  const post = (body: string, signedBody = body, isBase64Encoded = false) => {
    const signature = createHmac("sha256", "app-secret").update(signedBody).digest("hex");
    const sent = isBase64Encoded ? Buffer.from(body).toString("base64") : body;
    const headers = { "x-hub-signature-256": `sha256=${signature}` };
    return createWebhooks(webhooks, queue)(event("POST", { headers, body: sent, isBase64Encoded }), secrets);
  };
  const status = { id: "wamid.1", status: "sent", timestamp: "1790000000", biz_opaque_callback_data: "m1" };
  const body = JSON.stringify(whatsApp({ statuses: [status] }));

  it("webhooks signed with either of two secrets are accepted while one is replaced, and those of no secret never", async () => {
    const signedBy = (appSecret: string, parameter: string) => {
      const signature = createHmac("sha256", appSecret).update(body).digest("hex");
      const headers = { "x-hub-signature-256": `sha256=${signature}` };
      return createWebhooks(webhooks, queue)(event("POST", { headers, body }), {
        whatsApp_appSecret: parameter,
      });
    };
    for (const parameter of ["new", "new,old", "old, new"])
      expect(await signedBy("new", parameter)).toEqual({ statusCode: 200 });
    expect(await signedBy("old", "new,old")).toEqual({ statusCode: 200 });
    for (const [appSecret, parameter] of [
      ["old", "new"],
      ["new,old", "new,old"],
      ["", ""],
      ["", "new,"],
    ] as const)
      await expect(signedBy(appSecret, parameter)).rejects.toMatchObject({ status: 401 });
  });

  it("a webhook is answered 200 once its receipts are on the queue, and a forged one 401", async () => {
    expect(await post(body)).toEqual({ statusCode: 200 });
    expect(await post(body, body, true)).toEqual({ statusCode: 200 });
    expect(enqueued).toHaveLength(2);
    await expect(post(body, "something else")).rejects.toMatchObject({ status: 401 });
    await expect(post(body.slice(0, -2), body)).rejects.toMatchObject({ status: 401 });
    expect(enqueued).toHaveLength(2);
  });
  it("a webhook of another number of the same app is taken and left out, which is counted in the log", async () => {
    vi.stubEnv("WHATS_APP_PHONE_NUMBER_ID", "ours");
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const of = (phone_number_id: string) =>
      post(JSON.stringify(whatsApp({ metadata: { phone_number_id }, statuses: [status] })));
    expect([await of("another"), await of("ours")]).toEqual([{ statusCode: 200 }, { statusCode: 200 }]);
    expect(enqueued).toHaveLength(1);
    const left = { channel: "whatsApp", reason: "it is of another phone number", count: 1 };
    expect(warned.mock.calls).toEqual([[expect.objectContaining(left)]]);
    vi.unstubAllEnvs();
  });
  it("a webhook fails where the queue fails, so that Meta sends it again", async () => {
    queue.enqueue = () => Promise.reject(new Error("throttled"));
    await expect(post(body)).rejects.toThrow("throttled");
  });
  it("a signed event that is truncated or unknown is refused", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    for (const bad of [body.slice(0, 40), '{"entry":7}', "null"]) {
      const refusal = await post(bad).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Problem);
      expect(refusal).toMatchObject({ status: 400 });
    }
    expect(enqueued).toEqual([]);
  });
  it("Meta's verification request is answered byte for byte to a caller with the token", async () => {
    const ask = (token: string) =>
      createWebhooks(webhooks, queue)(
        event("GET", {
          queryStringParameters: {
            "hub.mode": "subscribe",
            "hub.challenge": "11584444",
            "hub.verify_token": token,
          },
        }),
        secrets,
      );
    expect(await ask("mine")).toMatchObject({ statusCode: 200, body: "11584444" });
    await expect(ask("yours")).rejects.toMatchObject({ status: 403 });
  });
});

describe("a receipt token", () => {
  const secret = "a key of the unit tests";
  it("a receipt token is valid for one message and one key, and expires after a week", async () => {
    const pushed = { messageId: "m1", channel: "nativePush" } as const;
    const token = await signReceiptToken(pushed, secret);
    expect(await verifyReceiptToken(token, secret)).toEqual(pushed);
    expect(await verifyReceiptToken(token, "another key, as long")).toBeUndefined();
    vi.useFakeTimers({ now: Date.now() + 8 * 24 * 3_600_000, toFake: ["Date"] });
    expect(await verifyReceiptToken(token, secret)).toBeUndefined();
    vi.useRealTimers();
  });
  it("a receipt token with any character changed, or without its signature, is refused", async () => {
    const token = await signReceiptToken({ messageId: "m1", channel: "appMessaging" }, secret);
    const [, payload] = token.split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const bad of [
      "",
      "x",
      `${none}.${payload}.`,
      token.slice(1),
      `${token.slice(0, 30)}A${token.slice(31)}x`,
    ])
      expect(await verifyReceiptToken(bad, secret)).toBeUndefined();
  });
});

describe("what a receipt changes", () => {
  const claimed: Attempt = { claimedAt: "2030-01-01T00:00:00.000Z", sentAt: "2030-01-01T00:00:01.000Z" };
  const now = "2030-01-01T01:00:00.000Z";
  const update = (status: StatusUpdate["status"], minute = 1): StatusUpdate => ({
    channel: "whatsApp",
    status,
    at: `2030-01-01T00:${String(minute).padStart(2, "0")}:00.000Z`,
    ...(status === "failed" ? { error: { name: "NotRegistered", message: "no" } } : {}),
  });
  const apply = (attempt: Attempt, list: StatusUpdate[]): Attempt => {
    const known = { ...attempt };
    for (const one of list) Object.assign(known, changesOf(known, one, now));
    return known;
  };

  it("a status only moves forward, whatever the order and number of receipts", () => {
    const statuses = fc.constantFrom<StatusUpdate["status"]>("sent", "delivered", "read", "failed");
    fc.assert(
      fc.property(fc.array(statuses, { maxLength: 8 }), (list) => {
        const after = apply(
          claimed,
          list.map((status) => update(status)),
        );
        expect(Boolean(after.readAt)).toBe(list.includes("read"));
        expect(Boolean(after.deliveredAt)).toBe(list.includes("read") || list.includes("delivered"));
        if (!list.includes("failed")) expect(after.failedAt).toBeUndefined();
        expect(
          apply(
            after,
            list.map((status) => update(status)),
          ),
        ).toEqual(after);
      }),
    );
  });
  it("a read message is delivered too, and cannot fail afterwards", () => {
    expect(changesOf(claimed, update("read"), now)).toMatchObject({
      readAt: update("read").at,
      deliveredAt: update("read").at,
    });
    expect(changesOf(apply(claimed, [update("delivered")]), update("failed"), now)).toBeUndefined();
    expect(isReached(apply(claimed, [update("failed"), update("delivered")]), "delivered")).toBe(true);
  });
  it("a receipt changes nothing where a further status is known", () => {
    for (const [far, near] of [
      ["delivered", "sent"],
      ["read", "sent"],
      ["read", "delivered"],
    ] as const)
      expect(changesOf(apply({ claimedAt: now }, [update(far)]), update(near, 2), now)).toBeUndefined();
  });
  it("a provider's time is kept within the attempt's own times", () => {
    expect(changesOf(claimed, { ...update("delivered"), at: "2029-12-31T23:59:59.000Z" }, now)).toEqual({
      deliveredAt: claimed.claimedAt,
    });
    expect(changesOf(claimed, { ...update("delivered"), at: "2031-01-01T00:00:00.000Z" }, now)).toEqual({
      deliveredAt: now,
    });
  });
  it("a receipt is late once the route has moved on", () => {
    const ended = { ...claimed, endedAt: "2030-01-01T00:30:00.000Z" };
    expect(changesOf(ended, update("delivered"), now)).toMatchObject({ lateAt: now });
    expect(changesOf(claimed, update("delivered"), now)).not.toHaveProperty("lateAt");
  });
  it("an attempt to several devices fails with the last of them", () => {
    const pushed = { ...claimed, providerMessageIds: ["a", "b"] };
    const failed = (id: string): StatusUpdate => ({
      ...update("failed"),
      channel: "appMessaging",
      providerMessageId: id,
    });
    const one = changesOf(pushed, failed("a"), now);
    expect(one).toEqual({ failedIds: new Set(["a"]) });
    expect(changesOf({ ...pushed, ...one }, failed("a"), now)).toBeUndefined();
    expect(changesOf({ ...pushed, ...one }, failed("b"), now)).toMatchObject({
      failedAt: expect.any(String),
    });
  });
});
