/** The day's report: it adds up to the sum of the traces, to the last decimal. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Attempt, Message } from "../../functions/domain/message/message.ts";
import { sumOf } from "../../functions/domain/money/cost.ts";
import { createMoneyReport } from "../../functions/domain/money/money-report.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { moneyTable, readMoney } from "../../infra/commands/report/money.ts";
import { type LocalTables, startTables } from "./fixtures/routing-in-process.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const channels = ["fbMessenger", "whatsApp", "sms"];
const usd = fc.bigInt({ min: 0n, max: 10n ** 9n }).map((units) => {
  const digits = String(units).padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "") || "0";
});
const at = "2030-01-01T00:00:01.000Z";
const attempt: fc.Arbitrary<Attempt> = fc.oneof(
  fc.constant({}),
  fc.constant({ claimedAt: at }),
  fc.constant({ claimedAt: at, failedAt: at }),
  fc.constant({ claimedAt: at, sentAt: at }),
  fc.constant({ claimedAt: at, sentAt: at, deliveredAt: at }),
  usd.map(
    (amount): Attempt => ({
      claimedAt: at,
      sentAt: at,
      deliveredAt: at,
      cost: { usd: amount, source: "provider" },
    }),
  ),
);
const message = fc
  .record({
    client: fc.constantFrom("shop", "bank"),
    day: fc.constantFrom("2030-01-01", "2030-01-02"),
    country: fc.constantFrom(undefined, "GB", "DE"),
    prices: fc.array(fc.option(usd, { nil: undefined }), { minLength: 3, maxLength: 3 }),
    attempts: fc.array(attempt, { minLength: 3, maxLength: 3 }),
  })
  .map(
    ({ client, day, country, prices, attempts }): Omit<Message, "messageId"> => ({
      client,
      createdAt: `${day}T12:00:00.000Z`,
      fingerprint: "f",
      addresses: {},
      rules: channels,
      route: channels.map((channel, index) => ({
        channel,
        timeoutSeconds: 60,
        until: "delivered",
        ...(prices[index] === undefined ? {} : { estimatedCost: prices[index] }),
      })),
      skipped: {},
      attempts: Object.fromEntries(channels.map((channel, index) => [channel, attempts[index] ?? {}])),
      ttl: 0,
      ...(country === undefined ? {} : { country }),
    }),
  );

const reportOf = (messages: readonly Message[]) => {
  const money = createMoneyReport();
  for (const one of messages) money.add(one);
  return money.report();
};
const identified = (messages: readonly Omit<Message, "messageId">[], name: string): Message[] =>
  messages.map((one, index) => ({ ...one, messageId: `${name}-${index}` }));

it("the report adds up to the sum of the traces, in any order of the messages", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), (list) => {
      const messages = identified(list, "m");
      const report = reportOf(messages);
      const traces = messages.map(traceOf);
      const sum = sumOf(traces.map(({ cost }) => cost.usd));
      expect(report.usd).toBe(sum);
      expect(sumOf(report.rows.map((row) => row.usd))).toBe(sum);
      expect(report.saved).toBe(sumOf(traces.map(({ saved }) => saved?.usd ?? "0")));
      expect(report.messages).toBe(messages.length);
      expect(reportOf(messages.toReversed())).toEqual(report);
      // Each row is the sum of its own traces.
      for (const row of report.rows) {
        const own = messages.filter(
          ({ client, createdAt, country = "-" }) =>
            client === row.client && createdAt.startsWith(row.day) && country === row.country,
        );
        const costs = own.flatMap((one) =>
          traceOf(one).channels.filter(({ channel }) => channel === row.channel),
        );
        expect(row.usd).toBe(sumOf(costs.map(({ cost }) => cost?.usd ?? "0")));
      }
    }),
  );
});

it("the report reads the days that are asked for from the table, in as many pages as it has", async () => {
  const { client } = tables;
  // More than the megabyte that a page has.
  const body = "x".repeat(9000);
  const messages = identified(fc.sample(message, { numRuns: 150, seed: 1 }), "stored").map((one) => ({
    ...one,
    body,
  }));
  await Promise.all(messages.map((one) => tables.messages.create(one)));
  const whole = await readMoney(client, "messages", { from: "2030-01-01", to: "2030-01-02" });
  expect(whole).toEqual(reportOf(messages));
  expect(whole.messages).toBe(150);
  const first = await readMoney(client, "messages", { from: "2030-01-01", to: "2030-01-01" });
  expect(first).toEqual(reportOf(messages.filter(({ createdAt }) => createdAt.startsWith("2030-01-01"))));
  expect(first.messages).toBeLessThan(150);
  expect(await readMoney(client, "messages", { from: "2029-01-01", to: "2029-12-31" })).toMatchObject({
    rows: [],
    usd: "0",
  });
});

it("the report is printed with its sums", () => {
  const [one] = identified(fc.sample(message, { numRuns: 1, seed: 1 }), "m");
  const sent = { claimedAt: at, sentAt: at };
  const text = moneyTable(
    reportOf([
      {
        ...(one as Message),
        client: "shop",
        createdAt: at,
        country: "GB",
        route: [
          { channel: "sms", timeoutSeconds: 60, until: "delivered", estimatedCost: "0.03878" },
          { channel: "pigeon", timeoutSeconds: 60, until: "delivered" },
        ],
        attempts: { sms: sent, pigeon: sent },
      },
    ]),
  );
  expect(text).toMatch(/2030-01-01 +shop +GB +sms +1 +0\.03878\n/);
  expect(text).toMatch(/pigeon +1 +0 and 1 without a price\n/);
  expect(text).toContain("1 messages cost 0.03878 USD; the order of their channels saved 0 USD.");
});
