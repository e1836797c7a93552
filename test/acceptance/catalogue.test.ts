/** Every answer of the catalogue (infra/local/carrier/answers) through the running system: what it does to its message, and to others. */
import { DeleteItemCommand, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ListExecutionsCommand, ListStateMachinesCommand } from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { fill } from "../../infra/local/carrier/answers/fill.ts";
import { type CatalogueEntry, catalogue } from "../../infra/local/carrier/answers/index.ts";
import { messengerValues } from "../../infra/local/carrier/fb-messenger-webhooks.ts";
import { whatsAppValues } from "../../infra/local/carrier/whats-app-webhooks.ts";
import { tableNamed } from "./deployed.ts";
import { eventually } from "./eventually.ts";
import { type Key, newKey } from "./keys.ts";
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
} from "./service.ts";

/** Which are tested elsewhere, and where. */
const leftOut: Readonly<Record<string, string>> = {
  "whatsApp-200-held-for-quality-assessment": "a 200 that is more than success: its own tests",
  "whatsApp-200-paused": "a 200 that is more than success: its own tests",
  "appMessaging-InvalidParameter-same-token": "the device is sent to by its other endpoint: its own tests",
};
const entries = catalogue.filter(({ name }) => leftOut[name] === undefined);
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
  for await (const { Items = [] } of paginateScan({ client: dynamoDb }, { TableName: tableNamed("Circuits") }))
    for (const item of Items) keys.push(String(unmarshall(item).channel));
  return keys;
}
afterEach(closeCircuits);

const template = { template: { name: "order_update", language: "en" } };
const anHour = 3600;

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
  const trace = async (id: string) => (await key.call("GET", `/messages/${id}`)).body;
  await eventually(
    `the end of ${ids.length} messages`,
    running,
    (names) => !ids.some((id) => names.has(id)),
    async () => void (await advanceClock(2000)),
  );
  return Promise.all(
    ids.map((id) =>
      eventually(
        "its final status",
        () => trace(id),
        ({ status }) => final.includes(status),
      ),
    ),
  );
}

const isCircuit = (trace: Answer["body"]) => trace.channels[0].error?.code === "CircuitOpen";
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
  beforeAll(async () => void (met.sync = await meetAll("sync")));

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

describe("What is told later", () => {
  beforeAll(async () => void (met.later = await meetAll("later")));

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
      if (!isPriced) expect(Number(trace.channels[0].cost?.usd ?? 0)).toBe(0);
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
      expect(await openCircuits()).toEqual([]);
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
      for (let times = 0; times < 5 && !(await openCircuits()).some((key) => !key.includes("#client#")); times++)
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
