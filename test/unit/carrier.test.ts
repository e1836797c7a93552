/** The carrier simulator: the real SNS client and plain HTTP against it, as the adapters and the tests see it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  GetEndpointAttributesCommand,
  ListEndpointsByPlatformApplicationCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Carrier, createCarrier } from "../../infra/local/carrier/index.ts";
import { createClock } from "../../infra/local/clock.ts";

const clock = createClock();
const options = { clock, port: 0, secretOf: () => "token", region: "us-east-1", accountId: "000000000000" };
const arrivals: string[] = [];
let carrier: Carrier;
let snsServer: Server;
let sns: SNSClient;

beforeAll(async () => {
  carrier = await createCarrier(options);
  carrier.onMessage((channel, address) => arrivals.push(`${channel} ${address}`));
  snsServer = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await carrier.handleSns(new URLSearchParams(Buffer.concat(chunks).toString()));
    if (answer === undefined || answer === "drop-connection") request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => snsServer.listen(0, "127.0.0.1", resolve));
  sns = new SNSClient({
    endpoint: `http://127.0.0.1:${(snsServer.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  sns.destroy();
  snsServer.close();
  await carrier.stop();
  clock.stop();
});
beforeEach(async () => {
  await fetch(`${carrier.url}/carrier`, { method: "DELETE" });
  arrivals.length = 0;
});

const json = { "content-type": "application/json" };
const call = async (method: string, path: string, body?: unknown) => {
  const init = body === undefined ? { method } : { method, headers: json, body: JSON.stringify(body) };
  const response = await fetch(`${carrier.url}/carrier${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
};
const at = (channel: string, address: string) => `/${channel}/${encodeURIComponent(address)}`;
const set = async (channel: string, address: string, behaviour: object) =>
  expect((await call("PUT", at(channel, address), behaviour)).status).toBe(200);
const messagesAt = async (channel: string, address: string) =>
  (await call("GET", at(channel, address))).body.messages;
const bodiesAt = async (channel: string, address: string) =>
  (await messagesAt(channel, address)).map((message: { body: string }) => message.body);
const phone = "+15550100001";
const withMessage = (text: string) => expect.objectContaining({ message: expect.stringContaining(text) });

describe("SMS by SNS", () => {
  const publish = (more: object = {}) =>
    sns.send(new PublishCommand({ PhoneNumber: phone, Message: "Hello", ...more }));
  const attribute = (name: string, StringValue: string) => ({
    MessageAttributes: { [name]: { DataType: "String", StringValue } },
  });

  it("SNS accepts an SMS, and the phone has it under the MessageId of the answer", async () => {
    const { MessageId, $metadata } = await publish(attribute("AWS.SNS.SMS.SenderID", "My-Shop"));
    expect(MessageId).toMatch(/^[0-9a-f]{8}-/);
    expect($metadata.requestId).toBeDefined();
    expect(await messagesAt("sms", phone)).toEqual([
      { providerMessageId: MessageId, body: "Hello", at: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
    expect(arrivals).toEqual([`sms ${phone}`]);
  });

  it.each([
    { behaviour: { registered: false }, name: "InvalidParameterException", status: 400 },
    { behaviour: { fault: "throttled" }, name: "Throttling", status: 400 },
    { behaviour: { fault: "unavailable" }, name: "ServiceUnavailable", status: 503 },
    { behaviour: { fault: "rejected" }, name: "InvalidParameterException", status: 400 },
  ])("SNS answers $name for $behaviour, and no SMS arrives", async ({ behaviour, name, status }) => {
    await set("sms", phone, behaviour);
    await expect(publish()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    expect(await messagesAt("sms", phone)).toEqual([]);
  });

  it("SNS answers for an unregistered number with its own words", async () => {
    await set("sms", phone, { registered: false });
    await expect(publish()).rejects.toMatchObject({
      Code: "InvalidParameter",
      message: `Invalid parameter: PhoneNumber Reason: ${phone} is not valid to publish to`,
    });
  });

  it("an SMS whose answer is lost is accepted, and the connection is dropped", async () => {
    await set("sms", phone, { fault: "lost-answer", times: 1 });
    const error = await publish().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty("$metadata.httpStatusCode");
    expect(await bodiesAt("sms", phone)).toEqual(["Hello"]);
    await publish();
    expect(await bodiesAt("sms", phone)).toEqual(["Hello", "Hello"]);
  });

  it.each([
    { more: { PhoneNumber: "15550100001" }, text: "PhoneNumber Reason: 15550100001 is not valid" },
    { more: { PhoneNumber: "+1" }, text: "PhoneNumber Reason: +1 is not valid" },
    { more: { Message: "" }, text: "Empty message" },
    { more: { Message: "x".repeat(1601) }, text: "Message too long" },
    { more: { TopicArn: "arn:aws:sns:us-east-1:000000000000:t" }, text: "exactly one" },
    { more: { PhoneNumber: undefined }, text: "exactly one" },
    { more: attribute("AWS.SNS.SMS.SenderID", "12345"), text: "AWS.SNS.SMS.SenderID" },
    { more: attribute("AWS.SNS.SMS.SMSType", "Urgent"), text: "AWS.SNS.SMS.SMSType" },
  ])("SNS refuses an SMS with $text", async ({ more, text }) => {
    await expect(publish(more)).rejects.toEqual(withMessage(text));
  });

  it("SNS accepts 1600 characters, counts each code point once, and escapes XML in errors", async () => {
    await publish({ Message: "😀".repeat(1600) });
    await expect(publish({ PhoneNumber: "<&>" })).rejects.toEqual(withMessage("Reason: <&> is not"));
  });

  it("a Publish to a topic is left to other handlers", async () => {
    const topic = "arn:aws:sns:us-east-1:000000000000:orders";
    for (const form of [
      { Action: "Publish", TopicArn: topic },
      { Action: "Publish", TargetArn: topic },
      { Action: "CreateTopic", Name: "orders" },
    ])
      expect(await carrier.handleSns(new URLSearchParams({ ...form, Message: "m" }))).toBeUndefined();
  });
});

describe("push by SNS", () => {
  const application = (platform: string) => `arn:aws:sns:us-east-1:000000000000:app/${platform}/local`;
  const create = async (platform = "GCM", more: object = {}) => {
    const input = { PlatformApplicationArn: application(platform), Token: "device", ...more };
    return (await sns.send(new CreatePlatformEndpointCommand(input))).EndpointArn ?? "";
  };
  const fcm = (message: object) => JSON.stringify({ fcmV1Message: { message } });
  const notification = { title: "Hi", body: "Text" };
  const good = {
    default: "Fallback",
    GCM: fcm({ notification, data: { messageId: "m1" }, android: { priority: "high" } }),
    APNS: JSON.stringify({ aps: { alert: notification }, messageId: "m1" }),
  };
  const publish = (TargetArn: string, payload: object = good) =>
    sns.send(new PublishCommand({ TargetArn, MessageStructure: "json", Message: JSON.stringify(payload) }));

  it.each(["GCM", "APNS"])("a push for %s shows its notification on the device", async (platform) => {
    const { MessageId } = await publish(await create(platform));
    expect(await messagesAt("appMessaging", "device")).toEqual([
      { providerMessageId: MessageId, title: "Hi", body: "Text", at: expect.any(String) },
    ]);
  });

  it("a push without an entry for the platform shows the default", async () => {
    await publish(await create("APNS_SANDBOX"));
    expect(await bodiesAt("appMessaging", "device")).toEqual(["Fallback"]);
  });

  it.each([
    { behaviour: { registered: false }, name: "EndpointDisabledException" },
    { behaviour: { fault: "throttled" }, name: "Throttling" },
    { behaviour: { fault: "unavailable" }, name: "ServiceUnavailable" },
    { behaviour: { fault: "rejected" }, name: "InvalidParameterException" },
  ])("SNS answers a push with $name for $behaviour", async ({ behaviour, name }) => {
    await set("appMessaging", "device", behaviour);
    await expect(publish(await create())).rejects.toMatchObject({ name });
    expect(await messagesAt("appMessaging", "device")).toEqual([]);
  });

  it("a push whose answer is lost is accepted, and the connection is dropped", async () => {
    await set("appMessaging", "device", { fault: "lost-answer" });
    await expect(publish(await create())).rejects.toThrow();
    expect(await bodiesAt("appMessaging", "device")).toEqual(["Text"]);
  });

  it("needs no default where the platform has a text of its own", async () => {
    await publish(await create(), { GCM: good.GCM });
    expect(await bodiesAt("appMessaging", "device")).toEqual(["Text"]);
  });

  it.each([
    {
      name: "no text for its platform",
      payload: { APNS: good.APNS },
      text: "JSON must contain an entry for 'default' or 'GCM'.",
    },
    { name: "an object for a string", payload: { default: "", GCM: {} }, text: "GCM must be a string" },
    { name: "the legacy format", payload: { default: "", GCM: '{"notification":{}}' }, text: "Invalid not" },
    {
      name: "a token",
      payload: { default: "", GCM: fcm({ notification, token: "t" }) },
      text: "Invalid not",
    },
    {
      name: "a number in data",
      payload: { default: "", GCM: fcm({ notification, data: { n: 1 } }) },
      text: "Invalid not",
    },
    {
      name: "too much",
      payload: { default: "", GCM: fcm({ notification: { body: "x".repeat(4096) } }) },
      text: "larger",
    },
  ])("a push payload with $name is refused", async ({ payload, text }) => {
    await expect(publish(await create(), payload)).rejects.toEqual(withMessage(text));
  });

  it("a token has one endpoint, and creating it with other attributes is refused with its ARN", async () => {
    const arn = await create();
    expect(arn).toMatch(/^arn:aws:sns:us-east-1:000000000000:endpoint\/GCM\/local\/[0-9a-f-]{36}$/);
    expect(await create()).toBe(arn);
    await expect(create("GCM", { CustomUserData: "anna" })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: `Invalid parameter: Token Reason: Endpoint ${arn} already exists with the same Token, but different attributes.`,
    });
  });

  it("endpoints can be disabled, enabled, listed and deleted", async () => {
    const EndpointArn = await create();
    const enable = (Enabled: string) =>
      sns.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes: { Enabled } }));
    await enable("false");
    expect(await create()).toBe(EndpointArn);
    await expect(publish(EndpointArn)).rejects.toMatchObject({ name: "EndpointDisabledException" });
    await enable("true");
    await publish(EndpointArn);
    const { Attributes } = await sns.send(new GetEndpointAttributesCommand({ EndpointArn }));
    expect(Attributes).toMatchObject({ Enabled: "true", Token: "device" });
    const PlatformApplicationArn = application("GCM");
    const list = await sns.send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn }));
    expect(list.Endpoints).toMatchObject([{ EndpointArn, Attributes: { Token: "device" } }]);
    await sns.send(new DeleteEndpointCommand({ EndpointArn }));
    // https://github.com/localstack/localstack/blob/master/localstack-core/localstack/services/sns/provider.py
    await expect(publish(EndpointArn)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
    });
    await expect(sns.send(new GetEndpointAttributesCommand({ EndpointArn }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  it("applications of another platform or account do not exist", async () => {
    await expect(create("ADM")).rejects.toEqual(withMessage("PlatformApplicationArn"));
    const PlatformApplicationArn = application("GCM").replace("000000000000", "111122223333");
    await expect(create("GCM", { PlatformApplicationArn })).rejects.toMatchObject({
      Code: "InvalidParameter",
    });
  });
});

const graph = async (body: unknown, { authorization = "Bearer token", query = "" } = {}) => {
  const response = await fetch(`${carrier.url}/v26.0/100/messages${query}`, {
    method: "POST",
    headers: { ...json, ...(authorization === "" ? {} : { authorization }) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const template = {
  name: "order_update",
  language: { code: "en_US" },
  components: [{ type: "body", parameters: [{ type: "text", text: "Ana" }, { type: "image" }] }],
};

describe("WhatsApp by the Graph API", () => {
  const common = { messaging_product: "whatsapp", to: phone };
  const textTo = (to: string, body = "Hello") => ({ ...common, to, type: "text", text: { body } });
  const free = textTo(phone);
  const byTemplate = { ...common, type: "template", template };

  it("WhatsApp accepts a text and answers its wamid", async () => {
    const answer = await graph({ ...free, biz_opaque_callback_data: "m1" });
    expect(answer).toEqual({
      status: 200,
      body: {
        messaging_product: "whatsapp",
        contacts: [{ input: phone, wa_id: phone.slice(1) }],
        messages: [{ id: expect.stringMatching(/^wamid\.HBgL/) }],
      },
    });
    expect(await messagesAt("whatsApp", phone)).toMatchObject([
      { providerMessageId: answer.body.messages[0].id, body: "Hello" },
    ]);
  });

  it("a number without its plus is another phone", async () => {
    await graph(textTo("447123123123"));
    expect(await bodiesAt("whatsApp", "+447123123123")).toEqual([]);
    expect(await bodiesAt("whatsApp", "+1447123123123")).toEqual(["Hello"]);
  });

  it("WhatsApp accepts templates outside the window, but no free text", async () => {
    await set("whatsApp", phone, { window: "closed" });
    expect(await graph(free)).toMatchObject({ status: 400, body: { error: { code: 131047 } } });
    expect(await graph(byTemplate)).toMatchObject({
      status: 200,
      body: { messages: [{ message_status: "accepted" }] },
    });
    expect(await bodiesAt("whatsApp", phone)).toEqual(["template:order_update(en_US) Ana [image]"]);
  });

  it.each([
    { behaviour: { registered: false }, status: 400, code: 131026 },
    { behaviour: { fault: "throttled" }, status: 429, code: 130429 },
    { behaviour: { fault: "unavailable" }, status: 503, code: 131016 },
    { behaviour: { fault: "rejected" }, status: 400, code: 131008 },
  ])("WhatsApp answers $code for $behaviour", async ({ behaviour, status, code }) => {
    await set("whatsApp", phone, behaviour);
    expect(await graph(free)).toEqual({
      status,
      body: {
        error: {
          message: expect.stringContaining(`(#${code})`),
          type: "OAuthException",
          code,
          error_data: { messaging_product: "whatsapp", details: expect.any(String) },
          fbtrace_id: expect.any(String),
        },
      },
    });
    expect(await messagesAt("whatsApp", phone)).toEqual([]);
  });

  it.each([
    { name: "a body of 4097 characters", body: textTo(phone, "x".repeat(4097)), code: 100 },
    { name: "no body", body: { ...common, type: "text" }, code: 131008 },
    { name: "no recipient", body: { ...free, to: undefined }, code: 131008 },
    { name: "no template language", body: { ...byTemplate, template: { name: "n" } }, code: 131008 },
    { name: "no phone number", body: textTo("+anna"), code: 131009 },
    { name: "another type", body: { ...common, type: "dance" }, code: 100 },
    { name: "another product", body: { ...free, messaging_product: "signal" }, code: 100 },
  ])("WhatsApp refuses $name with code $code", async ({ body, code }) => {
    expect(await graph(body)).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it("WhatsApp refuses every token but its own", async () => {
    const refused = { status: 401, body: { error: { code: 190, type: "OAuthException" } } };
    expect(await graph(free, { authorization: "Bearer other" })).toMatchObject(refused);
    expect(await graph(free, { authorization: "" })).toMatchObject(refused);
  });

  it("a WhatsApp message whose answer is lost arrives, and the connection is dropped", async () => {
    await set("whatsApp", phone, { fault: "lost-answer", times: 1 });
    await expect(graph(free)).rejects.toThrow("fetch failed");
    expect(await bodiesAt("whatsApp", phone)).toEqual(["Hello"]);
    expect(await graph(free)).toMatchObject({ status: 200 });
  });
});

describe("Messenger by the Graph API", () => {
  const recipient = { id: "psid" };
  const free = { recipient, messaging_type: "UPDATE", message: { text: "Hello", metadata: "m1" } };
  const utility = { recipient, messaging_type: "UTILITY", message: { template } };

  it("Messenger accepts a text and answers its message id", async () => {
    const answer = await graph(free, { query: `?appsecret_proof=${"a0".repeat(32)}` });
    expect(answer).toEqual({
      status: 200,
      body: { recipient_id: "psid", message_id: expect.stringMatching(/^m_/) },
    });
    expect(await messagesAt("fbMessenger", "psid")).toMatchObject([
      { providerMessageId: answer.body.message_id, body: "Hello" },
    ]);
  });

  it("Messenger accepts the token as a parameter too, and checks the form of appsecret_proof", async () => {
    const noHeader = { authorization: "" };
    expect((await graph(free, { ...noHeader, query: "?access_token=token" })).status).toBe(200);
    expect((await graph({ ...free, access_token: "token" }, noHeader)).status).toBe(200);
    expect((await graph(free, noHeader)).body.error.code).toBe(190);
    expect((await graph(free, { query: "?appsecret_proof=short" })).body.error.code).toBe(100);
  });

  it("Messenger accepts templates outside the window, but no free text", async () => {
    await set("fbMessenger", "psid", { window: "closed" });
    expect(await graph(free)).toMatchObject({
      status: 400,
      body: { error: { code: 10, error_subcode: 2018278 } },
    });
    expect(await graph(utility)).toMatchObject({ status: 200 });
    expect(await bodiesAt("fbMessenger", "psid")).toEqual(["template:order_update(en_US) Ana [image]"]);
  });

  it.each([
    {
      behaviour: { registered: false },
      status: 400,
      code: 100,
      text: "(#100) No matching user found",
      more: { error_subcode: 2018001 },
    },
    { behaviour: { fault: "throttled" }, status: 400, code: 613, text: "(#613)", more: {} },
    {
      behaviour: { fault: "unavailable" },
      status: 500,
      code: 2,
      text: "An unexpected error has occurred",
      more: { is_transient: true },
    },
    { behaviour: { fault: "rejected" }, status: 400, code: 100, text: "(#100)", more: {} },
  ])("answers $code for $behaviour", async ({ behaviour, status, code, text, more }) => {
    await set("fbMessenger", "psid", behaviour);
    const message = expect.stringContaining(text);
    const error = { message, type: "OAuthException", code, ...more, fbtrace_id: expect.any(String) };
    expect(await graph(free)).toEqual({ status, body: { error } });
  });

  it.each([
    { name: "2001 characters", body: { ...free, message: { text: "x".repeat(2001) } } },
    { name: "no messaging_type", body: { ...free, messaging_type: undefined } },
    {
      name: "a tag that is no more",
      body: { ...free, messaging_type: "MESSAGE_TAG", tag: "ACCOUNT_UPDATE" },
    },
    { name: "a utility message without template", body: { ...free, messaging_type: "UTILITY" } },
    { name: "a template that is no utility message", body: { ...utility, messaging_type: "UPDATE" } },
    { name: "neither product", body: {} },
    { name: "no JSON", body: "{" },
  ])("Messenger refuses $name with code 100", async ({ body }) => {
    const answer = await graph(body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 100 } } });
    expect(answer.body.error).not.toHaveProperty("error_subcode");
  });

  it("a Messenger message whose answer is lost arrives, and the connection is dropped", async () => {
    await set("fbMessenger", "psid", { fault: "lost-answer" });
    await expect(graph(free)).rejects.toThrow("fetch failed");
    expect(await bodiesAt("fbMessenger", "psid")).toEqual(["Hello"]);
  });
});

describe("the carrier's control API", () => {
  const sms = (Message = "Hello") => sns.send(new PublishCommand({ PhoneNumber: phone, Message }));
  const untouched = {
    registered: true,
    delivers: true,
    reads: false,
    delayMs: 0,
    fault: null,
    answer: null,
    laterAnswer: null,
    window: "open",
    receipts: { duplicates: 0, order: "in-order", beforeAnswer: false, afterMs: 0, lose: 0 },
    messages: [],
    written: [],
  };

  it("an address that was never set is shown as registered and reachable, and is not listed", async () => {
    expect(await call("GET", at("sms", phone))).toEqual({ status: 200, body: untouched });
    expect((await call("GET", "")).body).toEqual({
      sms: [],
      fbMessenger: [],
      whatsApp: [],
      rcs: [],
      nativePush: [],
      mms: [],
      appMessaging: [],
      email: [],
    });
  });

  it("what is set is merged into what was set before, and the answer is that of GET", async () => {
    await set("sms", phone, { reads: true, receipts: { duplicates: 2, beforeAnswer: true } });
    const put = await call("PUT", at("sms", phone), { delayMs: 5, receipts: { afterMs: 10 } });
    const receipts = { duplicates: 2, order: "in-order", beforeAnswer: true, afterMs: 10, lose: 0 };
    expect(put.body).toEqual({ ...untouched, reads: true, delayMs: 5, receipts });
    expect((await call("GET", at("sms", phone))).body).toEqual(put.body);
  });

  it("a phone is known by its number with or without plus, plain or encoded", async () => {
    await set("sms", "15550100001", { reads: true });
    for (const written of ["15550100001", "+15550100001", "%2B15550100001", "%2B1%20555%20010-0001"])
      expect((await call("GET", `/sms/${written}`)).body.reads).toBe(true);
    expect((await call("GET", at("whatsApp", phone))).body.reads).toBe(false);
    expect((await call("GET", "")).body.sms).toMatchObject([{ address: phone, reads: true }]);
  });

  it.each([
    { behaviour: { registered: "no" }, path: "registered" },
    { behaviour: { fault: "tired" }, path: "fault" },
    { behaviour: { sleeps: true }, path: "sleeps" },
    { behaviour: { delayMs: -1 }, path: "delayMs" },
    { behaviour: { delayMs: 1.5 }, path: "delayMs" },
    { behaviour: { fault: "throttled", times: 0 }, path: "times" },
    { behaviour: { times: 1 }, path: "times" },
    { behaviour: { window: "ajar" }, path: "window" },
    { behaviour: { receipts: { order: "random" } }, path: "receipts.order" },
    { behaviour: { receipts: { duplicates: -1 } }, path: "receipts.duplicates" },
    { behaviour: { receipts: { duplicates: 1001 } }, path: "receipts.duplicates" },
    { behaviour: { receipts: { lose: -1 } }, path: "receipts.lose" },
    { behaviour: { receipts: { late: true } }, path: "receipts.late" },
  ])("the behaviour $behaviour is refused with the field $path", async ({ behaviour, path }) => {
    expect(await call("PUT", at("sms", phone), behaviour)).toEqual({
      status: 400,
      body: {
        message: expect.stringContaining(`${path}: `),
        errors: [{ path, message: expect.any(String) }],
      },
    });
    expect((await call("GET", at("sms", phone))).body).toEqual(untouched);
  });

  it("a body that is missing or not JSON is refused, and JSON of any content type is accepted", async () => {
    const put = (body?: string) =>
      fetch(`${carrier.url}/carrier/sms/1`, { method: "PUT", ...(body === undefined ? {} : { body }) });
    expect((await put("{")).status).toBe(400);
    expect((await put()).status).toBe(400);
    expect((await put('{"reads":true}')).status).toBe(200);
  });

  it("an unknown channel is answered 404 with the channels that exist", async () => {
    for (const method of ["GET", "PUT"])
      expect(await call(method, "/fax/1", method === "PUT" ? {} : undefined)).toEqual({
        status: 404,
        body: expect.objectContaining({
          message: expect.stringContaining("sms, fbMessenger, whatsApp, appMessaging, nativePush, email"),
        }),
      });
  });

  it("a fault ends after as many sends as `times` says, and counts anew when it is set again", async () => {
    await set("sms", phone, { fault: "throttled", times: 2 });
    await expect(sms()).rejects.toMatchObject({ name: "Throttling" });
    expect((await call("GET", at("sms", phone))).body).toMatchObject({ fault: "throttled", times: 1 });
    await expect(sms()).rejects.toMatchObject({ name: "Throttling" });
    const healed = (await call("GET", at("sms", phone))).body;
    expect(healed.fault).toBeNull();
    expect(healed).not.toHaveProperty("times");
    await sms();

    await set("sms", phone, { fault: "throttled", times: 1 });
    await set("sms", phone, { fault: "unavailable" });
    for (let n = 0; n < 3; n++) await expect(sms()).rejects.toMatchObject({ name: "ServiceUnavailable" });
    await set("sms", phone, { fault: null });
    await sms();
  });

  it("a message to a phone out of reach is accepted, and does not arrive", async () => {
    await set("sms", phone, { delivers: false });
    expect((await sms()).MessageId).toBeDefined();
    expect(await messagesAt("sms", phone)).toEqual([]);
  });

  it("a message arrives after its delay and not before", async () => {
    await set("sms", phone, { delayMs: 3_600_000 });
    const before = clock.now();
    await sms();
    await call("POST", "/clock", { advanceMs: 3_500_000 });
    expect(await messagesAt("sms", phone)).toEqual([]);
    const { body } = await call("POST", "/clock", { advanceMs: 100_000 });
    expect(Date.parse(body.now)).toBeGreaterThanOrEqual(before + 3_600_000);
    const [message] = await messagesAt("sms", phone);
    expect(Date.parse(message.at)).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(arrivals).toEqual([`sms ${phone}`]);
  });

  it("the clock only moves forward", async () => {
    for (const body of [{ advanceMs: -1 }, { advanceMs: "1" }, {}, { advanceMs: 1, more: 1 }])
      expect((await call("POST", "/clock", body)).status).toBe(400);
  });

  it("a reset forgets everything, even what is under way", async () => {
    await set("sms", phone, { delayMs: 1000, reads: true });
    await sms();
    expect((await call("DELETE", "")).status).toBe(204);
    await clock.advance(1000);
    expect((await call("GET", at("sms", phone))).body).toEqual(untouched);
  });

  it("a port that is in use is reported", async () => {
    const port = Number(new URL(carrier.url).port);
    await expect(createCarrier({ ...options, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
