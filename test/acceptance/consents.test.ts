/** Customers who want no more messages, from outside: by their phones and by the API. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { run, temporaryFile } from "../unit/commands/command.ts";
import { newClient } from "./consent-client.ts";
import { newKey } from "./keys.ts";
import {
  advanceClock,
  api,
  arrivedAt,
  type ChannelId,
  call,
  final,
  newCustomer,
  onPhone,
  postedFrom,
  setPhone,
} from "./service.ts";

it.each<ChannelId>(["sms", "whatsApp"])(
  "a customer who answers STOP by %s gets no message by it any more, from this client, until START",
  async (channel) => {
    const [{ key, untilEvents, until }, other] = [await newClient(), await newKey()];
    const to = newCustomer();
    const message = { to, body: "Hello", rules: [channel, "fbMessenger"] };
    const first = await key.call("POST", "/messages", message);
    await until(first.body.messageId, final);
    await onPhone(to, channel, "messages", { body: "Stop" });
    const firstTwo = (await untilEvents(2)).toSorted((a, b) => a.type.localeCompare(b.type));
    expect(firstTwo).toMatchObject([
      { type: "consent.changed", data: { channel, category: "all", state: "opted-out" } },
      { type: "message.inbound", data: { keyword: "stop", content: { text: "Stop" } } },
    ]);
    const { status, body } = await key.call("POST", "/messages", message);
    expect(status).toBe(201);
    expect(body.plan).toMatchObject({
      hops: [{ channel: "fbMessenger" }],
      skipped: [{ channel, code: "opted_out" }],
    });
    expect((await until(body.messageId, final)).channels[0]).toMatchObject({
      outcome: "skipped",
      code: "opted_out",
    });
    const alone = await key.call("POST", "/messages", { ...message, rules: [channel] });
    expect(alone).toMatchObject({ status: 422, body: { errors: [{ path: "rules[0]", code: "opted_out" }] } });
    expect(await arrivedAt(to, channel)).toHaveLength(1);
    expect((await other.call("POST", "/messages/plan", message)).body.skipped).toEqual([]);

    await advanceClock(2000);
    await onPhone(to, channel, "messages", { body: "START" });
    await untilEvents(4);
    expect((await key.call("POST", "/messages/plan", message)).body.skipped).toEqual([]);
  },
);

it("a customer who opts out while a route runs is not written to by its later hop", async () => {
  const { key, until } = await newClient();
  const customer = newCustomer();
  await setPhone(customer, "fbMessenger", { delivers: false });
  const path = `/profiles/${customer.fbMessengerId}`;
  await key.call("PUT", path, customer);
  const to = { profileId: customer.fbMessengerId };
  const rules = [{ channel: "fbMessenger", fallbackAfter: 60 }, "sms"];
  const sent = await key.call("POST", "/messages", { to, body: "Hello", rules, category: "marketing" });
  expect(sent.body.plan).toMatchObject({ category: "marketing", skipped: [] });
  await until(sent.body.messageId, ["sent"]);
  const put = await key.call("PUT", `${path}/consents/all`, { state: "opted-out", source: "web form" });
  expect(put).toMatchObject({
    status: 200,
    body: { channel: "all", state: "opted-out", source: "web form" },
  });
  const trace = await until(sent.body.messageId, ["failed"], 61_000);
  expect(trace).toMatchObject({
    category: "marketing",
    channels: [
      { outcome: "timedOut" },
      { outcome: "failed", error: { name: "OptedOut", code: "opted_out" } },
    ],
  });
  expect(await arrivedAt(customer, "sms")).toEqual([]);

  // By the number too, without the profile, which may be gone.
  await key.call("DELETE", path);
  const later = { to: { phoneNumber: customer.phoneNumber }, body: "Hello", rules: ["sms"] };
  expect((await key.call("POST", "/messages", later)).status).toBe(422);
  await key.call("PUT", path, customer);
  expect((await key.call("GET", `${path}/consents/sms`)).body).toMatchObject({ state: "opted-out" });
  expect((await key.call("DELETE", `${path}/consents/all`)).status).toBe(204);
  expect((await key.call("GET", `${path}/consents/sms`)).status).toBe(404);
  const again = await key.call("POST", "/messages", later);
  await until(again.body.messageId, final);
  expect(await arrivedAt(customer, "sms")).toHaveLength(1);
});

it("a customer who stops marketing by WhatsApp gets no marketing by it, and everything else", async () => {
  const { key, untilEvents, until } = await newClient();
  const to = newCustomer();
  const message = { to, body: "Hello", rules: ["whatsApp", "sms"] };
  const first = await key.call("POST", "/messages", message);
  await until(first.body.messageId, final);
  await postedFrom(to, "whatsApp", "whatsApp-field-user-preferences");
  await untilEvents(1);
  const batch = ["marketing", "transactional"].map((category) => ({ ...message, category }));
  const { results } = (await key.call("POST", "/messages/batch", batch)).body;
  const traces = [];
  for (const { messageId } of results) {
    traces.push(await until(messageId, final));
  }
  expect(traces).toMatchObject([
    { category: "marketing", channels: [{ code: "opted_out" }, { outcome: "delivered" }] },
    { category: "transactional", channels: [{ outcome: "delivered" }, { outcome: "notTried" }] },
  ]);
});

it("where opt-ins are required, a message goes only by channels that the customer opted in to, also when that is taken back meanwhile", async () => {
  const { key, until } = await newClient();
  expect((await key.call("PUT", "/settings", { requireOptIn: true })).body).toEqual({ requireOptIn: true });
  await advanceClock(60_000);
  const to = newCustomer();
  const profileId = `p-${to.phoneNumber}`;
  await key.call("PUT", `/profiles/${encodeURIComponent(profileId)}`, to);
  const message = { to: { profileId }, body: "Hello", rules: ["sms", "fbMessenger"] };
  const consents = (channel: string) => `/profiles/${encodeURIComponent(profileId)}/consents/${channel}`;

  const none = await key.call("POST", "/messages", message);
  expect([none.status, none.body.errors]).toMatchObject([
    422,
    [{ code: "no_opt_in" }, { code: "no_opt_in" }],
  ]);
  const free = await key.call("POST", "/messages", { ...message, requireOptIn: false });
  await until(free.body.messageId, final);
  expect(await arrivedAt(to, "sms")).toHaveLength(1);

  const given = await key.call("PUT", consents("fbMessenger"), { state: "opted-in", source: "web form" });
  // The proof of consent: when, how, and by which key it was recorded.
  expect(given.body).toMatchObject({
    state: "opted-in",
    source: "web form",
    by: key.keyId,
    at: expect.any(String),
  });
  const { body } = await key.call("POST", "/messages", message);
  expect(body.plan.skipped).toEqual([
    { channel: "sms", code: "no_opt_in", reason: "the customer has not opted in to SMS" },
  ]);
  await until(body.messageId, final);
  expect(await arrivedAt(to, "fbMessenger")).toHaveLength(1);
  expect(await arrivedAt(to, "sms")).toHaveLength(1);

  await key.call("PUT", consents("sms"), { state: "opted-in" });
  await setPhone(to, "fbMessenger", { delivers: false });
  const both = await key.call("POST", "/messages", { ...message, rules: ["fbMessenger", "sms"] });
  await until(both.body.messageId, ["sent"]);
  await key.call("DELETE", consents("sms"));
  const over = await until(both.body.messageId, final, 60_000);
  expect(over.channels[1]).toMatchObject({
    outcome: "failed",
    error: { name: "OptedOut", code: "no_opt_in" },
  });
  expect(await arrivedAt(to, "sms")).toHaveLength(1);
});

it("a list of consents is recorded for addresses and profiles, an invalid item refused, and the later word holds", async () => {
  const key = await newKey();
  const [byNumber, byProfile, later] = [newCustomer(), newCustomer(), newCustomer()];
  const profileId = byProfile.fbMessengerId;
  await key.call("PUT", `/profiles/${profileId}`, byProfile);
  await key.call("PUT", `/profiles/${later.fbMessengerId}`, later);
  await key.call("PUT", `/profiles/${later.fbMessengerId}/consents/sms`, { state: "opted-in" });
  const answer = await key.call("POST", "/consents", [
    {
      to: { phoneNumber: byNumber.phoneNumber },
      channel: "sms",
      state: "opted-out",
      source: "the old system",
    },
    { to: { profileId }, state: "opted-out" },
    {
      to: { phoneNumber: later.phoneNumber },
      state: "opted-out",
      channel: "sms",
      at: "2020-01-01T00:00:00Z",
    },
    { to: { fbMessengerId: "anna" }, channel: "sms", state: "opted-out" },
    { to: { phoneNumber: "12" }, state: "out" },
    { to: { phoneNumber: byNumber.phoneNumber }, state: "opted-out", at: "2999-01-01T00:00:00Z" },
  ]);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      results: [
        { index: 0, status: 200 },
        { index: 1, status: 200 },
        { index: 2, status: 200 },
        { status: 400, errors: [{ path: "to", message: expect.stringContaining("phoneNumber") }] },
        { status: 400, errors: [{ path: "to.phoneNumber" }, { path: "state" }] },
        { status: 400, errors: [{ path: "at", code: "future" }] },
      ],
    },
  });
  const skipped = async ({ phoneNumber, fbMessengerId }: ReturnType<typeof newCustomer>) => {
    const message = { to: { phoneNumber, fbMessengerId }, body: "Hello", rules: ["fbMessenger", "sms"] };
    const { body } = await key.call("POST", "/messages/plan", message);
    return body.skipped.map(({ channel, code }: Record<string, string>) => [channel, code]);
  };
  expect(await skipped(byNumber)).toEqual([["sms", "opted_out"]]);
  expect(await skipped(byProfile)).toEqual([
    ["fbMessenger", "opted_out"],
    ["sms", "opted_out"],
  ]);
  expect(await skipped(later)).toEqual([]);
});

it("`npm run consents` records a spreadsheet's opt-outs, and keeps what was refused in a file", async () => {
  const customer = newCustomer();
  const csv = `to.phoneNumber;channel;state;source\n${customer.phoneNumber};sms;opted-out;the old system\nx;;opted-out;\n`;
  const file = temporaryFile("consents.csv", csv);
  const { status, stdout } = await run("consents", [file, "--local"], {
    environment: { API_PORT: new URL(api).port },
  });
  expect([status, stdout]).toEqual([1, expect.stringContaining("2 read, 1 accepted, 1 refused")]);
  expect(readFileSync(`${file}.failed.ndjson`, "utf8")).toContain('"path":"to.phoneNumber"');
  const plan = await call("POST", "/messages/plan", {
    to: customer,
    body: "Hello",
    rules: ["sms", "fbMessenger"],
  });
  expect(plan.body.skipped).toMatchObject([{ channel: "sms", code: "opted_out" }]);
});
