/** Customers who want no more messages, from outside: by their phones and by the API. */
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import {
  advanceClock,
  arrivedAt,
  type ChannelId,
  final,
  newCustomer,
  onPhone,
  postedFrom,
  setPhone,
} from "./service.ts";

async function newClient() {
  const [key, receiver] = [await newKey(), await startReceiver()];
  await key.call("PUT", "/webhook", { url: receiver.url, events: ["message.inbound", "consent.changed"] });
  const until = (messageId: string, statuses: readonly string[], advanceMs = 0) =>
    eventually(
      statuses.join(" or "),
      async () => (await key.call("GET", `/messages/${messageId}`)).body,
      ({ status }) => statuses.includes(status),
      async () => void (advanceMs > 0 && (await advanceClock(advanceMs))),
    );
  const untilEvents = (count: number) =>
    eventually(
      `${count} events`,
      async () => receiver.events(),
      (events) => events.length >= count,
    );
  return { key, untilEvents, until };
}

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
