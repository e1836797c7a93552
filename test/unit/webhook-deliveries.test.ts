/** Telling clients' webhooks: what is tried again and when, who waits, what is parked; signatures by the library's own verifier. */
import type { SQSRecord } from "aws-lambda";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { type ClientWebhook, changedWebhook, secretsAt } from "../../functions/client-webhook/webhook.ts";
import { type Call, signedHeaders } from "../../functions/webhook-deliveries/call.ts";
import type { Delivery } from "../../functions/webhook-deliveries/delivery.ts";
import { createWebhookDeliveries } from "../../functions/webhook-deliveries/handler.ts";

const start = new Date("2030-01-01T00:00:00Z");
const event = (client: string, sequence: number) => ({
  client,
  id: `m/${sequence}`,
  type: "message.sent",
  payload: JSON.stringify({ sequence }),
});

/** The queue, the table and the receivers of one test; `receive` hands over what is due, until nothing is. */
function world(answer: (call: Call) => number | Error) {
  let now = start;
  const webhooks = new Map<string, ClientWebhook>();
  const add = (client: string) =>
    webhooks.set(client, changedWebhook(undefined, { url: `https://${client}.example/` }, start));
  let queue: { at: number; body: string }[] = [];
  const parked: { body: string; reason: string }[] = [];
  const calls: Call[] = [];
  const change = (client: string, seen: ClientWebhook, changes: Partial<ClientWebhook>) => {
    const current = webhooks.get(client);
    if (current?.url === seen.url) webhooks.set(client, { ...current, ...changes });
  };
  const put = (delivery: object, delaySeconds = 0) =>
    queue.push({ at: now.getTime() + delaySeconds * 1000, body: JSON.stringify(delivery) });
  const handle = createWebhookDeliveries({
    webhooks: {
      get: async (client) => webhooks.get(client),
      claimCall: async (client, seen, until) => {
        if (webhooks.get(client)?.retryAt !== seen.retryAt) return false;
        change(client, seen, { retryAt: until.toISOString() });
        return true;
      },
      failed: async (client, seen, at, retryAt) => {
        const { failures = 0, failingSince = at.toISOString() } = webhooks.get(client) ?? {};
        change(client, seen, {
          failures: failures + 1,
          failingSince,
          ...(retryAt ? { retryAt: retryAt.toISOString() } : {}),
        });
      },
      recovered: async (client, seen) => {
        const { failingSince, retryAt, ...kept } = webhooks.get(client) ?? seen;
        webhooks.set(client, { ...kept, failures: 0 });
      },
      switchOff: async (client, seen, at) => change(client, seen, { offSince: at.toISOString() }),
    },
    queue: { enqueueIn: async (seconds, delivery) => void put(delivery, seconds) },
    park: async ({ body }, _, reason) => void parked.push({ body, reason }),
    call: async (call) => {
      calls.push(call);
      const given = answer(call);
      if (typeof given === "number") return given;
      throw given;
    },
    now: () => now,
  });
  const receive = async () => {
    for (let rounds = 0; rounds < 2000; rounds++) {
      const due = queue.filter(({ at }) => at <= now.getTime()).slice(0, 10);
      if (due.length === 0) return;
      queue = queue.filter((one) => !due.includes(one));
      const Records = due.map(({ body }, index) => ({
        messageId: String(index),
        body,
        attributes: { SentTimestamp: String(start.getTime()) },
        messageAttributes: {},
      })) as unknown as SQSRecord[];
      expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
    }
  };
  const advance = async (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
    await receive();
  };
  return { add, put, receive, advance, calls, parked, webhooks, waiting: () => queue.length };
}

describe("an event", () => {
  it("is told once where the receiver takes it, and to nobody where there is no webhook", async () => {
    const { add, put, receive, calls, waiting } = world(() => 204);
    add("shop");
    put(event("shop", 1));
    put(event("other", 1));
    await receive();
    expect(calls.map(({ id }) => id)).toEqual(["m/1"]);
    expect(waiting()).toBe(0);
  });

  it("is told after its receiver was down for a day", async () => {
    let isDown = true;
    const told: string[] = [];
    const { add, put, receive, advance, parked } = world(({ id }) => {
      if (isDown) return new Error("ECONNREFUSED");
      told.push(id);
      return 200;
    });
    add("shop");
    for (const sequence of [1, 2, 3, 4, 5]) put(event("shop", sequence));
    await receive();
    for (let quarters = 0; quarters < 95; quarters++) await advance(900);
    isDown = false;
    for (let minutes = 0; minutes < 20; minutes++) await advance(60);
    expect(told.sort()).toEqual(["m/1", "m/2", "m/3", "m/4", "m/5"]);
    expect(parked).toEqual([]);
  });

  it("is parked once 24 hours are over, and begins anew where it is put back", async () => {
    const { add, put, receive, advance, parked, waiting } = world(() => 500);
    add("shop");
    put(event("shop", 1));
    await receive();
    for (let quarters = 0; quarters < 95; quarters++) await advance(900);
    expect(parked).toEqual([]);
    for (let quarters = 0; quarters < 4; quarters++) await advance(900);
    expect(waiting()).toBe(0);
    expect(parked).toMatchObject([{ reason: expect.stringMatching(/^after \d+ tries: 500$/) }]);
    const again: Partial<Delivery> = JSON.parse(parked[0]?.body ?? "");
    expect(again).toEqual(event("shop", 1));
  });

  it.each([301, 307, 400, 404, 429, 500])("is tried again after %i", async (status) => {
    const { add, put, receive, waiting } = world(() => status);
    add("shop");
    put(event("shop", 1));
    await receive();
    expect(waiting()).toBe(1);
  });
});

it("410 switches the webhook off: what waits is dropped", async () => {
  const { add, put, receive, advance, calls, webhooks, waiting } = world(() => 410);
  add("shop");
  put(event("shop", 1));
  await receive();
  expect(webhooks.get("shop")?.offSince).toBeDefined();
  put(event("shop", 2));
  await advance(1);
  expect([calls.length, waiting()]).toEqual([1, 0]);
});

it("a dead receiver with many events costs few calls, and holds up nobody", async () => {
  const { add, put, receive, advance, calls } = world(({ url }) =>
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

describe("a signature", () => {
  const now = new Date();
  const first = changedWebhook(undefined, { url: "https://shop.example/" }, now);
  const rotated = changedWebhook(first, { url: "https://shop.example/", rotateSecret: true }, now);
  const payload = '{"specversion":"1.0"}';
  const headersAt = (webhook: ClientWebhook, at: Date) => ({
    ...signedHeaders({ secrets: secretsAt(webhook, at), id: "m/1", payload, now }),
  });

  it("is one that the library's own verifier takes, for this body alone", () => {
    const headers = headersAt(first, now);
    expect(new Webhook(first.secret).verify(payload, headers)).toEqual({ specversion: "1.0" });
    expect(() => new Webhook(first.secret).verify(`${payload} `, headers)).toThrow();
    expect(() => new Webhook(rotated.secret).verify(payload, headers)).toThrow();
  });

  it("is by both secrets for a day after a new one was made", () => {
    for (const { secret } of [first, rotated]) new Webhook(secret).verify(payload, headersAt(rotated, now));
    const later = new Date(now.getTime() + 24 * 3600 * 1000);
    new Webhook(rotated.secret).verify(payload, headersAt(rotated, later));
    expect(() => new Webhook(first.secret).verify(payload, headersAt(rotated, later))).toThrow();
  });

  it("keeps its secret where only the address changes", () => {
    expect(changedWebhook(rotated, { url: "https://new.example/" }, now)).toMatchObject({
      secret: rotated.secret,
      previousSecret: first.secret,
    });
  });
});
