/** Telling clients' webhooks: what is tried again and when, who waits, what is parked; signatures by the library's own verifier. */
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import type { WebhookDelivery } from "../../functions/domain/events/webhook-delivery.ts";
import {
  changedSubscription,
  secretsAt,
  type WebhookSubscription,
} from "../../functions/domain/events/webhook-subscription.ts";
import { type Answer, signedHeaders } from "../../functions/events/webhooks/call.ts";
import { secondsOfRetryAfter } from "../../functions/events/webhooks/schedule.ts";
import { createWebhookWorld, event } from "./fixtures/webhook-world.ts";

describe("a webhook delivery", () => {
  it("an event is delivered once to a receiver that accepts it, and not at all without a subscription", async () => {
    const { add, put, receive, calls, waiting } = createWebhookWorld(() => 204);
    add("shop");
    put(event("shop", 1));
    put(event("other", 1));
    await receive();
    expect(calls.map(({ id }) => id)).toEqual(["m/1"]);
    expect(waiting()).toBe(0);
  });

  it("events are delivered after their receiver was down for a day", async () => {
    let isDown = true;
    const delivered: string[] = [];
    const { add, put, receive, advance, parked } = createWebhookWorld(({ id }) => {
      if (isDown) return new Error("ECONNREFUSED");
      delivered.push(id);
      return 200;
    });
    add("shop");
    for (const sequence of [1, 2, 3, 4, 5]) put(event("shop", sequence));
    await receive();
    for (let quarters = 0; quarters < 95; quarters++) await advance(900);
    isDown = false;
    for (let minutes = 0; minutes < 20; minutes++) await advance(60);
    expect(delivered.sort()).toEqual(["m/1", "m/2", "m/3", "m/4", "m/5"]);
    expect(parked).toEqual([]);
  });

  it("an event is parked after 24 hours, and has another 24 hours when it is redriven", async () => {
    const { add, put, receive, advance, parked, waiting } = createWebhookWorld(() => 500);
    add("shop");
    put(event("shop", 1));
    await receive();
    for (let quarters = 0; quarters < 95; quarters++) await advance(900);
    expect(parked).toEqual([]);
    for (let quarters = 0; quarters < 4; quarters++) await advance(900);
    expect(waiting()).toBe(0);
    expect(parked).toMatchObject([{ reason: expect.stringMatching(/^after \d+ tries: 500$/) }]);
    const again: Partial<WebhookDelivery> = JSON.parse(parked[0]?.body ?? "");
    expect(again).toEqual(event("shop", 1));
  });

  it.each([301, 307, 400, 404, 429, 500])("a delivery that is answered %i is tried again", async (status) => {
    const { add, put, receive, waiting } = createWebhookWorld(() => status);
    add("shop");
    put(event("shop", 1));
    await receive();
    expect(waiting()).toBe(1);
  });
});

describe("Retry-After", () => {
  const start = Date.parse("2026-11-24T10:00:00Z");
  it.each<[string, Answer, number]>([
    ["of 429 in seconds", { status: 429, retryAfter: "120" }, 120],
    ["of 503 as a date", { status: 503, retryAfter: "Tue, 24 Nov 2026 10:02:00 GMT" }, 120],
    ["in the past", { status: 429, retryAfter: "Tue, 24 Nov 2026 09:00:00 GMT" }, 0],
    ["that is neither seconds nor a date", { status: 429, retryAfter: "soon" }, 0],
    ["of any other status", { status: 500, retryAfter: "120" }, 0],
    ["that is missing", { status: 429 }, 0],
  ])("a Retry-After %s is read as seconds to wait", (_, answer, seconds) => {
    expect(secondsOfRetryAfter(answer, new Date(start))).toBe(seconds);
  });

  it("a delivery waits for Retry-After, up to the longest delay of SQS", async () => {
    let retryAfter = "120";
    const { add, put, receive, advance, calls } = createWebhookWorld(() => ({ status: 429, retryAfter }));
    add("shop");
    put(event("shop", 1));
    await receive();
    await advance(119);
    expect(calls).toHaveLength(1);
    retryAfter = "86400";
    await advance(1);
    expect(calls).toHaveLength(2);
    await advance(899);
    expect(calls).toHaveLength(2);
    await advance(1);
    expect(calls).toHaveLength(3);
  });

  it("Retry-After delays the receiver's other events once it has failed three times", async () => {
    const { add, put, receive, advance, calls } = createWebhookWorld(() => ({
      status: 429,
      retryAfter: "600",
    }));
    add("shop");
    for (const sequence of [1, 2, 3]) {
      put({ ...event("shop", sequence), order: undefined });
      await receive();
    }
    expect(calls).toHaveLength(3);
    put({ ...event("shop", 4), order: undefined });
    await advance(599);
    expect(calls).toHaveLength(3);
    await advance(1);
    expect(calls).toHaveLength(4);
  });
});

it("410 switches the subscription off, and waiting events are dropped", async () => {
  const { add, put, receive, advance, calls, subscriptions, waiting } = createWebhookWorld(() => 410);
  add("shop");
  put(event("shop", 1));
  await receive();
  expect(subscriptions.get("shop")?.offSince).toBeDefined();
  put(event("shop", 2));
  await advance(1);
  expect([calls.length, waiting()]).toEqual([1, 0]);
});

it("a receiver that is down costs few calls whatever its number of events, and delays no other receiver", async () => {
  const { add, put, receive, advance, calls } = createWebhookWorld(({ url }) =>
    url.hostname.startsWith("dead") ? new Error("no answer") : 200,
  );
  add("dead");
  add("good");
  for (let sequence = 1; sequence <= 500; sequence++) put(event("dead", sequence));
  put(event("good", 1));
  await receive();
  const to = (name: string) => calls.filter(({ url }) => url.hostname.startsWith(name)).length;
  expect([to("dead"), to("good")]).toEqual([11, 1]);
  for (let quarters = 0; quarters < 8; quarters++) await advance(900);
  expect(to("dead")).toBeLessThan(25);
});

describe("the order of one message's events", () => {
  const quarter = 900;
  it("events are delivered in order and once each after their receiver was down for a day, including those that came meanwhile", async () => {
    let isDown = true;
    const delivered: string[] = [];
    const { add, put, receive, advance, parked, waiting } = createWebhookWorld(({ id }) => {
      if (isDown) return 503;
      delivered.push(id);
      return 200;
    });
    add("shop");
    const messages = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const message of messages) put(event("shop", 2, message));
    await receive();
    for (let quarters = 0; quarters < 90; quarters++) {
      // The queue does not keep the order: the last comes before the first that is left.
      if (quarters === 30) for (const message of messages) put(event("shop", 7, message));
      if (quarters === 31) for (const message of messages) put(event("shop", 4, message));
      await advance(quarter);
    }
    isDown = false;
    for (let minutes = 0; minutes < 60; minutes++) await advance(60);
    for (const message of messages)
      expect(delivered.filter((id) => id.startsWith(`${message}/`))).toEqual(
        [2, 4, 7].map((sequence) => `${message}/${sequence}`),
      );
    expect([delivered.length, parked.length, waiting()]).toEqual([60, 0, 0]);
  });

  it("later events are delivered after an earlier one was parked", async () => {
    const delivered: string[] = [];
    const { add, put, receive, advance, parked, waiting } = createWebhookWorld(({ id }) => {
      if (id === "m/2") return 500;
      delivered.push(id);
      return 200;
    });
    add("shop");
    put(event("shop", 2, "m"));
    await receive();
    for (let quarters = 0; quarters < 80; quarters++) await advance(quarter);
    put(event("shop", 3, "m"));
    put(event("shop", 2, "other"));
    for (let minutes = 0; minutes < 30; minutes++) await advance(60);
    expect(delivered).toEqual(["other/2"]);
    for (let quarters = 0; quarters < 18; quarters++) await advance(quarter);
    expect(delivered).toEqual(["other/2", "m/3"]);
    expect(parked.map(({ body }) => JSON.parse(body))).toEqual([event("shop", 2, "m")]);
    expect(waiting()).toBe(0);
  });

  it("events in one batch are delivered one after the other, and the later ones wait where the first fails", async () => {
    const open: string[] = [];
    const most = { open: 0 };
    let fails = true;
    const delivered: string[] = [];
    const { add, put, receive, advance } = createWebhookWorld(async ({ id }) => {
      open.push(id);
      most.open = Math.max(most.open, open.length);
      await Promise.resolve();
      open.pop();
      if (fails) return 500;
      delivered.push(id);
      return 200;
    });
    add("shop");
    for (const sequence of [4, 3, 2]) put(event("shop", sequence, "m"));
    await receive();
    expect([delivered, most.open]).toEqual([[], 1]);
    fails = false;
    for (let minutes = 0; minutes < 5; minutes++) await advance(60);
    expect([delivered, most.open]).toEqual([["m/2", "m/3", "m/4"], 1]);
  });

  it("events are delivered in order where the subscription is deleted and set again while they wait", async () => {
    let isDown = true;
    const delivered: string[] = [];
    const { add, put, receive, advance, subscriptions } = createWebhookWorld(({ id }) => {
      if (isDown) return 503;
      delivered.push(id);
      return 200;
    });
    add("shop");
    put(event("shop", 2, "m"));
    await receive();
    subscriptions.delete("shop");
    add("shop");
    isDown = false;
    await advance(60);
    expect(delivered).toEqual(["m/2"]);
    // The receiver fails once more: the next event must not wait for one that was delivered.
    isDown = true;
    put(event("shop", 3, "m"));
    await receive();
    isDown = false;
    for (let minutes = 0; minutes < 5; minutes++) await advance(60);
    expect(delivered).toEqual(["m/2", "m/3"]);
  });

  it("an event does not wait for one that was parked by its first call, a day after it came on the queue", async () => {
    const delivered: string[] = [];
    let isDown = true;
    const { add, put, receive, advance, parked } = createWebhookWorld(({ id }) => {
      if (isDown) return 503;
      delivered.push(id);
      return 200;
    });
    add("shop");
    put(event("shop", 2, "m"));
    await advance(24 * 3600);
    expect(parked).toHaveLength(1);
    isDown = false;
    put(event("shop", 3, "m"));
    await receive();
    expect(delivered).toEqual(["m/3"]);
  });

  it("the order costs no write while the receiver accepts the events", async () => {
    const { add, put, receive, writes, calls } = createWebhookWorld(() => 200);
    add("shop");
    for (let sequence = 2; sequence < 40; sequence++) put(event("shop", sequence, "m"));
    await receive();
    expect([calls.length, writes.order]).toEqual([38, 0]);
  });
});

describe("the signature of a webhook delivery", () => {
  const now = new Date();
  const first = changedSubscription(undefined, { url: "https://shop.example/" }, now);
  const rotated = changedSubscription(first, { url: "https://shop.example/", rotateSecret: true }, now);
  const payload = '{"specversion":"1.0"}';
  const headersAt = (subscription: WebhookSubscription, at: Date) => ({
    ...signedHeaders({ secrets: secretsAt(subscription, at), id: "m/1", payload, now }),
  });

  it("a signature is valid for its body alone, by the Standard Webhooks library", () => {
    const headers = headersAt(first, now);
    expect(new Webhook(first.secret).verify(payload, headers)).toEqual({ specversion: "1.0" });
    expect(() => new Webhook(first.secret).verify(`${payload} `, headers)).toThrow();
    expect(() => new Webhook(rotated.secret).verify(payload, headers)).toThrow();
  });

  it("deliveries are signed with both secrets for a day after a new one was made", () => {
    for (const { secret } of [first, rotated]) new Webhook(secret).verify(payload, headersAt(rotated, now));
    const later = new Date(now.getTime() + 24 * 3600 * 1000);
    new Webhook(rotated.secret).verify(payload, headersAt(rotated, later));
    expect(() => new Webhook(first.secret).verify(payload, headersAt(rotated, later))).toThrow();
  });

  it("a subscription keeps its secret where only the URL changes", () => {
    expect(changedSubscription(rotated, { url: "https://new.example/" }, now)).toMatchObject({
      secret: rotated.secret,
      previousSecret: first.secret,
    });
  });
});
