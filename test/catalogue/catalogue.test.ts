/** Every answer of the catalogue (infra/local/carrier/answers) through the running system: what it does to its message, and to others. */
import { setTimeout } from "node:timers/promises";
import { DeleteItemCommand, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ListExecutionsCommand, ListStateMachinesCommand } from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { fill } from "../../infra/local/carrier/answers/fill.ts";
import { type CatalogueEntry, catalogue } from "../../infra/local/carrier/answers/index.ts";
import { messengerValues } from "../../infra/local/carrier/fb-messenger-webhooks.ts";
import { whatsAppValues } from "../../infra/local/carrier/whats-app-webhooks.ts";
import { tableNamed } from "../acceptance/deployed.ts";
import { eventually } from "../acceptance/eventually.ts";
import { type Key, newKey } from "../acceptance/keys.ts";
import {
  type Answer,
  advanceClock,
  allChannels,
  arrivedAt,
  awsConfiguration,
  type ChannelId,
  type Customer,
  final,
  newCustomer,
  setPhone,
  stepFunctions,
  webhook,
} from "../acceptance/service.ts";

/** Which are tested elsewhere, and where. */
const leftOut: Readonly<Record<string, string>> = {
  "whatsApp-200-held-for-quality-assessment": "a 200 that is more than success: its own tests",
  "whatsApp-200-paused": "a 200 that is more than success: its own tests",
  "appMessaging-InvalidParameter-same-token": "the device is sent to by its other endpoint: its own tests",
};
/** Those of the providers that the local settings name. */
const entries = catalogue.filter(
  ({ name, provider }) => leftOut[name] === undefined && provider === undefined,
);
const subjectOf = ({ about }: CatalogueEntry) => (about === "thread" ? "customer" : about);
/** What of an error closes a channel for other messages. */
const closes = ({ about }: CatalogueEntry) => ["identity", "account", "provider"].includes(about);
const nextAfter = (channel: ChannelId): ChannelId => (channel === "sms" ? "fbMessenger" : "sms");

const dynamoDb = new DynamoDBClient(awsConfiguration);
/** As if all had passed: what functions have read of it is good for five seconds. */
async function closeCircuits(): Promise<void> {
  const TableName = tableNamed("Circuits");
  for await (const { Items = [] } of paginateScan({ client: dynamoDb }, { TableName }))
    await Promise.all(
      Items.map(({ channel }) =>
        dynamoDb.send(new DeleteItemCommand({ TableName, Key: { channel: channel ?? { S: "" } } })),
      ),
    );
  await advanceClock(6000);
}
async function openCircuits(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: dynamoDb },
    { TableName: tableNamed("Circuits") },
  ))
    for (const item of Items) keys.push(String(unmarshall(item).channel));
  return keys;
}
afterEach(closeCircuits);

const template = { template: { name: "order_update", language: "en" } };
const anHour = 3600;
/** On a machine that is busy with other things. */
const timeoutMs = 300_000;

interface Case {
  channel: ChannelId;
  customer: Customer;
  message: object;
}
/** A message to a customer of its own; `behaviour` is what the carrier makes of its channel. */
async function caseOf(
  channel: ChannelId,
  behaviour: object,
  { byTemplate = false, fallbackAfter = anHour } = {},
): Promise<Case> {
  const customer = newCustomer();
  await setPhone(customer, channel, behaviour);
  const next = nextAfter(channel);
  const message = {
    to: customer,
    rules: [{ channel, until: "delivered", fallbackAfter }, next],
    ...(byTemplate
      ? { customBody: { [next]: "Hello" }, channelOptions: { [channel]: template } }
      : { body: "Hello" }),
  };
  return { channel, customer, message };
}

const sendAll = async (key: Key, cases: readonly Case[]): Promise<string[]> => {
  const { status, body } = await key.call(
    "POST",
    "/messages/batch",
    cases.map(({ message }) => message),
  );
  expect([status, body.results.filter((one: Answer) => one.status !== 201)]).toEqual([202, []]);
  return body.results.map(({ messageId }: { messageId: string }) => messageId);
};

/** The ids whose executions run: asked of Step Functions, which is cheaper than a trace for each. */
async function running(): Promise<Set<string>> {
  const { stateMachines = [] } = await stepFunctions.send(new ListStateMachinesCommand({}));
  const lists = await Promise.all(
    stateMachines.map(({ stateMachineArn }) =>
      stepFunctions.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING", maxResults: 1000 }),
      ),
    ),
  );
  return new Set(lists.flatMap(({ executions = [] }) => executions.map(({ name }) => name ?? "")));
}

/** Moves the clock until all of them are over; answers their traces in the same order. */
async function untilOver(key: Key, ids: readonly string[]): Promise<Answer["body"][]> {
  const traces = new Map<string, Answer["body"]>();
  const isOver = (id: string) => final.includes(traces.get(id)?.status);
  for (let looks = 0; looks < 300; looks++) {
    const names = await running();
    await Promise.all(
      ids
        .filter((id) => !isOver(id) && !names.has(id))
        .map(async (id) => traces.set(id, (await key.call("GET", `/messages/${id}`)).body)),
    );
    if (ids.every(isOver)) return ids.map((id) => traces.get(id));
    await advanceClock(2000);
    await setTimeout(50);
  }
  const open = ids.filter((id) => !isOver(id));
  throw new Error(`${open.length} did not end, among them ${JSON.stringify(traces.get(open[0] ?? ""))}`);
}

/** Of either channel: what others met may have closed the next one. */
const isCircuit = (trace: Answer["body"]) =>
  trace.channels.some(({ error }: { error?: { code?: string } }) => error?.code === "CircuitOpen");
const mostClosing = 4;

interface Met {
  one: Case;
  trace: Answer["body"];
}
/**
 * The traces of what was sent into each entry: all that closes nothing at once, of the others a few of each channel. Those
 * that a circuit refused, which the ones beside them had opened, are sent again once it is closed.
 */
async function meetAll(occasion: Occasion): Promise<Map<string, Met>> {
  const met = new Map<string, Met>();
  const behaviour = (name: string) => (occasion === "sync" ? { answer: name } : { laterAnswer: name });
  let left = bySubject(occasion);
  for (let rounds = 0; left.length > 0 && rounds < 60; rounds++) {
    const group = [
      ...left.filter((entry) => !closes(entry)),
      ...allChannels.flatMap((channel) =>
        left.filter((entry) => closes(entry) && entry.channel === channel).slice(0, mostClosing),
      ),
    ];
    const key = await newKey();
    const cases = await Promise.all(
      group.map((entry) =>
        caseOf(entry.channel, behaviour(entry.name), { byTemplate: entry.about === "template" }),
      ),
    );
    const traces = await untilOver(key, await sendAll(key, cases));
    for (const [index, trace] of traces.entries()) {
      const [one, entry] = [cases[index], group[index]];
      if (one && entry && !isCircuit(trace)) met.set(entry.name, { one, trace });
    }
    left = left.filter(({ name }) => !met.has(name));
    if (left.length > 0) await closeCircuits();
  }
  return met;
}

type Occasion = "sync" | "later";
const bySubject = (occasion: Occasion) =>
  entries.filter((entry) => entry[occasion] !== undefined && entry.name !== "fbMessenger-silence");

const met: Record<Occasion, Map<string, Met>> = { sync: new Map(), later: new Map() };
const meeting = (occasion: Occasion, { name }: CatalogueEntry) => {
  const found = met[occasion].get(name);
  if (found === undefined) throw new Error(`nothing was sent into ${name}`);
  return found;
};
const withNames = (of: readonly CatalogueEntry[]) => of.map((entry) => ({ name: entry.name, entry }));

describe("An answer to the call", () => {
  beforeAll(async () => {
    met.sync = await meetAll("sync");
  }, timeoutMs);

  it.each(withNames(bySubject("sync").filter(({ sync }) => !sync?.takesMessage)))(
    "$name: nothing goes out or is billed, the trace says why, and the next channel delivers",
    async ({ entry }) => {
      const { one, trace } = meeting("sync", entry);
      const next = nextAfter(one.channel);
      expect(trace).toMatchObject({
        status: "delivered",
        channels: [
          { outcome: "failed", error: { speaksOf: subjectOf(entry), message: expect.stringMatching(/./) } },
          { channel: next, outcome: "delivered" },
        ],
      });
      expect(Number(trace.channels[0].cost?.usd ?? 0)).toBe(0);
      expect(await arrivedAt(one.customer, one.channel)).toEqual([]);
      expect(await arrivedAt(one.customer, next)).toHaveLength(1);
    },
  );

  it.each(withNames(bySubject("sync").filter(({ sync }) => sync?.takesMessage)))(
    "$name: the message is out all the same, and goes out by no other channel",
    async ({ entry }) => {
      const { one, trace } = meeting("sync", entry);
      expect(trace).toMatchObject({
        status: "delivered",
        channels: [
          { outcome: "delivered", error: { name: "OutcomeUnknown", speaksOf: subjectOf(entry) } },
          { outcome: "notTried" },
        ],
      });
      expect(await arrivedAt(one.customer, one.channel)).toHaveLength(1);
      expect(await arrivedAt(one.customer, nextAfter(one.channel))).toEqual([]);
    },
  );
});

describe("What is reported later", () => {
  beforeAll(async () => {
    met.later = await meetAll("later");
  }, timeoutMs);

  it.each(withNames(bySubject("later").filter(({ later }) => later?.outcome === "failed")))(
    "$name: the trace says why, and the next channel delivers",
    async ({ entry }) => {
      const { one, trace } = meeting("later", entry);
      const next = nextAfter(one.channel);
      expect(trace).toMatchObject({
        status: "delivered",
        channels: [
          { outcome: "failed", error: { speaksOf: subjectOf(entry), message: expect.stringMatching(/./) } },
          { channel: next, outcome: "delivered" },
        ],
      });
      const { without = [], fields = {} } = entry.later ?? {};
      const isPriced = one.channel === "sms" && !without.includes("priceInUSD");
      const price = "priceInUSD" in fields ? fields.priceInUSD : 0.00645;
      // SNS bills a push when it takes it, SES an e-mail, whatever becomes of it: https://aws.amazon.com/sns/pricing/,
      // https://aws.amazon.com/ses/pricing/
      const billed = { appMessaging: 0.0000005, email: 0.0001 }[one.channel as string] ?? 0;
      if (!isPriced) expect(Number(trace.channels[0].cost?.usd ?? 0)).toBe(billed);
      else if (typeof price === "number")
        expect(trace.channels[0].cost).toEqual({ usd: String(price), source: "provider" });
      expect(await arrivedAt(one.customer, one.channel)).toEqual([]);
      expect(await arrivedAt(one.customer, next)).toHaveLength(1);
    },
  );

  it.each(withNames(bySubject("later").filter(({ later }) => later?.outcome === "delivered")))(
    "$name: is a delivery, and no other channel is tried",
    async ({ entry }) => {
      const { one, trace } = meeting("later", entry);
      expect(trace).toMatchObject({
        status: "delivered",
        channels: [{ outcome: "delivered" }, { outcome: "notTried" }],
      });
      expect(await arrivedAt(one.customer, one.channel)).toHaveLength(1);
    },
  );

  it("fbMessenger-silence: the window ends, and the next channel delivers", async () => {
    const one = await caseOf("fbMessenger", { laterAnswer: "fbMessenger-silence" }, { fallbackAfter: 30 });
    const key = await newKey();
    const [trace] = await untilOver(key, await sendAll(key, [one]));
    expect(trace).toMatchObject({
      status: "delivered",
      channels: [{ outcome: "timedOut", error: { name: "States.Timeout" } }, { outcome: "delivered" }],
    });
  });
});

describe("Whom an answer speaks of decides what it closes", () => {
  beforeAll(closeCircuits);

  /** One of each channel for each of whom it speaks; the provider's are in front, as they are tried again. */
  const representative = (subjects: readonly string[]) =>
    allChannels.flatMap((channel) =>
      subjects.flatMap((about) => {
        const found = entries.find(
          (entry) =>
            entry.channel === channel &&
            entry.about === about &&
            entry.sync !== undefined &&
            !entry.sync.takesMessage &&
            !/throttl|rate|limit|too many/i.test(JSON.stringify(entry.sync.body)),
        );
        return found === undefined ? [] : [found];
      }),
    );

  /** One after the other, so that they meet the same instance of the function. */
  async function sendInTurn(key: Key, { name, channel, about }: CatalogueEntry, times: number) {
    const traces: Answer["body"][] = [];
    for (let sent = 0; sent < times; sent++) {
      const one = await caseOf(channel, { answer: name }, { byTemplate: about === "template" });
      traces.push(...(await untilOver(key, await sendAll(key, [one]))));
    }
    return traces;
  }
  const goesOut = async (key: Key, channel: ChannelId, byTemplate = false) => {
    const one = await caseOf(channel, {}, { byTemplate });
    const [trace] = await untilOver(key, await sendAll(key, [one]));
    return trace.channels[0].outcome === "delivered" && (await arrivedAt(one.customer, channel)).length === 1;
  };

  it.each(withNames(representative(["customer", "thread", "request"])))(
    "$name, five times in one client's messages, closes nothing, for that client neither",
    async ({ entry }) => {
      const [one, other] = [await newKey(), await newKey()];
      const cases = await Promise.all(
        Array.from({ length: 5 }, () => caseOf(entry.channel, { answer: entry.name })),
      );
      await untilOver(one, await sendAll(one, cases));
      expect((await openCircuits()).filter((key) => key.startsWith(entry.channel))).toEqual([]);
      expect([await goesOut(one, entry.channel), await goesOut(other, entry.channel)]).toEqual([true, true]);
    },
  );

  it.each(withNames(representative(["identity", "account", "provider"])))(
    "$name, five times in one client's messages, closes nothing for another; in two clients' messages it does",
    async ({ entry }) => {
      const { channel } = entry;
      const [one, other, third] = [await newKey(), await newKey(), await newKey()];
      await sendInTurn(one, entry, 5);
      expect(await goesOut(other, channel)).toBe(true);
      for (
        let times = 0;
        times < 5 && !(await openCircuits()).some((key) => !key.includes("#client#"));
        times++
      )
        await sendInTurn(times % 2 === 0 ? other : third, entry, 1);
      const bystander = await newKey();
      const waiting = await caseOf(channel, {});
      const [trace] = await untilOver(bystander, await sendAll(bystander, [waiting]));
      expect(trace.channels).toMatchObject([
        { outcome: "failed", error: { code: "CircuitOpen" } },
        { outcome: "delivered" },
      ]);
      expect(await arrivedAt(waiting.customer, channel)).toEqual([]);
      await closeCircuits();
      expect(await goesOut(bystander, channel)).toBe(true);
    },
  );

  it("a paused template closes itself alone: five times 132015, and a one-time code by WhatsApp still goes out", async () => {
    const paused = entries.find(({ name }) => name === "whatsApp-132015") ?? expect.fail("it is not there");
    const [one, other] = [await newKey(), await newKey()];
    await sendInTurn(one, paused, 5);
    expect(await openCircuits()).toEqual([expect.stringMatching(/^whatsApp#.*#template#order_update en$/)]);
    expect([await goesOut(one, "whatsApp"), await goesOut(other, "whatsApp")]).toEqual([true, true]);
    expect(await goesOut(other, "whatsApp", true)).toBe(false);
  });
});

describe("A webhook that comes by itself", () => {
  const odd = entries.flatMap(({ name, channel, webhook }) =>
    webhook !== undefined && (channel === "whatsApp" || channel === "fbMessenger")
      ? [{ name, channel, body: webhook.body }]
      : [],
  );
  const answers = new Map<string, { status: number; before: Answer["body"]; after: Answer["body"] }>();

  /** Each to a customer of its own, between two messages to them. */
  beforeAll(async () => {
    const key = await newKey();
    const cases = await Promise.all(odd.map(({ channel }) => caseOf(channel, {})));
    const before = await untilOver(key, await sendAll(key, cases));
    const now = Date.parse(await advanceClock(0));
    const statuses = await Promise.all(
      odd.map(async ({ channel, body }, index) => {
        const [one, trace] = [cases[index] ?? expect.fail(), before[index]];
        const values =
          channel === "whatsApp"
            ? whatsAppValues(one.customer.phoneNumber, now, undefined)
            : messengerValues(one.customer.fbMessengerId, now, undefined);
        const sentId = trace.channels[0].providerMessageId;
        const filled = fill(body, {
          ...values,
          messageId: `${channel}-${index}`,
          text: "Yes, please",
          sentId,
          answeredId: sentId,
          callbackData: trace.messageId,
        });
        const path = channel === "whatsApp" ? "whats-app" : "fb-messenger";
        return (await webhook(path, JSON.stringify(filled))).status;
      }),
    );
    const after = await untilOver(key, await sendAll(key, cases));
    for (const [index, { name }] of odd.entries())
      answers.set(name, { status: statuses[index] ?? 0, before: before[index], after: after[index] });
  }, timeoutMs);

  it.each(odd)("$name is answered 200, and the messages before and after it are delivered", ({ name }) => {
    const { status, before, after } = answers.get(name) ?? expect.fail("it was not posted");
    expect(status).toBe(200);
    for (const trace of [before, after])
      expect(trace).toMatchObject({
        status: expect.stringMatching(/^(delivered|read)$/),
        channels: [{ outcome: expect.stringMatching(/^(delivered|read)$/) }, { outcome: "notTried" }],
      });
  });
});

describe("A failure that", () => {
  const resumedRoute = async (channel: "sms" | "appMessaging", laterAnswer: string, next: ChannelId) => {
    const customer = newCustomer();
    await setPhone(customer, channel, { laterAnswer, delayMs: 3000 });
    const key = await newKey();
    const rules = [{ channel, until: "sent" }, next];
    const { body } = await key.call("POST", "/messages", { to: customer, body: "Hello", rules });
    const trace = await eventually(
      "the other channel",
      async () => (await key.call("GET", `/messages/${body.messageId}`)).body,
      ({ channels }) => channels[1].outcome === "delivered",
      async () => void (await advanceClock(1000)),
    );
    expect(trace.status).toBe("delivered");
    expect(trace.channels[0].outcome).toBe("failed");
    expect(trace.channels[0].events.map((event: { status: string }) => event.status)).toEqual([
      "claimed",
      "sent",
      "failed",
      "resumed",
    ]);
    expect(await arrivedAt(customer, next)).toHaveLength(1);
    return trace;
  };

  it("comes of a dead device token 3 seconds after its push was sent resumes the route: the SMS is delivered", async () => {
    const name = "appMessaging-DeliveryFailure-InvalidPlatformToken";
    expect((await resumedRoute("appMessaging", name, "sms")).channels[0].error).toMatchObject({
      name: "NotRegistered",
      speaksOf: "customer",
    });
  });

  it("comes of an SMS for which sent was enough resumes the route", async () => {
    const trace = await resumedRoute("sms", "sms-log-phone-blocked-sms", "fbMessenger");
    expect(trace.channels[0].error).toMatchObject({ name: "Undeliverable", speaksOf: "customer" });
  });

  it("says that the account has no quota left for SMS is the account's, and closes SMS once two clients meet it", async () => {
    const isClosed = async () => (await openCircuits()).includes("sms#account");
    // Each instance of the receipts' function counts for itself.
    for (let times = 0; times < 20 && !(await isClosed()); times++) {
      const key = await newKey();
      const cases = [await caseOf("sms", { laterAnswer: "sms-log-no-quota" })];
      for (const trace of await untilOver(key, await sendAll(key, cases)))
        if (!isCircuit(trace))
          expect(trace.channels[0]).toMatchObject({
            outcome: "failed",
            cost: { usd: "0", source: "provider" },
            error: { name: "ChannelMisconfigured", speaksOf: "account" },
          });
    }
    expect(await isClosed()).toBe(true);
  });

  it("says that another app has the conversation closes nothing, and is one call a message", async () => {
    const key = await newKey();
    const behaviour = { answer: "fbMessenger-10-2018300", times: 1 };
    const cases = await Promise.all([1, 2].map(() => caseOf("fbMessenger", behaviour)));
    // The account would have taken a second call.
    for (const trace of await untilOver(key, await sendAll(key, cases)))
      expect(trace.channels).toMatchObject([
        { outcome: "failed", error: { name: "Undeliverable", speaksOf: "customer" } },
        { outcome: "delivered" },
      ]);
    expect((await openCircuits()).filter((one) => one.startsWith("fbMessenger"))).toEqual([]);
  });

  it("switches off the application of Android devices leaves that of iOS ones: five times, by several clients", async () => {
    const answer = "appMessaging-PlatformApplicationDisabled";
    for (let times = 0; times < 5; times++) {
      const key = await newKey();
      await untilOver(key, await sendAll(key, [await caseOf("appMessaging", { answer })]));
    }
    expect(await openCircuits()).toContainEqual(expect.stringMatching(/^appMessaging#[^#]*GCM[^#]*$/));
    const ios = newCustomer();
    ios.appDevices = [{ platform: "apns", token: `ios-${ios.fbMessengerId}` }];
    const key = await newKey();
    const message = { to: ios, body: "Hello", rules: ["appMessaging"] };
    const { body } = await key.call("POST", "/messages", message);
    await eventually(
      "the push",
      () => arrivedAt(ios, "appMessaging"),
      (arrived) => arrived.length === 1,
    );
    expect(body.messageId).toEqual(expect.any(String));
  });
});
