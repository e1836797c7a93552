/** Webhooks of the Omnichannel API, from outside: what they are told, how they are signed, and how often they are called. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { type Key, newKey } from "./keys.ts";
import { startReceiver } from "./receiver.ts";
import { advanceClock, newCustomer, onPhone, setPhone } from "./service.ts";

interface Envelope {
  eventId: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the payload has is what these tests say.
  payload: any;
  timestamp: string;
}
const secret = "a-secret-of-16-chars";
const signatureOf = (body: string) => createHmac("sha1", secret).update(body).digest("hex");
const day = 24 * 3600 * 1000;

/** A client with a receiver and its webhook. */
async function subscribed(changes: object = {}) {
  const [key, receiver] = [await newKey(), await startReceiver()];
  const made = await key.call("POST", "/cpaas/webhooks", {
    name: "crm",
    url: receiver.url,
    secret,
    ...changes,
  });
  expect(made.status).toBe(201);
  const bodies = () => receiver.accepted.map(({ body }) => JSON.parse(body) as Envelope | Envelope[]);
  const events = () => bodies().flat();
  return { key, receiver, made, bodies, events };
}
const only = (type: string, ...filters: { name: string; value: string }[]) => ({
  subscriptions: [{ type, ...(filters.length > 0 ? { filters } : {}) }],
});

async function sendWith(key: Key, changes: object = {}) {
  const customer = newCustomer();
  const to = { phoneNumber: customer.phoneNumber.slice(1), fbMessengerId: customer.fbMessengerId };
  const message = { body: "Told of", to, rules: ["sms"], ...changes };
  const { status, body } = await key.call("POST", "/cpaas/messages", message);
  expect(status).toBe(201);
  return { customer, messageId: String(body.messageId) };
}
/** The clock moves until it is there: a list waits for it. */
const untilTold = (events: () => Envelope[], count: number) =>
  eventually(
    `${count} events`,
    async () => events(),
    (all) => all.length >= count,
    async () => void (await advanceClock(1000)),
  );

describe("an event of a webhook that was made by the Omnichannel API", () => {
  it("has its envelope, and the HMAC-SHA1 of its very body", async () => {
    const { key, receiver, events } = await subscribed();
    const { messageId } = await sendWith(key, { metadata: { order: 7 }, conversationId: "c 1" });
    const told = await untilTold(events, 2);
    for (const { headers, body } of receiver.accepted)
      expect(headers["x-comapi-signature"]).toBe(signatureOf(body));
    expect(told.map(({ name }) => name).sort()).toEqual(["message.delivered", "message.sent"]);
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(2);
    expect(told[0]).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      accountId: key.client,
      apiSpaceId: key.client,
      name: expect.any(String),
      payload: expect.objectContaining({
        id: messageId,
        metadata: { order: 7 },
        conversationId: "c 1",
        details: expect.objectContaining({ channel: "sms" }),
      }),
      revision: expect.any(Number),
      etag: expect.any(String),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(receiver.accepted.map(({ body }) => body).join()).not.toContain("Told of");
  });

  it("is told to those of several webhooks whose filters it fits", async () => {
    const { key, events } = await subscribed(
      only("message.delivered", { name: "channel", value: "fbMessenger" }),
    );
    const all = await startReceiver();
    await key.call("POST", "/cpaas/webhooks", { name: "all", url: all.url });
    await sendWith(key);
    const { messageId } = await sendWith(key, { rules: ["fbMessenger"] });
    await untilTold(() => all.accepted.map(({ body }) => JSON.parse(body)), 4);
    await advanceClock(60_000);
    expect(events().map(({ name, payload }) => [name, payload.messageId])).toEqual([
      ["message.delivered", messageId],
    ]);
    expect(all.accepted.map(({ headers }) => headers["x-comapi-signature"])).toEqual(
      all.accepted.map(() => undefined),
    );
  });

  it("tells what cancels, resolves and expires a message in their words, and what never was sent", async () => {
    const { key, events } = await subscribed();
    const waiting = async (changes: object = {}) => {
      const customer = newCustomer();
      await setPhone(customer, "whatsApp", { delivers: false });
      const to = { phoneNumber: customer.phoneNumber };
      const { body } = await key.call("POST", "/cpaas/messages", {
        ...{ body: "Hi", to, rules: ["whatsApp"] },
        ...changes,
      });
      return String(body.messageId);
    };
    const [cancelled, resolved] = [await waiting(), await waiting({ conversationId: "order 7" })];
    const expiresOn = new Date(Date.parse(await advanceClock(0)) + 200_000).toISOString();
    const expired = await waiting({ expiresOn });
    const skipped = await waiting({ rules: ["viber"] });
    expect((await key.call("DELETE", `/messages/${cancelled}`)).status).toBe(202);
    await key.call("POST", "/messages/resolve", { reference: "order 7" });
    await advanceClock(600_000);
    await untilTold(events, 7);
    const endOf = (id: string) =>
      events()
        .filter(({ payload, name }) => payload.messageId === id && name !== "message.sent")
        .map(({ name, payload }) => [name, payload.status]);
    expect(endOf(cancelled)).toEqual([["message.failed", "failed"]]);
    expect(endOf(resolved)).toEqual([["message.failed", "failed"]]);
    expect(endOf(expired)).toEqual([["message.expired", "expired"]]);
    expect(endOf(skipped)).toEqual([["message.failed", "failed"]]);
    for (const [id, status] of [
      [cancelled, "failed"],
      [resolved, "failed"],
      [expired, "expired"],
      [skipped, "failed"],
    ])
      expect((await key.call("GET", `/cpaas/messages/${id}`)).body.status).toBe(status);
  });

  it("tells what a customer wrote", async () => {
    const { key, events } = await subscribed(only("message.inbound"));
    const { customer, messageId } = await sendWith(key, { rules: ["fbMessenger"], metadata: { order: 7 } });
    await advanceClock(1000);
    await onPhone(customer, "fbMessenger", "messages", { body: "Thanks" });
    const [told] = await untilTold(events, 1);
    expect(told?.payload).toMatchObject({
      channel: "fbMessenger",
      body: "Thanks",
      messageParts: [{ type: "text/plain", data: "Thanks" }],
      correlation: { messageId },
      metadata: { order: 7 },
    });
  });

  it("tells of profiles", async () => {
    const { key, events } = await subscribed();
    await key.call("POST", "/cpaas/profiles", { id: "ann", name: "Ann" });
    await key.call("PATCH", "/cpaas/profiles/ann", { name: "Anna" });
    await key.call("DELETE", "/cpaas/profiles/ann");
    const told = await untilTold(events, 3);
    expect(told.map(({ name, payload }) => [name, payload.id]).sort()).toEqual([
      ["profile.create", "ann"],
      ["profile.delete", "ann"],
      ["profile.update", "ann"],
    ]);
  });
});

describe("a call of an Omnichannel webhook", () => {
  /** https://docs.cpaas.dotdigital.com/reference/webhooks, as read in their documentation. */
  const seconds = [5, 5, 30, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, ...Array(5).fill(14_400)];

  it("that fails is made again at their times over 24 hours, then no more", async () => {
    const { key, receiver } = await subscribed(only("message.delivered"));
    receiver.status = 500;
    await sendWith(key);
    await eventually(
      "the first call",
      async () => receiver.calls,
      (calls) => calls > 0,
    );
    await advanceClock(day + 3_600_000);
    expect(receiver.at).toHaveLength(1 + seconds.length);
    const gaps = receiver.at.slice(1).map((at, index) => (at - (receiver.at[index] ?? 0)) / 1000);
    // The queue hands over what came within a second. While the first waits, the machine's own time goes on as well.
    for (const [index, pause] of seconds.entries()) {
      expect(gaps[index]).toBeGreaterThanOrEqual(pause);
      if (index > 0) expect(gaps[index]).toBeLessThan(pause + 5);
    }
    receiver.status = 200;
    await advanceClock(day);
    expect(receiver.calls).toBe(1 + seconds.length);
  });

  it("that is answered 400 is never made again", async () => {
    const { key, receiver } = await subscribed(only("message.delivered"));
    receiver.status = 400;
    await sendWith(key);
    await eventually(
      "the call",
      async () => receiver.calls,
      (calls) => calls > 0,
    );
    receiver.status = 200;
    await advanceClock(day);
    expect(receiver.calls).toBe(1);
  });

  it.each([401, 404, 302, 503])("that is answered %i is made again, with the same body", async (status) => {
    const { key, receiver } = await subscribed(only("message.delivered"));
    receiver.status = status;
    await sendWith(key);
    await eventually(
      "the call",
      async () => receiver.calls,
      (calls) => calls > 0,
    );
    receiver.status = 204;
    await advanceClock(60_000);
    expect(receiver.accepted).toHaveLength(1);
    expect(receiver.bodies[0]).toBe(receiver.accepted[0]?.body);
  });

  it("carries a list of its size at most, when its time is over", async () => {
    const { key, receiver, bodies } = await subscribed({
      ...only("message.delivered"),
      batch: true,
      maxBatchSize: 3,
      batchTimeout: 60,
    });
    // To the second half of a period: a call that did not wait for its end would come in it.
    await advanceClock(95_000 - (Date.parse(await advanceClock(0)) % 60_000));
    const messages = Array.from({ length: 7 }, () => {
      const to = { phoneNumber: newCustomer().phoneNumber };
      return { to, rules: ["sms"], body: "Told of" };
    });
    const sent = await key.call("POST", "/cpaas/messages/batch", messages);
    const told = await eventually(
      "an event of each",
      async () => (bodies() as Envelope[][]).flat(),
      (all) => all.length === 7,
      async () => void (await advanceClock(10_000)),
    );
    const idsOf = (all: { messageId: string }[]) => all.map(({ messageId }) => messageId).sort();
    expect(idsOf(told.map(({ payload }) => payload))).toEqual(idsOf(sent.body));
    expect(receiver.at.filter((at) => at % 60_000 > 30_000)).toEqual([]);
    const sizes = (bodies() as Envelope[][]).map(({ length }) => length);
    expect([Math.max(...sizes) > 1, sizes.every((size) => size <= 3)]).toEqual([true, true]);
    for (const { headers, body } of receiver.accepted)
      expect(headers["x-comapi-signature"]).toBe(signatureOf(body));
  });
});

it("a webhook is listed, shown, replaced by its version and deleted, and tells nothing then", async () => {
  const { key, receiver, made } = await subscribed();
  const path = `/cpaas/webhooks/${made.body.id}`;
  const shown = await key.call("GET", path);
  expect([shown.status, shown.body]).toEqual([200, made.body]);
  expect((await key.call("GET", "/cpaas/webhooks")).body).toEqual([made.body]);
  const etag = shown.headers.get("etag") ?? "";
  const other = { name: "other", url: receiver.url };
  const replaced = await key.call("PUT", path, other, { "if-match": etag });
  expect([replaced.status, replaced.body.name, replaced.body.secret]).toEqual([200, "other", undefined]);
  expect((await key.call("PUT", path, other, { "if-match": etag })).status).toBe(412);
  expect((await key.call("DELETE", path, undefined, { "if-match": etag })).status).toBe(412);
  expect((await (await newKey()).call("GET", path)).status).toBe(404);
  expect((await key.call("DELETE", path)).status).toBe(204);
  expect((await key.call("GET", path)).status).toBe(404);
  const events = (await key.call("GET", "/cpaas/webhooks/availableevents")).body;
  expect(events.map(({ type }: { type: string }) => type)).toContain("message.inbound");
  expect((await key.call("GET", "/cpaas/webhooks/availabletemplates")).status).toBe(200);
  await sendWith(key);
  await advanceClock(60_000);
  expect(receiver.calls).toBe(0);
  const unsafe = await key.call("POST", "/cpaas/webhooks", { name: "x", url: "https://10.0.0.1/" });
  expect([unsafe.status, unsafe.body.errors[0].path]).toEqual([400, "url"]);
});
