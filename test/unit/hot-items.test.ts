/**
 * One item takes 1,000 writes a second, and three times as many are offered: by `HOT_ITEM_UNITS=1000` so many, else a tenth. What
 * many messages write into one item: a client's budget, a key's bucket, the counters of SMS and habits, a channel's circuit.
 */
import type { Context, SQSRecord } from "aws-lambda";
import Big from "big.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import { correctBudgets } from "../../functions/events/correct-budgets.ts";
import { countHabits } from "../../functions/events/count-habits.ts";
import { createCircuit } from "../../functions/hop/circuit-breaker.ts";
import { guarded } from "../../functions/http/guard.ts";
import { type HttpEvent, httpHandler, json } from "../../functions/http/handler.ts";
import type { Problem } from "../../functions/http/problem.ts";
import { createBudget } from "../../functions/ingest/budget.ts";
import type { IngestDependencies } from "../../functions/ingest/ingest-dependencies.ts";
import { createIngestQueue } from "../../functions/ingest/queue.ts";
import { createIngest } from "../../functions/ingest/single.ts";
import { createSmsLimit } from "../../functions/ingest/sms-limit.ts";
import { createBudgetsTable } from "../../functions/storage/budgets-table.ts";
import { createCircuitsTable } from "../../functions/storage/circuits-table.ts";
import { createCountersTable } from "../../functions/storage/counters-table.ts";
import { createHabitsTable } from "../../functions/storage/habits-table.ts";
import { limitItemWrites } from "./fixtures/hot-items.ts";
import { type LocalTables, nothingKnown, startTables } from "./fixtures/routing-in-process.ts";

const unitsPerSecond = Number(process.env.HOT_ITEM_UNITS ?? 100);
// At 1,000 some 50,000 calls of the local DynamoDB.
vi.setConfig({ testTimeout: 120_000 + unitsPerSecond * 2_000 });
const offered = 3 * unitsPerSecond;
const offeredSeconds = 3;
const all = offered * offeredSeconds;
const price = "0.04";
const paid = "0.01";

let tables: LocalTables;
/** Moved by hand alone: within a second as much happens as the machine can. */
let seconds: number;
let held: ReturnType<typeof limitItemWrites>;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
let owners = 0;
let owner: string;
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  seconds = 0;
  owner = `shop-${++owners}`;
  held = limitItemWrites(tables.client, { unitsPerSecond, now: () => now().getTime() });
});
const now = () => new Date(Date.parse("2030-01-01T00:00:00Z") + seconds * 1000);
const times = <One>(count: number, make: (index: number) => One) =>
  Array.from({ length: count }, (_, index) => make(index));

const started: string[] = [];
beforeEach(() => started.splice(0));
function accepting(): IngestDependencies {
  const budgets = createBudgetsTable(held.client, "counters");
  return {
    ...tables,
    ...nothingKnown,
    budget: createBudget({ budgetOf: async () => "1000000", budgets }),
    start: async ({ messageId }) => void started.push(messageId),
    deployment: { channels: channelById, missingAccounts: {} },
    prices: { sms: { default: price } },
    retentionDays: 30,
    now,
  };
}
const sms = { to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["sms"] };

/** The message reaches its customer, and costs less than was reserved. */
async function finished(messageId: string): Promise<{ before: Message; after: Message }> {
  const before = await tables.messages.get(messageId);
  if (before === undefined) throw new Error(`${messageId} is not stored`);
  const at = now().toISOString();
  const sent = {
    claimedAt: at,
    sentAt: at,
    deliveredAt: at,
    cost: { usd: paid, source: "provider" as const },
  };
  return { before, after: { ...before, attempts: { sms: sent }, finishedAt: at } };
}
const sumOf = (usd: string, count: number) => new Big(usd).times(count).toFixed();
const spent = () => createBudgetsTable(tables.client, "counters").spent(owner, now());

describe("a client with a budget that sends three times as fast as its item can be written", () => {
  it("over HTTP, throttled requests are answered that they may be repeated, and the sum is exact in the end", async () => {
    const handler = httpHandler(() => createIngest(accepting()));
    const correct = correctBudgets(createBudgetsTable(held.client, "counters"));
    const post = async (key: string) => {
      const event = {
        routeKey: "POST /messages",
        headers: { "idempotency-key": key },
        body: JSON.stringify(sms),
        isBase64Encoded: false,
        requestContext: { requestId: "r", authorizer: { lambda: { client: owner, scopes: ["send"] } } },
      } as unknown as HttpEvent;
      const { statusCode, body = "{}" } = await handler(event, {} as Context);
      return { key, statusCode, ...(JSON.parse(body) as { messageId?: string; title?: string }) };
    };
    const accepted = new Map<string, string>();
    let waiting: string[] = [];
    let finishedCount = 0;
    for (; accepted.size < all && seconds < 30; seconds++) {
      const fresh = seconds < offeredSeconds ? times(offered, (index) => `${owner}-${seconds}-${index}`) : [];
      // Some senders lost the answer, and send what is accepted again.
      const again = [...accepted.keys()].slice(-unitsPerSecond / 5);
      const answers = await Promise.all([...fresh, ...waiting, ...again].map(post));
      const taken = answers.flatMap(({ key, messageId }) => (messageId ? [{ key, messageId }] : []));
      const refused = answers.filter(({ messageId }) => messageId === undefined);
      for (const { statusCode, title } of refused)
        expect([statusCode, title]).toEqual([500, expect.stringContaining("with the same Idempotency-Key")]);
      waiting = refused.map(({ key }) => key).filter((key) => !accepted.has(key));
      expect(refused.filter(({ key }) => accepted.has(key))).toEqual([]);
      const newlyAccepted = taken.filter(({ key }) => !accepted.has(key));
      for (const { key, messageId } of taken) {
        expect(accepted.get(key) ?? messageId).toBe(messageId);
        accepted.set(key, messageId);
      }
      // The stream brings their ends in the same second, when its item is throttled.
      const done = newlyAccepted.slice(0, 10);
      finishedCount += done.length;
      await correct(await Promise.all(done.map(({ messageId }) => finished(messageId))));
    }
    expect(held.throttled()).toBeGreaterThan(all);
    expect([accepted.size, new Set(accepted.values()).size, new Set(started).size]).toEqual([all, all, all]);
    expect(seconds).toBeLessThanOrEqual(Math.ceil(all / unitsPerSecond / 0.95) + 1);
    await correct([]);
    const reserved = new Big(sumOf(price, all - finishedCount));
    expect(await spent()).toBe(reserved.plus(sumOf(paid, finishedCount)).toFixed());
  });

  it("from the queue, throttled messages are delivered again, none is parked, and the sum is exact in the end", async () => {
    const parked: string[] = [];
    const take = createIngestQueue({
      ...accepting(),
      park: async ({ messageId }) => void parked.push(messageId),
      defaultClient: owner,
      tries: 5,
    });
    /** Six times the function's time-out. */
    const visibilitySeconds = 180;
    const due = new Map<number, { messageId: string; receives: number }[]>();
    const comesAt = (second: number, messageId: string, receives: number) =>
      due.set(second, [...(due.get(second) ?? []), { messageId, receives }]);
    for (let second = 0; second < offeredSeconds; second++)
      for (let index = 0; index < offered; index++) comesAt(second, `${owner}-${second}-${index}`, 1);
    while (due.size > 0) {
      seconds = Math.min(...due.keys());
      const records = due.get(seconds) ?? [];
      due.delete(seconds);
      const batches = times(Math.ceil(records.length / 10), (index) =>
        records.slice(index * 10, index * 10 + 10),
      );
      await Promise.all(
        batches.map(async (batch) => {
          const Records = batch.map(({ messageId, receives }) => ({
            messageId,
            body: JSON.stringify(sms),
            messageAttributes: {},
            attributes: { ApproximateReceiveCount: `${receives}` },
          })) as unknown as SQSRecord[];
          const { batchItemFailures } = await take({ Records });
          for (const { itemIdentifier } of batchItemFailures) {
            const receives = batch.find(({ messageId }) => messageId === itemIdentifier)?.receives ?? 0;
            comesAt(seconds + visibilitySeconds, itemIdentifier, receives + 1);
          }
        }),
      );
    }
    expect(held.throttled()).toBeGreaterThanOrEqual(all);
    expect([parked, new Set(started).size]).toEqual([[], all]);
    expect(await spent()).toBe(sumOf(price, all));
  });
});

it("a budget that two simultaneous requests reserved twice, and that cannot be returned, does not fail the message", async () => {
  const dependencies = accepting();
  const { budget } = dependencies;
  const send = (id: string) =>
    createIngestQueue({
      ...dependencies,
      // Between its reservation and its message, the other one stores it.
      messages: { ...tables.messages, create: async () => false },
      budget,
      park: async () => {},
      defaultClient: owner,
      tries: 5,
    })({
      Records: [
        {
          messageId: id,
          body: JSON.stringify(sms),
          messageAttributes: {},
          attributes: { ApproximateReceiveCount: "1" },
        },
      ] as unknown as SQSRecord[],
    });
  const id = `${owner}-twice`;
  const first = createIngestQueue({ ...dependencies, park: async () => {}, defaultClient: owner, tries: 5 });
  await first({
    Records: [
      {
        messageId: id,
        body: JSON.stringify(sms),
        messageAttributes: {},
        attributes: { ApproximateReceiveCount: "1" },
      },
    ] as unknown as SQSRecord[],
  });
  for (let unit = 2; unit < unitsPerSecond; unit++) await budget.reserve(owner, price, now());
  expect(await send(id)).toEqual({ batchItemFailures: [] });
  expect(held.throttled()).toBe(1);
});

describe("a key with a rate limit", () => {
  it("a key keeps its rate limit even where it calls faster than its bucket can be written", async () => {
    const counters = createCountersTable(held.client, "counters");
    const handle = guarded({ scope: "send" }, async () => json(200, {}), { counters: () => counters, now });
    const rateLimit = unitsPerSecond / 10;
    const lambda = { client: owner, keyId: owner, scopes: ["send"], rateLimit };
    const event = { requestContext: { authorizer: { lambda } } } as unknown as HttpEvent;
    let passed = 0;
    for (; seconds < offeredSeconds; seconds++) {
      for (let asked = 0; asked < offered; asked += 5) {
        const answers = await Promise.all(
          times(5, () => handle(event, {} as Context).catch((problem: Problem) => problem)),
        );
        for (const answer of answers)
          if (!("status" in answer)) passed += 1;
          else expect(answer).toMatchObject({ status: 429, headers: { "retry-after": expect.any(String) } });
      }
    }
    expect(held.throttled()).toBeGreaterThan(unitsPerSecond);
    // What fits at once, then a second's worth a second.
    expect(passed).toBeLessThanOrEqual(rateLimit * offeredSeconds);
    expect(passed).toBeGreaterThanOrEqual(rateLimit);
  });
});

describe("statistics that cannot be written", () => {
  it("a throttled count of SMS to a prefix stops no message", async () => {
    const smsLimit = createSmsLimit({
      limits: { default: 100 },
      counters: {
        ...createCountersTable(held.client, "counters"),
        count: (count, step) =>
          createCountersTable(held.client, "counters").count({ ...count, limit: 1e6 }, step),
      },
      random: () => 0,
    });
    const reasons = await Promise.all(times(offered, () => smsLimit.consume(owner, "+447123123123", now())));
    expect(new Set(reasons)).toEqual(new Set([undefined]));
    expect(held.throttled()).toBe(offered - unitsPerSecond);
  });

  it("a throttled write of habits fails no batch of the stream", async () => {
    const habits = createHabitsTable(held.client, "habits");
    const count = countHabits({ habits, now });
    const changes = times(offered, (index) => {
      const after = {
        messageId: `${owner}-${index}`,
        client: owner,
        createdAt: now().toISOString(),
        fingerprint: "f",
        addresses: {},
        country: "GB",
        rules: ["sms"],
        route: [{ channel: "sms", timeoutSeconds: 60, until: "delivered" as const }],
        skipped: {},
        attempts: { sms: { claimedAt: now().toISOString(), failedAt: now().toISOString() } },
        ttl: 0,
      };
      return { before: undefined, after };
    });
    await Promise.all(changes.map((change) => count([change])));
    expect(held.throttled()).toBe(offered - unitsPerSecond);
  });
});

it("a circuit is probed by one of many instances, and only that one writes to it", async () => {
  const circuits = createCircuitsTable(held.client, "circuits");
  await circuits.open(owner, {
    since: now().toISOString(),
    closedUntil: now().toISOString(),
    pauseSeconds: 30,
  });
  const instance = () =>
    createCircuit({
      key: owner,
      options: { failuresToOpen: 5, clientsToOpen: 1, firstPauseSeconds: 30 },
      table: circuits,
      now,
      onChange: async () => {},
    });
  seconds = 1;
  const first = await instance().admit();
  const others = await Promise.all(times(offered, () => instance().admit()));
  expect(first).toEqual({ admitted: true, isProbe: true });
  expect(others.filter(({ admitted }) => admitted)).toEqual([]);
  expect(held.throttled()).toBe(0);
});
