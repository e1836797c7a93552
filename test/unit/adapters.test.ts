/** Each channel's adapter against the simulator of its provider: real SDK clients, real HTTP. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createSender as createAppSender } from "../../functions/channels/app-messaging.ts";
import { ProviderUnavailable } from "../../functions/channels/errors.ts";
import { createSender as createMessengerSender } from "../../functions/channels/fb-messenger.ts";
import { createSender as createSmsSender } from "../../functions/channels/sms-by-sns.ts";
import { createSender as createWhatsAppSender } from "../../functions/channels/whats-app-by-meta.ts";
import type { Addresses, Send } from "../../functions/domain/channel.ts";
import { type Carrier, createCarrier } from "../../infra/local/carrier/index.ts";
import { createClock } from "../../infra/local/clock.ts";

let carrier: Carrier;
let sns: Server;
const clock = createClock();

beforeAll(async () => {
  carrier = await createCarrier({
    clock,
    port: 0,
    secretOf: () => "page-token",
    region: "us-east-1",
    accountId: "000000000000",
  });
  sns = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await carrier.handleSns(new URLSearchParams(Buffer.concat(chunks).toString()));
    if (answer === "drop-connection" || answer === undefined) request.socket.destroy();
    else response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
  });
  await new Promise<void>((resolve) => sns.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(sns.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await carrier.stop();
  sns.close();
});
beforeEach(async () => {
  await fetch(`${carrier.url}/carrier`, { method: "DELETE" });
});

const addresses: Addresses = {
  phoneNumber: "+447123123123",
  fbMessengerId: "psid",
  appDevices: [{ platform: "fcm", token: "device" }],
};
const application = (kind: string) => `arn:aws:sns:us-east-1:000000000000:app/${kind}/local`;
const context = () => ({
  settings: {
    graphApiUrl: carrier.url,
    graphApiVersion: "v26.0",
    whatsAppPhoneNumberId: "1",
    fbMessengerPageId: "2",
    fcmPlatformApplicationArn: application("GCM"),
    apnsPlatformApplicationArn: application("APNS"),
  },
  secrets: { accessToken: "page-token", appSecret: "app-secret", receiptKey: "a key of the unit tests" },
});
const outbound = (body: string) => ({ messageId: "m1", addresses, body, options: {}, timeoutSeconds: 60 });
const at = (channel: string, address: string) =>
  `${carrier.url}/carrier/${channel}/${encodeURIComponent(address)}`;
const put = (url: string, behaviour: object) =>
  fetch(url, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
const bodiesAt = async (url: string) =>
  ((await (await fetch(url)).json()) as { messages: { body: string }[] }).messages.map(({ body }) => body);

const adapters = [
  {
    channel: "sms",
    address: "+447123123123",
    create: createSmsSender,
    unregistered: "Undeliverable",
    code: "InvalidParameter",
  },
  {
    channel: "whatsApp",
    address: "+447123123123",
    create: createWhatsAppSender,
    unregistered: "NotRegistered",
    code: "131026",
  },
  {
    channel: "fbMessenger",
    address: "psid",
    create: createMessengerSender,
    unregistered: "NotRegistered",
    code: "100/2018001",
  },
  {
    channel: "appMessaging",
    address: "device",
    create: createAppSender,
    unregistered: "NotRegistered",
    code: "EndpointDisabled",
  },
];

describe.each(adapters)("the sender of $channel", ({ channel, address, create, unregistered, code }) => {
  let send: Send;
  beforeEach(() => {
    send = create(context());
  });

  it("a send arrives, and returns the provider's message id", async () => {
    const { providerMessageIds } = await send(outbound("Grüße & <b>"));
    expect(providerMessageIds).toHaveLength(1);
    expect(providerMessageIds[0]).not.toBe("");
    expect(await bodiesAt(at(channel, address))).toEqual(["Grüße & <b>"]);
  });

  it.each([
    { behaviour: { registered: false }, name: unregistered, expected: code },
    { behaviour: { fault: "throttled" }, name: "Throttled", expected: expect.any(String) },
    { behaviour: { fault: "unavailable" }, name: "ProviderUnavailable", expected: expect.any(String) },
    { behaviour: { fault: "rejected" }, name: "Rejected", expected: expect.any(String) },
  ])("the sender throws $name for $behaviour, and nothing arrives", async ({ behaviour, name, expected }) => {
    await put(at(channel, address), behaviour);
    await expect(send(outbound("Hello"))).rejects.toMatchObject({ name, code: expected });
    expect(await bodiesAt(at(channel, address))).toEqual([]);
  });

  it("a lost answer is an unknown outcome, and the message is sent once", async () => {
    await put(at(channel, address), { fault: "lost-answer" });
    await expect(send(outbound("Hello"))).rejects.toMatchObject({ name: "OutcomeUnknown" });
    expect(await bodiesAt(at(channel, address))).toEqual(["Hello"]);
  });
});

describe("WhatsApp with a text and a template", () => {
  const both = (more: object) => ({
    ...outbound("Hello"),
    options: { template: { name: "order_update", language: "en" } },
    ...more,
  });
  const phone = () => at("whatsApp", "+447123123123");

  it.each([
    { form: "template" as const, arrives: "template:order_update(en)" },
    { form: "text" as const, arrives: "Hello" },
  ])("sends the $form where that was planned", async ({ form, arrives }) => {
    await createWhatsAppSender(context())(both({ form }));
    expect(await bodiesAt(phone())).toEqual([arrives]);
  });

  it("knows that a paused template is not sent, though the answer is 200", async () => {
    await put(phone(), { answer: "whatsApp-200-paused" });
    await expect(createWhatsAppSender(context())(both({ form: "template" }))).rejects.toMatchObject({
      name: "TemplateUnavailable",
      code: "paused",
    });
  });

  it("knows that a template held for its quality is not sent yet", async () => {
    await put(phone(), { answer: "whatsApp-200-held-for-quality-assessment" });
    const sent = await createWhatsAppSender(context())(both({ form: "template" }));
    expect(sent).toEqual({ providerMessageIds: [expect.any(String)], isHeld: true });
  });
});

describe("Meta's Graph API", () => {
  it("a wrong token is an error of the account, not of the customer", async () => {
    const send = createWhatsAppSender({ ...context(), secrets: { accessToken: "old" } });
    await expect(send(outbound("Hello"))).rejects.toMatchObject({
      name: "ChannelMisconfigured",
      code: "190",
    });
  });

  it("a Graph API that cannot be reached received nothing, so the send may be repeated", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const graphApiUrl = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const send = createMessengerSender({
      ...context(),
      settings: { ...context().settings, graphApiUrl },
    });
    await expect(send(outbound("Hello"))).rejects.toMatchObject({
      name: "ProviderUnavailable",
      refusedForNow: true,
    });
  });
});

describe("App messaging", () => {
  it("a push is sent where one of the customer's devices accepted it", async () => {
    await put(at("appMessaging", "old"), { registered: false });
    const devices = {
      appDevices: [
        { platform: "fcm" as const, token: "old" },
        { platform: "apns" as const, token: "new" },
      ],
    };
    await createAppSender(context())({ ...outbound("Hello"), addresses: devices });
    expect(await bodiesAt(at("appMessaging", "new"))).toEqual(["Hello"]);
    expect(await bodiesAt(at("appMessaging", "old"))).toEqual([]);
  });

  it("notes each device's endpoint before it sends, and sends nothing to one that cannot be noted", async () => {
    const noted: string[] = [];
    const noteAddress = async (address: string) => {
      expect(await bodiesAt(at("appMessaging", "device"))).toEqual([]);
      noted.push(address);
    };
    await createAppSender(context())({ ...outbound("Hello"), noteAddress });
    expect(noted).toEqual([
      expect.stringMatching(/^arn:aws:sns:us-east-1:000000000000:endpoint\/GCM\/local\//),
    ]);
    const failing = {
      ...outbound("Again"),
      noteAddress: () => Promise.reject(new ProviderUnavailable("no")),
    };
    await expect(createAppSender(context())(failing)).rejects.toMatchObject({ name: "ProviderUnavailable" });
    expect(await bodiesAt(at("appMessaging", "device"))).toEqual(["Hello"]);
  });

  it("goes to the endpoint that the token has with other attributes", async () => {
    await put(at("appMessaging", "device"), { answer: "appMessaging-InvalidParameter-same-token" });
    const { providerMessageIds } = await createAppSender(context())(outbound("Hello"));
    expect(providerMessageIds).toHaveLength(1);
    expect(await bodiesAt(at("appMessaging", "device"))).toEqual(["Hello"]);
  });
});

describe("the simulated carrier", () => {
  it("a message arrives as late as the phone is set to", async () => {
    await put(at("whatsApp", "447123123123"), { delayMs: 3_600_000 });
    await createWhatsAppSender(context())(outbound("Hello"));
    expect(await bodiesAt(at("whatsApp", "+447123123123"))).toEqual([]);
    await clock.advance(3_600_000);
    expect(await bodiesAt(at("whatsApp", "+447123123123"))).toEqual(["Hello"]);
  });

  it.each([
    { behaviour: { registered: "no" }, path: "registered" },
    { behaviour: { fault: "tired" }, path: "fault" },
    { behaviour: { sleeps: true }, path: "sleeps" },
  ])("the carrier refuses $behaviour with the field $path", async ({ behaviour, path }) => {
    const answer = await put(at("sms", "+1"), behaviour);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path }] });
  });
});
