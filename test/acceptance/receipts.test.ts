/** Sent is not delivered: receipts, windows and late news, from outside. */
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import {
  advanceClock,
  appSecrets,
  arrivedAt,
  ask,
  awsConfiguration,
  type Customer,
  call,
  endOf,
  final,
  historyOf,
  newCustomer,
  onPhone,
  send,
  setPhone,
  traceOf,
  transitionsIn,
  until,
  untilOutcome,
  webhook,
} from "./service.ts";

const eventsOf = (channel: { events: { status: string }[] }) => channel.events.map(({ status }) => status);
const silent = (customer: Customer) => setPhone(customer, "fbMessenger", { delivers: false });

describe("a channel without a receipt in its window", () => {
  it("a channel without a receipt in its window is left in 3 transitions, and the trace says States.Timeout", async () => {
    const customer = newCustomer();
    await silent(customer);
    const rules = [{ channel: "fbMessenger", fallbackAfter: 2 }, "sms"];
    const { body } = await send({ to: customer, body: "Hello", rules });
    await untilOutcome(body.messageId, "fbMessenger", "sent");
    await advanceClock(2000);
    const trace = await until(body.messageId, final);
    expect(trace).toMatchObject({
      status: "delivered",
      channels: [
        { channel: "fbMessenger", outcome: "timedOut", error: { name: "States.Timeout" } },
        { channel: "sms", outcome: "delivered" },
      ],
    });
    expect(eventsOf(trace.channels[0])).toEqual(["claimed", "sent", "timedOut"]);
    expect(trace.channels[1].events.at(-1)).toMatchObject({ status: "delivered", deliveredTo: "phone" });
    expect(await arrivedAt(customer, "sms")).toHaveLength(1);
    expect(transitionsIn(await historyOf(trace.execution.arn))).toHaveLength(3);
  });

  it("a window of 48 hours ends when the clock is moved", async () => {
    const customer = newCustomer();
    await silent(customer);
    const rules = [{ channel: "fbMessenger", fallbackAfter: 48 * 3600 }, "sms"];
    const { body } = await send({ to: customer, body: "Hello", rules });
    await untilOutcome(body.messageId, "fbMessenger", "sent");
    await advanceClock(48 * 3_600_000 - 60_000);
    expect(await arrivedAt(customer, "sms")).toEqual([]);
    await advanceClock(60_000);
    expect(await until(body.messageId, final)).toMatchObject({ status: "delivered" });
    expect(await arrivedAt(customer, "sms")).toHaveLength(1);
  });

  it.each(["fbMessenger", "whatsApp"] as const)(
    "%s with until read is left when nobody reads the message",
    async (channel) => {
      const customer = newCustomer();
      const rules = [{ channel, until: "read", fallbackAfter: 600 }, "sms"];
      const { body } = await send({ to: customer, body: "Hello", rules });
      await untilOutcome(body.messageId, channel, "delivered");
      await advanceClock(600_000);
      const trace = await eventually(
        "the SMS",
        () => traceOf(body.messageId),
        ({ channels }) => channels[1].outcome === "delivered",
      );
      expect(trace.channels[0]).toMatchObject({ outcome: "delivered", error: { name: "States.Timeout" } });
      expect(trace.possibleDuplicate).toBe(true);
    },
  );

  it.each(["fbMessenger", "whatsApp", "appMessaging", "nativePush"] as const)(
    "%s with until read ends the search when the message is read",
    async (channel) => {
      const customer = newCustomer();
      const { body } = await send({
        to: customer,
        body: "Hello",
        rules: [{ channel, until: "read" }, "sms"],
      });
      await untilOutcome(body.messageId, channel, "delivered");
      await onPhone(customer, channel, "read");
      const trace = await until(body.messageId, ["read"]);
      await endOf(trace.execution.arn);
      expect(eventsOf(trace.channels[0])).toEqual(["claimed", "sent", "delivered", "read"]);
      expect(trace.channels[1].outcome).toBe("notTried");
    },
  );
});

it("a receipt that comes after its window ends the search, and the trace has both facts", async () => {
  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { delayMs: 30_000 });
  await setPhone(customer, "sms", { delivers: false });
  const rules = [
    { channel: "fbMessenger", fallbackAfter: 10 },
    { channel: "sms", fallbackAfter: 60 },
    "whatsApp",
  ];
  const { body } = await send({ to: customer, body: "Hello", rules });
  await untilOutcome(body.messageId, "fbMessenger", "sent");
  await advanceClock(10_000);
  await untilOutcome(body.messageId, "sms", "sent");
  await advanceClock(20_000);
  const trace = await until(body.messageId, final);
  expect(trace).toMatchObject({
    status: "delivered",
    possibleDuplicate: true,
    channels: [
      { outcome: "delivered", late: true, error: { name: "States.Timeout" } },
      { outcome: "sent" },
      { outcome: "notTried" },
    ],
  });
  expect(eventsOf(trace.channels[0])).toEqual(["claimed", "sent", "timedOut", "delivered"]);
  expect(await endOf(trace.execution.arn)).toMatchObject({ status: "SUCCEEDED" });
  await advanceClock(120_000);
  expect(await arrivedAt(customer, "whatsApp")).toEqual([]);
});

it.each([
  { channel: "whatsApp", error: { name: "NotRegistered", code: "131026" } },
  { channel: "sms", error: { name: "Undeliverable" } },
] as const)(
  "a failure that $channel reports later moves on at once, long before the window ends",
  async ({ channel, error }) => {
    const customer = newCustomer();
    await setPhone(customer, channel, { fault: "fails-later" });
    const rules = [{ channel, fallbackAfter: 48 * 3600 }, "fbMessenger"];
    const { body } = await send({ to: customer, body: "Hello", rules });
    const trace = await until(body.messageId, final, 2000);
    expect(trace.channels).toMatchObject([
      { outcome: "failed", error },
      { channel: "fbMessenger", outcome: "delivered" },
    ]);
    expect(eventsOf(trace.channels[0])).toEqual(["claimed", "sent", "failed"]);
    expect(JSON.stringify(await historyOf(trace.execution.arn))).toContain(`"error":"${error.name}"`);
  },
);

it("a push that fails after it was sent is followed by the rest of the route", async () => {
  const customer = newCustomer();
  await setPhone(customer, "appMessaging", { fault: "fails-later" });
  const { body } = await send({ to: customer, body: "Hello", rules: ["appMessaging", "sms"] });
  const trace = await until(body.messageId, ["delivered"], 2000);
  expect(trace).toMatchObject({
    channels: [
      {
        outcome: "failed",
        error: { name: "NotRegistered", code: "InvalidPlatformToken", speaksOf: "customer" },
        events: [{ status: "claimed" }, { status: "sent" }, { status: "failed" }, { status: "resumed" }],
      },
      { outcome: "delivered", cost: { source: "provider" } },
    ],
  });
  expect(trace.execution.arn).toMatch(/:execution:FallbackRouting-sms:.+-after-appMessaging$/);
  expect(await endOf(trace.execution.arn)).toMatchObject({ status: "SUCCEEDED" });
});

it("a push that fails is told apart from one of the other push channel to the same device", async () => {
  const customer = newCustomer();
  await setPhone(customer, "nativePush", { fault: "fails-later", delayMs: 30_000 });
  const rules = [
    { channel: "appMessaging", until: "read", fallbackAfter: 10 },
    { channel: "nativePush", until: "delivered" },
    "sms",
  ];
  const { body } = await send({ to: customer, body: "Hello", rules });
  await untilOutcome(body.messageId, "appMessaging", "delivered");
  await advanceClock(10_000);
  await untilOutcome(body.messageId, "nativePush", "sent");
  await advanceClock(30_000);
  await untilOutcome(body.messageId, "nativePush", "failed");
  const { channels } = await untilOutcome(body.messageId, "sms", "delivered");
  expect(channels).toMatchObject([
    { channel: "appMessaging", outcome: "delivered" },
    { channel: "nativePush", error: { name: "NotRegistered", code: "InvalidPlatformToken" } },
    { channel: "sms" },
  ]);
});

it("a silent push opens its place in the app and shows nothing", async () => {
  const customer = newCustomer();
  const { status, body } = await send({
    to: customer,
    title: "Order 7",
    rules: ["nativePush"],
    channelOptions: { nativePush: { silent: true, deepLink: "myshop://orders/7", data: { order: "7" } } },
  });
  expect(status).toBe(201);
  await until(body.messageId, ["delivered"]);
  expect(await arrivedAt(customer, "nativePush")).toMatchObject([
    { title: "Order 7", body: "", rich: { deepLink: "myshop://orders/7", silent: true } },
  ]);
  expect(await arrivedAt(customer, "appMessaging")).toEqual([]);
});

it("an SMS that fails after it was sent is the end of a route without another channel", async () => {
  const customer = newCustomer();
  await setPhone(customer, "sms", { fault: "fails-later" });
  const rules = [{ channel: "sms", until: "sent" }];
  const { body } = await send({ to: customer, body: "Hello", rules });
  expect(await until(body.messageId, ["failed"], 2000)).toMatchObject({ channels: [{ outcome: "failed" }] });
});

it.each(["whatsApp", "fbMessenger", "sms", "appMessaging", "nativePush"] as const)(
  "receipts of %s that come before the provider's answer, twice and in reverse order, are not lost",
  async (channel) => {
    const customer = newCustomer();
    const receipts = { beforeAnswer: true, duplicates: 1, order: "reversed" };
    await setPhone(customer, channel, { reads: true, receipts });
    const { body } = await send({
      to: customer,
      body: "Hello",
      rules: [{ channel, until: "delivered" }, "whatsApp"].slice(0, channel === "whatsApp" ? 1 : 2),
    });
    const trace = await until(body.messageId, channel === "sms" ? ["delivered"] : ["read"], 2000);
    expect(await endOf(trace.execution.arn)).toMatchObject({ status: "SUCCEEDED" });
    await eventually(
      "the provider's id",
      () => traceOf(body.messageId),
      ({ channels }) => channels[0].providerMessageId !== undefined,
    );
    expect(await arrivedAt(customer, channel)).toHaveLength(1);
  },
);

describe("Meta's webhooks", () => {
  const status = (messageId: string, changes: object = {}) =>
    JSON.stringify({
      object: "whatsapp_business_account",
      entry: [
        {
          changes: [
            {
              field: "messages",
              value: {
                statuses: [
                  {
                    id: "wamid.x",
                    status: "delivered",
                    timestamp: "1790000000",
                    biz_opaque_callback_data: messageId,
                    ...changes,
                  },
                ],
              },
            },
          ],
        },
      ],
    });
  async function waitingForWhatsApp() {
    const customer = newCustomer();
    await setPhone(customer, "whatsApp", { delivers: false });
    const { body } = await send({
      to: customer,
      body: "Hello",
      rules: [{ channel: "whatsApp", fallbackAfter: 3600 }],
    });
    await untilOutcome(body.messageId, "whatsApp", "sent");
    return body.messageId as string;
  }

  it("a webhook without a signature, with a forged one, or with a truncated event is refused and changes nothing", async () => {
    const messageId = await waitingForWhatsApp();
    const whole = status(messageId);
    for (const secret of ["another secret", appSecrets["fb-messenger"]])
      expect((await webhook("whats-app", whole, secret)).status).toBe(401);
    expect((await call("POST", "/webhooks/whats-app", whole)).status).toBe(401);
    expect((await webhook("whats-app", whole.slice(0, 60))).status).toBe(400);
    expect((await traceOf(messageId)).channels[0].outcome).toBe("sent");
    expect((await webhook("whats-app", whole)).status).toBe(200);
    await until(messageId, final);
  });

  it("Meta's verification request is answered", async () => {
    const shake = (token: string) =>
      ask(`/webhooks/fb-messenger?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`);
    const known = await shake("local-fbMessenger-verifyToken");
    expect([known.status, await known.text()]).toEqual([200, "1158201444"]);
    expect((await shake("guess")).status).toBe(403);
  });

  it("receipts that never find their message are parked in the dead-letter queue", async () => {
    const sqs = new SQSClient(awsConfiguration);
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => /Receipts.*DeadLetter/.test(url));
    await webhook("whats-app", status("no-such-message", { id: "wamid.lost" }));
    const dead = await eventually(
      "the dead letter",
      async () =>
        (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))).Messages ?? [],
      (messages) => messages.some(({ Body }) => Body?.includes("wamid.lost")),
      async () => void (await advanceClock(61_000)),
    );
    expect(JSON.parse(dead.find(({ Body }) => Body?.includes("wamid.lost"))?.Body ?? "")).toMatchObject({
      channel: "whatsApp",
      status: "delivered",
    });
  });
});

describe("receipts of the app", () => {
  const receipt = (body: object) => call("POST", "/receipts/app-messaging", body, { authorization: "" });
  const tokenOf = (messageId: unknown, expiresIn = "7d") =>
    // The library makes none for a number, but others do.
    new SignJWT({ sub: messageId as string })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("receipts/app-messaging")
      .setExpirationTime(expiresIn)
      .sign(new TextEncoder().encode("local-appMessaging-receiptKey"));
  async function pushed() {
    const customer = newCustomer();
    // The app is not asked for receipts of its own.
    await setPhone(customer, "appMessaging", { delivers: false });
    const { body } = await send({ to: customer, body: "Hello", rules: ["appMessaging"] });
    await until(body.messageId, ["sent"]);
    return body.messageId as string;
  }

  it("a receipt of the app is taken once, for the message of its token, until the token expires", async () => {
    const [mine, another] = [await pushed(), await pushed()];
    const token = await tokenOf(mine, "6000d");
    const refused = await receipt({ token, status: "delivered", messageId: another });
    expect([refused.status, refused.body.errors[0].path]).toEqual([401, "token"]);
    expect((await receipt({ token: await tokenOf(mine, "-1s"), status: "delivered" })).status).toBe(401);
    // Signed with the key, and of no message: the library takes a number for `sub`.
    expect((await receipt({ token: await tokenOf(7), status: "delivered" })).status).toBe(401);
    for (const messageId of [mine, another]) expect((await traceOf(messageId)).status).toBe("sent");

    expect((await receipt({ token, status: "delivered", messageId: mine })).status).toBe(202);
    const first = await traceOf(mine);
    expect((await receipt({ token, status: "delivered" })).status).toBe(409);
    expect(await traceOf(mine)).toEqual(first);
    expect((await receipt({ token, status: "read" })).status).toBe(202);
    expect((await traceOf(mine)).status).toBe("read");
    expect((await receipt({ token, status: "delivered" })).status).toBe(409);
    expect((await traceOf(another)).status).toBe("sent");
  });

  it("a receipt with an invalid token is refused", async () => {
    expect((await receipt({ token: "made.up.token", status: "read" })).status).toBe(401);
    expect((await receipt({ token: "made.up.token", status: "sent" })).status).toBe(400);
    expect((await receipt({ status: "read" })).status).toBe(400);
  });
});

describe("the customer's own messages", () => {
  it.each(["whatsApp", "fbMessenger"] as const)(
    "a customer's message on %s opens the window for free text, and a message after its end skips the channel",
    async (channel) => {
      const customer = newCustomer();
      await onPhone(customer, channel, "messages", { body: "Hello?" });
      const request = { to: customer, body: "Hello", rules: [channel, "sms"] };
      const plan = () => call("POST", "/messages/plan", request);
      await eventually("the customer's message", plan, ({ body }) => body.hops.length === 2);
      await advanceClock(24 * 3_600_000 + 60_000);
      const closed = await eventually("the window's end", plan, ({ body }) => body.hops.length === 1);
      expect(closed.body.skipped).toEqual([
        {
          channel,
          code: "window_closed",
          reason: expect.stringMatching(/the customer last wrote at .* more than 24 hours ago/),
        },
      ]);
      const template = { name: "order_update", language: "en" };
      const withTemplate = { ...request, channelOptions: { [channel]: { template } } };
      expect((await call("POST", "/messages/plan", withTemplate)).body.hops).toHaveLength(2);
    },
  );
});

describe("expiresOn", () => {
  it("windows are cut to the time that is left before expiresOn", async () => {
    const now = await advanceClock(0);
    const expiresOn = new Date(Date.parse(now) + 90_000).toISOString();
    const { body } = await call("POST", "/messages/plan", {
      to: newCustomer(),
      body: "Hello",
      rules: [{ channel: "whatsApp", fallbackAfter: 30 }, "sms"],
      expiresOn,
    });
    const [first, second] = body.hops;
    expect(first.timeoutSeconds).toBe(30);
    expect(second.timeoutSeconds).toBeGreaterThan(60);
    expect(second.timeoutSeconds).toBeLessThanOrEqual(90);
  });

  it("a message ends at expiresOn, and the trace says how the channel whose window was cut ended", async () => {
    const customer = newCustomer();
    await silent(customer);
    const expiresOn = new Date(Date.parse(await advanceClock(0)) + 60_000).toISOString();
    // A window that is named is cut, not planned: the SMS has no time left.
    const rules = [{ channel: "fbMessenger", fallbackAfter: 300 }, "sms"];
    const { body } = await send({ to: customer, body: "Hello", rules, expiresOn });
    await untilOutcome(body.messageId, "fbMessenger", "sent");
    await advanceClock(61_000);
    expect(await until(body.messageId, final)).toMatchObject({
      status: "expired",
      channels: [{ outcome: "timedOut", error: { name: "States.Timeout" } }, { outcome: "notTried" }],
    });
  });
});

describe("DELETE /messages/{messageId}", () => {
  it("a message that is cancelled during a hop tries no further channel, and the receipt of what was sent is still recorded", async () => {
    const customer = newCustomer();
    await setPhone(customer, "fbMessenger", { delayMs: 60_000 });
    const rules = [{ channel: "fbMessenger", fallbackAfter: 600 }, "sms"];
    const { body } = await send({ to: customer, body: "Hello", rules });
    await untilOutcome(body.messageId, "fbMessenger", "sent");
    const cancelled = await call("DELETE", `/messages/${body.messageId}`);
    expect([cancelled.status, cancelled.body]).toEqual([
      202,
      { messageId: body.messageId, status: "cancelled" },
    ]);
    const trace = await traceOf(body.messageId);
    expect(await endOf(trace.execution.arn)).toMatchObject({ status: "ABORTED" });
    await advanceClock(60_000);
    expect(await until(body.messageId, ["delivered"])).toMatchObject({
      channels: [{ outcome: "delivered" }, { outcome: "notTried" }],
    });
    await advanceClock(600_000);
    expect(await arrivedAt(customer, "sms")).toEqual([]);
  });

  it("cancelling changes nothing of a message that was delivered, and an unknown messageId is answered 404", async () => {
    const { body } = await send({ to: newCustomer(), body: "Hello", rules: ["whatsApp"] });
    await until(body.messageId, final);
    expect((await call("DELETE", `/messages/${body.messageId}`)).body.status).toBe("delivered");
    expect((await call("DELETE", "/messages/no-such-message")).status).toBe(404);
  });
});

describe("a rule's until", () => {
  it.each([
    { channel: "sms", until: "read", reports: "sent, delivered, which sms reports" },
    { channel: "whatsApp", until: "opened", reports: "sent, delivered, read" },
  ])(
    "$channel refuses until $until, which it cannot report, and names what it reports",
    async ({ channel, until: status, reports }) => {
      const { status: code, body } = await send({
        to: newCustomer(),
        body: "Hello",
        rules: [{ channel, until: status }],
      });
      expect(code).toBe(400);
      expect(body.errors).toMatchObject([
        { path: "rules[0].until", message: expect.stringContaining(reports) },
      ]);
    },
  );
  it("a rule's until may be sent, and the search ends there", async () => {
    const customer = newCustomer();
    await setPhone(customer, "sms", { delivers: false });
    const { body } = await send({ to: customer, body: "Hello", rules: [{ channel: "sms", until: "sent" }] });
    const trace = await until(body.messageId, ["sent"]);
    expect(await endOf(trace.execution.arn)).toMatchObject({ status: "SUCCEEDED" });
  });
});
