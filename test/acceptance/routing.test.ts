/** The way of a message: every order of the channels, every kind of failure on each. */
import { describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import {
  advanceClock,
  allChannels,
  arrivedAt,
  type ChannelId,
  call,
  endOf,
  final,
  historyOf,
  newCustomer,
  onPhone,
  send,
  setPhone,
  transitionsIn,
  until,
  untilOutcome,
} from "./service.ts";

const consoleNames = {
  sms: "SMS",
  fbMessenger: "Facebook Messenger",
  whatsApp: "WhatsApp",
  appMessaging: "App messaging",
  nativePush: "Push",
  email: "E-mail",
  rcs: "RCS",
  mms: "MMS",
};

/** Each channel as the first and each as the second, with the others behind them in turn. */
const orders = allChannels.flatMap((first) =>
  allChannels
    .filter((channel) => channel !== first)
    .map((second, index, others): ChannelId[] => [
      first,
      second,
      ...others.slice(index + 1),
      ...others.slice(0, index),
    ]),
);
const other = (channel: ChannelId): ChannelId => (channel === "sms" ? "fbMessenger" : "sms");

describe("a message on its route", () => {
  it.each(orders.map((rules) => ({ rules })))(
    "the channels $rules are tried in this order until one delivers",
    async ({ rules }) => {
      const customer = newCustomer();
      const [first, second, third, ...others] = rules as [ChannelId, ChannelId, ChannelId, ...ChannelId[]];
      await setPhone(customer, first, { registered: false });
      await setPhone(customer, second, { fault: "rejected" });

      const { status, body } = await send({ to: customer, body: "Hello", rules });
      expect(status).toBe(201);
      const trace = await until(body.messageId, final);

      expect(trace.status).toBe("delivered");
      expect(trace.channels.map((entry: { channel: string }) => entry.channel)).toEqual(rules);
      expect(trace.channels.map((entry: { outcome: string }) => entry.outcome)).toEqual([
        "failed",
        "failed",
        "delivered",
        ...rules.slice(3).map(() => "notTried"),
      ]);
      expect((await arrivedAt(customer, third)).map((message) => message.body)).toEqual(["Hello"]);
      for (const other of others) expect(await arrivedAt(customer, other)).toEqual([]);
      expect(transitionsIn(await historyOf(trace.execution.arn))).toEqual(
        [first, second, third].flatMap((channel) => ["Next channel", consoleNames[channel]]).slice(1),
      );
    },
  );

  it("a message that its first channel delivers takes 1 state transition", async () => {
    const customer = newCustomer();
    const { body } = await send({ to: customer, body: "Hello", rules: ["whatsApp", "sms"] });
    const trace = await until(body.messageId, final);
    await endOf(trace.execution.arn);
    const history = await historyOf(trace.execution.arn);
    expect(transitionsIn(history)).toEqual(["WhatsApp"]);
    // Whether the receipt or the end of the function comes first is anybody's guess.
    expect(history.map(({ type }) => type).filter((type) => type !== "TaskSubmitted")).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("an unreachable Messenger account is traced with the provider's own code, and the next channel delivers after 3 transitions", async () => {
    const customer = newCustomer();
    await setPhone(customer, "fbMessenger", { registered: false });
    const { body } = await send({ to: customer, body: "Hello", rules: ["fbMessenger", "sms"] });
    const trace = await until(body.messageId, final);
    expect(trace.channels[0]).toMatchObject({
      channel: "fbMessenger",
      outcome: "failed",
      error: { name: "NotRegistered", code: "100/2018001" },
      events: [{ status: "claimed" }, { status: "failed" }],
    });
    expect(trace.channels[1]).toMatchObject({
      channel: "sms",
      outcome: "delivered",
      providerMessageId: expect.any(String),
    });
    expect(trace.execution.arn).toMatch(new RegExp(`:execution:[^:]+:${body.messageId}$`));
    expect(trace.execution.console).toContain(trace.execution.arn);
    expect(transitionsIn(await historyOf(trace.execution.arn))).toEqual([
      "Facebook Messenger",
      "Next channel",
      "SMS",
    ]);
  });

  it("a message that no channel delivers fails with the reason of each", async () => {
    const customer = newCustomer();
    for (const channel of allChannels) await setPhone(customer, channel, { registered: false });
    const { body } = await send({ to: customer, body: "Hello", rules: [...allChannels] });
    const trace = await until(body.messageId, final);
    expect(trace.status).toBe("failed");
    expect(trace.channels.map((entry: { error: { name: string } }) => entry.error.name)).toEqual([
      "Undeliverable",
      ...allChannels.slice(1).map((channel) => (channel === "mms" ? "Undeliverable" : "NotRegistered")),
    ]);
    const execution = await endOf(trace.execution.arn);
    expect(execution).toMatchObject({ status: "FAILED", error: "Undeliverable" });
    expect(execution.cause).toContain("whatsApp failed (NotRegistered 131026)");
  });
});

describe.each(allChannels.map((channel) => ({ channel })))("a failure of $channel", ({ channel }) => {
  it.each([
    { fault: "throttled", error: "Throttled", outcome: "failed" },
    { fault: "unavailable", error: "ProviderUnavailable", outcome: "failed" },
    { fault: "rejected", error: "Rejected", outcome: "failed" },
  ])(
    "a provider that is $fault makes the next channel be tried, and the trace says why",
    async ({ fault, error, outcome }) => {
      const customer = newCustomer();
      await setPhone(customer, channel, { fault });
      const { body } = await send({ to: customer, body: "Hello", rules: [channel, other(channel)] });
      const trace = await until(body.messageId, final, 2000);
      expect(trace.channels[0]).toMatchObject({ outcome, error: { name: error } });
      expect(trace.channels[1]).toMatchObject({ outcome: "delivered" });
      expect(await arrivedAt(customer, channel)).toEqual([]);
      expect(await arrivedAt(customer, other(channel))).toHaveLength(1);
    },
  );

  it("a provider that throttles twice and then accepts sends one message", async () => {
    const customer = newCustomer();
    await setPhone(customer, channel, { fault: "throttled", times: 2 });
    const { body } = await send({ to: customer, body: "Hello", rules: [channel, other(channel)] });
    const trace = await until(body.messageId, final);
    expect(trace.channels[0]).toMatchObject({ outcome: "delivered" });
    expect(await arrivedAt(customer, channel)).toHaveLength(1);
    expect(await arrivedAt(customer, other(channel))).toHaveLength(0);
  });

  it("a send without an answer ends by its receipt alone", async () => {
    const customer = newCustomer();
    await setPhone(customer, channel, { fault: "lost-answer" });
    const { body } = await send({ to: customer, body: "Hello", rules: [channel, other(channel)] });
    // A receipt that is there before the lost answer was noticed comes back from its queue a little later.
    const trace = await until(body.messageId, final, 2000);
    expect(trace).toMatchObject({
      status: "delivered",
      channels: [{ outcome: "delivered" }, { outcome: "notTried" }],
    });
    expect(await arrivedAt(customer, channel)).toHaveLength(1);
    expect(await arrivedAt(customer, other(channel))).toEqual([]);
  });

  it("a send without an answer or a receipt is not repeated, and the next channel is tried when the window ends", async () => {
    const customer = newCustomer();
    await setPhone(customer, channel, { fault: "lost-answer", times: 1, delivers: false });
    const rules = [{ channel, fallbackAfter: 48 * 3600 }, other(channel)];
    const { body } = await send({ to: customer, body: "Hello", rules });
    // WhatsApp and SES say what they took; what RCS and MMS did not deliver within the window, AWS removes.
    const reportsSent = channel === "whatsApp" || channel === "email";
    const removal = { rcs: "TTL_EXPIRATION_REVOKED", mms: "TTL_EXPIRED" }[channel as string];
    const removes = removal !== undefined;
    await untilOutcome(body.messageId, channel, reportsSent ? "sent" : "unknown");
    await advanceClock(48 * 3600 * 1000);
    const trace = await until(body.messageId, final);
    expect(trace.channels[0]).toMatchObject({
      outcome: removes ? "failed" : reportsSent ? "timedOut" : "unknown",
      error: removes ? { name: "Undeliverable", code: removal } : { name: "OutcomeUnknown" },
    });
    const events = trace.channels[0].events.map(({ status }: { status: string }) => status);
    expect(events.filter((status: string) => status !== "sent")).toEqual([
      "claimed",
      "unknown",
      removes ? "failed" : "timedOut",
    ]);
    expect(trace.channels[1]).toMatchObject({ outcome: "delivered" });
    expect(trace.possibleDuplicate).toBe(reportsSent || removes ? undefined : true);
    expect(await arrivedAt(customer, channel)).toEqual([]);
    expect((await historyOf(trace.execution.arn)).map(({ type }) => type)).toContain(
      removes ? "TaskFailed" : "TaskTimedOut",
    );
  });
});

describe("Meta's 24-hour window", () => {
  const template = { name: "order_update", language: "en" };
  const untilTextIsPlanned = (message: object) =>
    eventually(
      "a plan of text",
      async () => (await call("POST", "/messages/plan", message)).body.hops,
      ([first]) => first.form === "text",
    );

  it.each(["whatsApp", "fbMessenger"] as const)(
    "%s sends the request's template outside the window",
    async (channel) => {
      const customer = newCustomer();
      await setPhone(customer, channel, { window: "closed" });
      const { body } = await send({
        to: customer,
        body: "Hello",
        rules: [channel],
        channelOptions: { [channel]: { template } },
      });
      expect(await until(body.messageId, final)).toMatchObject({ status: "delivered" });
      expect((await arrivedAt(customer, channel)).map((message) => message.body)).toEqual([
        "template:order_update(en)",
      ]);
    },
  );

  it.each(["whatsApp", "fbMessenger"] as const)(
    "%s takes text and not the template, as planned, once the customer has written",
    async (channel) => {
      const customer = newCustomer();
      const message = {
        to: customer,
        body: "Hello",
        rules: [channel],
        channelOptions: { [channel]: { template } },
      };
      expect((await call("POST", "/messages/plan", message)).body.hops).toMatchObject([
        { channel, form: "template", formReason: "nobody knows of a message from the customer" },
      ]);
      await onPhone(customer, channel, "messages", { body: "Hi" });
      await untilTextIsPlanned(message);
      const { body } = await send(message);
      await until(body.messageId, final);
      expect((await arrivedAt(customer, channel)).map((one) => one.body)).toEqual(["Hello"]);
    },
  );

  it("WhatsApp takes text and says later that the window was closed, and the template follows", async () => {
    const customer = newCustomer();
    await onPhone(customer, "whatsApp", "messages", { body: "Hi" });
    const message = {
      to: customer,
      body: "Hello",
      rules: ["whatsApp", "sms"],
      channelOptions: { whatsApp: { template } },
    };
    await untilTextIsPlanned(message);
    await setPhone(customer, "whatsApp", { laterAnswer: "whatsApp-131047", times: 1 });
    const { body } = await send(message);
    const trace = await until(body.messageId, final, 2000);
    expect(trace.channels).toMatchObject([{ outcome: "delivered" }, { outcome: "notTried" }]);
    expect((await arrivedAt(customer, "whatsApp")).map((one) => one.body)).toEqual([
      "template:order_update(en)",
    ]);
  });

  it("a paused template, which WhatsApp answers with 200, is followed by the next channel", async () => {
    const customer = newCustomer();
    await setPhone(customer, "whatsApp", { answer: "whatsApp-200-paused" });
    const { body } = await send({
      to: customer,
      body: "Hello",
      rules: ["whatsApp", "sms"],
      channelOptions: { whatsApp: { template: { name: "paused_one", language: "en" } } },
    });
    const trace = await until(body.messageId, final);
    expect(trace.channels).toMatchObject([
      { outcome: "failed", error: { name: "TemplateUnavailable" } },
      { outcome: "delivered" },
    ]);
  });

  it.each(["whatsApp", "fbMessenger"] as const)(
    "%s refuses free text, and the next channel is tried",
    async (channel) => {
      const customer = newCustomer();
      await setPhone(customer, channel, { window: "closed" });
      const { body } = await send({ to: customer, body: "Hello", rules: [channel, "sms"] });
      const trace = await until(body.messageId, final);
      expect(trace.channels[0]).toMatchObject({ outcome: "failed", error: { name: "WindowClosed" } });
      expect(trace.channels[1]).toMatchObject({ outcome: "delivered" });
    },
  );
});

describe("privacy", () => {
  it("an execution's input and history contain neither body nor addresses", async () => {
    const customer = newCustomer();
    for (const channel of allChannels) await setPhone(customer, channel, { registered: false });
    const { body } = await send({
      to: customer,
      body: "a secret body",
      title: "a secret title",
      rules: [...allChannels],
    });
    const trace = await until(body.messageId, final);
    const history = JSON.stringify(await historyOf(trace.execution.arn));
    expect(history).toContain(body.messageId);
    for (const secret of [
      "a secret body",
      "a secret title",
      customer.phoneNumber.slice(1),
      customer.fbMessengerId,
      customer.appDevices[0]?.token ?? "?",
    ])
      expect(history).not.toContain(secret);
  });
});
