/** Test keys and test addresses, from outside: what becomes of a message to each on every channel, and that no provider gets one. */
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { testOutcomes } from "../../functions/domain/test-addresses.ts";
import { setBudget } from "../../infra/commands/budgets/budget-items.ts";
import { tableNamed } from "./deployed.ts";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import {
  advanceClock,
  allChannels,
  awsConfiguration,
  type ChannelId,
  carrier,
  newCustomer,
  setPhone,
} from "./service.ts";

type Key = Awaited<ReturnType<typeof newKey>>;
type Expected = string | Partial<Record<ChannelId | "others", string>>;

const addressesOf = (number: string) => ({
  phoneNumber: `+44 20 7946 ${number}`,
  fbMessengerId: `test-${number}`,
  email: `test-${number}@example.com`,
  appDevices: [{ platform: "fcm", token: `test-${number}` }],
});
/** The channel's outcome and its error, by the number. */
const expected: Record<string, Expected> = {
  "0000": "delivered",
  "0001": "failed NotRegistered",
  "0002": { appMessaging: "sent", nativePush: "sent", others: "timedOut" },
  "0003": "failed Undeliverable",
  "0004": "delivered",
  "0005": { sms: "delivered", mms: "delivered", others: "read" },
  "0006": "failed ProviderUnavailable",
  "0007": "delivered",
  "0008": { fbMessenger: "failed WindowClosed", whatsApp: "failed WindowClosed", others: "delivered" },
};
const expectedOf = (number: string, channel: ChannelId) => {
  const row = expected[number];
  return typeof row === "object" ? (row[channel] ?? row.others) : row;
};
/** Longer than any window, and any delay of the table. */
const all = 700_000;

async function sent(key: Key, message: object): Promise<string> {
  const { status, body } = await key.call("POST", "/messages", { body: "Hello", ...message });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.messageId;
}
const traceOf = async (key: Key, messageId: string) => (await key.call("GET", `/messages/${messageId}`)).body;
const outcomeIn = ({ channels: [{ outcome, error }] }: Awaited<ReturnType<typeof traceOf>>) =>
  outcome === "failed" ? `failed ${error.name}` : outcome;
const whatTheCarrierKnows = async () => (await fetch(`${carrier}/carrier`)).text();

it("a message of a test key to each test address goes its way on each channel, is marked as a test, costs nothing, and reaches no provider", async () => {
  const [key, receiver] = [await newKey({ test: true }), await startReceiver()];
  await key.call("PUT", "/webhook", { url: receiver.url });
  expect(Object.keys(expected)).toEqual(Object.keys(testOutcomes));
  const body = `Only a test ${Date.now()}`;
  const messages = Object.keys(expected).flatMap((number) =>
    allChannels.map((channel) => ({ number, channel, to: addressesOf(number) })),
  );
  const { results } = (
    await key.call(
      "POST",
      "/messages/batch",
      messages.map(({ to, channel }) => ({ to, body, rules: [channel] })),
    )
  ).body;
  await advanceClock(all);

  const traces = await Promise.all(
    results.map(({ messageId }: { messageId: string }) => traceOf(key, messageId)),
  );
  const became = messages.map(({ number, channel }, index) => [number, channel, outcomeIn(traces[index])]);
  expect(became).toEqual(
    messages.map(({ number, channel }) => [number, channel, expectedOf(number, channel)]),
  );
  for (const { test, cost, channels } of traces)
    expect([test, cost.usd, channels[0].cost.usd]).toEqual([true, "0", "0"]);

  expect(await whatTheCarrierKnows()).not.toContain(body);
  const events = await eventually(
    "an event for each message",
    async () => receiver.events(),
    (told) => new Set(told.map(({ subject }) => subject)).size === messages.length,
  );
  for (const { data } of events) expect(data).toMatchObject({ test: true, client: key.client });
  const ofSlowSms = messages.findIndex(({ number, channel }) => number === "0004" && channel === "sms");
  const [slow] = [traces[ofSlowSms]];
  expect(events.filter(({ subject }) => subject === slow.messageId).map(({ type }) => type)).toEqual([
    "message.sent",
    "message.delivered",
  ]);
  const [, { at: from }, { at: to }] = slow.channels[0].events;
  expect((Date.parse(to) - Date.parse(from)) / 1000).toBeCloseTo(60, 0);
});

it("a test message falls back, its answer and its row in a list say that it is a test, and a template passes a closed window", async () => {
  const key = await newKey({ test: true });
  const to = { ...addressesOf("0003"), phoneNumber: "+12025550108", profileId: "anna" };
  const request = { to, body: "Hello", rules: ["fbMessenger", "sms"], reference: "a test" };
  const plan = (await key.call("POST", "/messages/plan", request)).body;
  expect(plan).toMatchObject({ test: true, cost: { expected: "0", cheapest: "0", dearest: "0" } });
  const accepted = (await key.call("POST", "/messages", request)).body;
  expect(accepted).toMatchObject({
    test: true,
    plan: { hops: [{ estimatedCost: "0" }, { estimatedCost: "0" }] },
  });
  const template = { name: "order", language: "en" };
  const ofTemplate = await sent(key, { to, rules: ["whatsApp"], channelOptions: { whatsApp: { template } } });
  await advanceClock(all);
  expect(await traceOf(key, accepted.messageId)).toMatchObject({
    status: "delivered",
    channels: [
      { outcome: "failed", error: { name: "Undeliverable" } },
      { outcome: "delivered", providerMessageId: `test-sms-${accepted.messageId}` },
    ],
    saved: { usd: "0" },
  });
  expect((await traceOf(key, ofTemplate)).status).toBe("delivered");
  for (const way of ["reference=a%20test", "phoneNumber=%2B12025550108", "fbMessengerId=test-0003"]) {
    const { messages } = (await key.call("GET", `/messages?${way}`)).body;
    const row = messages.find(({ messageId }: { messageId: string }) => messageId === accepted.messageId);
    expect(row, way).toMatchObject({ test: true, status: "delivered" });
  }
});

it("a test key sends to no other address, of the request or of a profile, and its refusal names the field and a test address", async () => {
  const client = (await newKey()).client;
  const [live, test] = [await newKey({ client }), await newKey({ client, test: true })];
  const { phoneNumber, fbMessengerId } = newCustomer();
  await live.call("PUT", "/profiles/ben", { fbMessengerId });
  const message = {
    to: {
      profileId: "ben",
      phoneNumber,
      appDevices: [...addressesOf("0000").appDevices, { platform: "apns", token: "t" }],
    },
    body: "Hello",
    rules: ["sms", "whatsApp", "fbMessenger", "appMessaging"],
  };
  const faults = [
    { path: "to.phoneNumber", code: "not_a_test_address", message: expect.stringContaining("+442079460000") },
    { path: "to.profileId", code: "not_a_test_address", message: expect.stringContaining("test-0000") },
    { path: "to.appDevices", code: "not_a_test_address", message: expect.stringContaining("test-0000") },
  ];
  for (const path of ["/messages", "/messages/plan"]) {
    const { status, body } = await test.call("POST", path, message);
    expect([status, body.errors]).toEqual([400, faults]);
  }
  const { results } = (await test.call("POST", "/messages/batch", [message])).body;
  expect(results[0]).toMatchObject({ status: 400, errors: faults });
  // What no channel of the rules goes to is never sent to.
  await sent(test, { ...message, to: { ...addressesOf("0000"), phoneNumber }, rules: ["fbMessenger"] });
});

it("a test key and another key of its client share no message by an idempotency key, and a resend stays a test", async () => {
  const client = (await newKey()).client;
  const [live, test] = [await newKey({ client }), await newKey({ client, test: true })];
  const message = { to: { fbMessengerId: "test-0001" }, body: "Once", rules: ["fbMessenger"] };
  const headers = { "Idempotency-Key": "one" };
  const first = (await test.call("POST", "/messages", message, headers)).body;
  expect((await test.call("POST", "/messages", message, headers)).body.messageId).toBe(first.messageId);
  const { status, body } = await live.call("POST", "/messages", message, headers);
  expect([status, body.errors[0].code]).toEqual([422, "reused"]);

  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { registered: false });
  const real = await sent(live, { to: customer, rules: ["fbMessenger"] });
  await advanceClock(all);
  const again = (await live.call("POST", `/messages/${first.messageId}/resend`)).body;
  expect(again.test).toBe(true);
  const refused = await test.call("POST", `/messages/${real}/resend`);
  expect([refused.status, refused.body.errors[0]]).toMatchObject([
    400,
    { path: "to.fbMessengerId", code: "not_a_test_address" },
  ]);
  await advanceClock(all);
  expect(await traceOf(live, again.messageId)).toMatchObject({ test: true, status: "failed" });
});

it("what test messages do counts for no cap, budget, circuit or profile of their client", async () => {
  const client = (await newKey()).client;
  const [live, test] = [await newKey({ client }), await newKey({ client, test: true })];
  const dynamoDb = new DynamoDBClient(awsConfiguration);
  await setBudget(dynamoDb, tableNamed("Clients"), client, "0.0001");
  await live.call("PUT", "/settings", { caps: [{ categories: ["transactional"], most: 1, days: 1 }] });
  await live.call("PUT", "/profiles/carl", { firstName: "Carl" });
  await advanceClock(60_000);
  const to = { ...addressesOf("0006"), profileId: "carl" };
  // With the retries enough failures in a row to open a circuit.
  const ids = [
    await sent(test, { to, rules: ["fbMessenger"] }),
    await sent(test, { to, rules: ["fbMessenger"] }),
  ];
  await advanceClock(all);
  for (const id of ids) {
    const { channels } = await traceOf(test, id);
    for (const { error } of channels) expect(error.name).toBe("ProviderUnavailable");
  }
  expect((await live.call("GET", "/profiles/carl")).body).toEqual({ profileId: "carl", firstName: "Carl" });
  for (const table of ["Circuits", "Counters", "Habits"]) {
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: tableNamed(table) }));
    expect(JSON.stringify(Items), table).not.toContain(client);
  }
  const customer = newCustomer();
  const real = { to: customer, body: "Hello", rules: ["fbMessenger"] };
  const plan = (await live.call("POST", "/messages/plan", real)).body;
  expect(plan.caps).toMatchObject([{ left: 1 }]);
  const id = await sent(live, real);
  await advanceClock(all);
  expect((await traceOf(live, id)).status).toBe("delivered");
});

it("on the local run a phone with a test address behaves as the table says, for any key", async () => {
  const key = await newKey();
  // The others fail in a way that closes a channel for all.
  const numbers = ["0000", "0001", "0002", "0003", "0004", "0005", "0008"];
  const messages = numbers.flatMap((number) => allChannels.map((channel) => ({ number, channel })));
  const ids: string[] = [];
  for (const { number, channel } of messages)
    ids.push(await sent(key, { to: addressesOf(number), rules: [channel] }));
  await advanceClock(all);
  const statuses: unknown[] = [];
  for (const [index, { number, channel }] of messages.entries()) {
    const trace = await traceOf(key, ids[index] ?? "");
    expect(trace.test).toBeUndefined();
    statuses.push([number, channel, outcomeIn(trace).split(" ")[0]]);
  }
  // Messenger reports no failure; what RCS and MMS do not deliver is removed; SES reports opens only where a rule asks.
  const otherwise: Record<string, string> = {
    "0003 fbMessenger": "timedOut",
    "0002 rcs": "failed",
    "0002 mms": "failed",
    "0005 email": "delivered",
  };
  expect(statuses).toEqual(
    messages.map(({ number, channel }) => [
      number,
      channel,
      otherwise[`${number} ${channel}`] ?? expectedOf(number, channel)?.split(" ")[0],
    ]),
  );
});
