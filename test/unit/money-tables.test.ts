/** Habits and budgets on the real tables: what comes twice counts once, and no two reservations share the same room. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import { planRoute } from "../../functions/domain/route/plan-route.ts";
import { correctBudgets } from "../../functions/events/correct-budgets.ts";
import { countHabits } from "../../functions/events/count-habits.ts";
import { createBudget } from "../../functions/ingest/budget.ts";
import { createBudgetsTable } from "../../functions/storage/budgets-table.ts";
import { createClientsTable } from "../../functions/storage/clients-table.ts";
import { createHabitsTable } from "../../functions/storage/habits-table.ts";
import { setBudget } from "../../infra/commands/budgets/budget-items.ts";
import { type LocalTables, startTables } from "./fixtures/routing-in-process.ts";

let tables: LocalTables;
let client: DynamoDBClient;
beforeAll(async () => {
  tables = await startTables();
  client = tables.client;
});
afterAll(() => tables.stop());

const now = new Date("2030-01-01T12:00:00Z");
let names = 0;
const newName = () => `client-${++names}`;

describe("a budget", () => {
  it("has room for as many at once as fit, and no more", async () => {
    const budgets = createBudgetsTable(client, "counters");
    const clientId = newName();
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => budgets.reserve(clientId, "0.1", "0.75", now)),
    );
    expect(taken.filter(Boolean)).toHaveLength(7);
    expect(await budgets.spent(clientId, now)).toBe("0.7");
    expect(await budgets.reserve(clientId, "0.05", "0.75", now)).toBe(true);
    expect(await budgets.spent(clientId, now)).toBe("0.75");
  });

  it("refuses what is more than the whole of it", async () => {
    expect(await createBudgetsTable(client, "counters").reserve(newName(), "2", "1.99", now)).toBe(false);
  });

  it("begins anew at midnight UTC", async () => {
    const budgets = createBudgetsTable(client, "counters");
    const clientId = newName();
    expect(await budgets.reserve(clientId, "1", "1", now)).toBe(true);
    expect(await budgets.reserve(clientId, "1", "1", new Date("2030-01-01T23:59:59.999Z"))).toBe(false);
    expect(await budgets.reserve(clientId, "1", "1", new Date("2030-01-02T00:00:00Z"))).toBe(true);
  });

  it("is corrected once by a batch that comes twice", async () => {
    const budgets = createBudgetsTable(client, "counters");
    const clientId = newName();
    await budgets.reserve(clientId, "1", "1", now);
    for (const batch of ["one", "one", "two"]) await budgets.correct(clientId, now, "-0.3", batch);
    expect(await budgets.spent(clientId, now)).toBe("0.4");
  });

  it("is exact to the last decimal", async () => {
    const budgets = createBudgetsTable(client, "counters");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9999 }), { maxLength: 5 }), async (amounts) => {
        const clientId = newName();
        for (const amount of amounts) await budgets.reserve(clientId, (amount / 1e7).toFixed(7), "1000", now);
        const sum = amounts.reduce((total, amount) => total + amount, 0);
        expect(Number(await budgets.spent(clientId, now)).toFixed(7)).toBe((sum / 1e7).toFixed(7));
      }),
      { numRuns: 20 },
    );
  });

  it("that is changed holds a minute later; a client without one writes nothing", async () => {
    const clientId = newName();
    const clients = createClientsTable(client, "clients");
    const budgets = createBudgetsTable(client, "counters");
    const budget = createBudget({ budgetOf: clients.budget, budgets });
    expect(await budget.reserve(clientId, "5", now)).toEqual({ reserved: undefined });
    expect(await budgets.spent(clientId, now)).toBe("0");
    await setBudget(client, "clients", clientId, "5");
    expect(await budget.reserve(clientId, "5", new Date(now.getTime() + 59_999))).toEqual({
      reserved: undefined,
    });
    const later = new Date(now.getTime() + 60_000);
    expect(await budget.reserve(clientId, "5", later)).toEqual({ reserved: "5" });
    expect(await budget.reserve(clientId, "0.01", later)).toMatchObject({
      refused: {
        status: 429,
        headers: { "retry-after": String(12 * 3600 - 60) },
        errors: [{ message: expect.stringContaining("5 USD are spent or reserved") }],
      },
    });
  });
});

it("what cannot be written fails no batch: it would come again, and count twice", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const written: string[] = [];
  const fails = async (what: string) => {
    if (what.includes("bank")) throw new Error("DynamoDB is not to be reached");
    written.push(what);
  };
  const after = (client: string): Message => ({
    messageId: client,
    client,
    createdAt: now.toISOString(),
    fingerprint: "f",
    addresses: {},
    rules: ["sms"],
    route: [{ channel: "sms", timeoutSeconds: 60, until: "delivered" }],
    skipped: {},
    attempts: { sms: { claimedAt: now.toISOString(), failedAt: now.toISOString() } },
    finishedAt: now.toISOString(),
    reserved: "0.1",
    profileId: "anna",
    ttl: 0,
  });
  const changes = ["bank", "shop"].map((client) => ({ before: undefined, after: after(client) }));
  await correctBudgets({ correct: (client, _, usd) => fails(`${client} ${usd}`) })(changes);
  await countHabits({ habits: { add: (habit) => fails(habit) }, now: () => now })(changes);
  expect(written).toEqual(["shop -0.1", '["channel","sms","other"]', '["profile","shop","anna"]']);
  expect(logged).toHaveBeenCalledTimes(2);
  logged.mockRestore();
});

it("a rule set may name a channel that is no longer enabled: the planner skips it", async () => {
  const clients = createClientsTable(client, "clients");
  await clients.putRuleSet("shop", "old", {
    prefer: "cost",
    channels: [{ channel: "pigeon" }, { channel: "sms" }],
  });
  const stored = await clients.ruleSet("shop", "old");
  expect(stored).toEqual({ prefer: "cost", channels: [{ channel: "pigeon" }, { channel: "sms" }] });
  const { hops, skipped } = planRoute(
    stored?.channels ?? [],
    { addresses: { phoneNumber: "+447123123123" } },
    { channels: channelById, missingAccounts: {} },
  );
  expect(hops.map(({ channel }) => channel)).toEqual(["sms"]);
  expect(skipped).toEqual({
    pigeon: { code: "unknown_channel", reason: "this deployment has no channel of this name" },
  });
});

describe("habits", () => {
  const message = (channel: string, profileId?: string): Message => ({
    messageId: "m1",
    client: "c1",
    createdAt: now.toISOString(),
    fingerprint: "f",
    addresses: {},
    rules: [channel],
    route: [{ channel, timeoutSeconds: 60, until: "delivered" }],
    skipped: {},
    attempts: { [channel]: { claimedAt: now.toISOString(), deliveredAt: now.toISOString() } },
    ttl: 0,
    country: "GB",
    ...(profileId === undefined ? {} : { profileId }),
  });

  it("are counted in one write a channel and country and one a profile for a batch, once where it comes twice", async () => {
    const habits = createHabitsTable(client, "habits");
    const writes: string[] = [];
    const add: typeof habits.add = async (habit, ...rest) => {
      writes.push(habit);
      await habits.add(habit, ...rest);
    };
    const count = countHabits({ habits: { add }, now: () => now });
    const batch = [
      message("sms", "anna"),
      message("sms", "anna"),
      message("whatsApp", "anna"),
      message("sms"),
    ];
    const changes = batch.map((after) => ({ before: undefined, after }));
    await count(changes);
    await count(changes);
    expect(writes).toHaveLength(6);
    const customer = { clientId: "c1", profileId: "anna", country: "GB" };
    const habitsOf = await habits.read(customer, ["whatsApp", "sms"]);
    expect(habitsOf("sms").everyone).toMatchObject({ tried: 3, delivered: 3, d0: 3 });
    expect(habitsOf("sms").own).toEqual({ tried: 2, sent: 2, billed: 2, delivered: 2 });
    expect(habitsOf("whatsApp").own).toMatchObject({ tried: 1 });
    expect((await habits.read({ ...customer, clientId: "c2" }, ["sms"]))("sms").own).toEqual({});
    await habits.forget("c1", "anna");
    expect((await habits.read(customer, ["sms"]))("sms").own).toEqual({});
  });
});
