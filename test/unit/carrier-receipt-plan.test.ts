/** Which receipts come when, by behaviour. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Behaviour, merge, newBehaviour } from "../../infra/local/carrier/behaviour.ts";
import { planReceipts } from "../../infra/local/carrier/receipt-plan.ts";
import { type Channel, channels } from "../../infra/local/carrier/sends.ts";

const behaviour = (change: Parameters<typeof merge>[1]): Behaviour => merge(newBehaviour(), change);
/** `status@when the business hears of it`. */
const plan = (channel: Channel, change: Parameters<typeof merge>[1], fails = false) =>
  planReceipts(channel, behaviour(change), fails).map(({ status, afterMs }) => `${status}@${afterMs}`);

describe("the planned receipts of a message", () => {
  it.each([
    { channel: "whatsApp", receipts: ["sent@0", "delivered@5", "read@5"] },
    { channel: "fbMessenger", receipts: ["delivered@5", "read@5"] },
    { channel: "appMessaging", receipts: ["delivered@5", "read@5"] },
    { channel: "sms", receipts: ["delivered@5"] },
  ] as const)(
    "a message on $channel that the phone has and reads has the receipts of that channel",
    ({ channel, receipts }) => {
      expect(plan(channel, { delayMs: 5, reads: true })).toEqual(receipts);
    },
  );

  it.each([
    { channel: "whatsApp", receipts: ["failed@5"] },
    { channel: "fbMessenger", receipts: [] },
    { channel: "appMessaging", receipts: ["failed@5"] },
    { channel: "sms", receipts: ["failed@5"] },
  ] as const)(
    "a message on $channel that fails later has the receipts of that channel",
    ({ channel, receipts }) => {
      expect(plan(channel, { delayMs: 5, reads: true }, true)).toEqual(receipts);
    },
  );

  it.each([
    { change: { delivers: false, reads: true }, receipts: ["sent@0"] },
    { change: { delayMs: 5 }, receipts: ["sent@0", "delivered@5"] },
    { change: { delayMs: 5, receipts: { afterMs: 10 } }, receipts: ["sent@10", "delivered@15"] },
    { change: { receipts: { duplicates: 1 } }, receipts: ["sent@0", "sent@0", "delivered@0", "delivered@0"] },
    {
      change: { delayMs: 5, reads: true, receipts: { order: "reversed" } },
      receipts: ["read@5", "delivered@5", "sent@5"],
    },
    { change: { reads: true, receipts: { lose: 2 } }, receipts: ["read@0"] },
    { change: { receipts: { lose: 3 } }, receipts: [] },
    {
      change: { reads: true, receipts: { lose: 1, order: "reversed" } },
      receipts: ["read@0", "delivered@0"],
    },
  ] as const)("a WhatsApp message has the receipts $receipts for $change", ({ change, receipts }) => {
    expect(plan("whatsApp", change)).toEqual(receipts);
  });
});

const someBehaviour = fc
  .record({
    delivers: fc.boolean(),
    reads: fc.boolean(),
    delayMs: fc.nat(100_000),
    receipts: fc.record({
      duplicates: fc.nat(3),
      order: fc.constantFrom("in-order" as const, "reversed" as const),
      beforeAnswer: fc.boolean(),
      afterMs: fc.nat(100_000),
      lose: fc.nat(4),
    }),
  })
  .map(behaviour);

it("no receipt comes before its event and its delay, and receipts come in the order that was asked for", () => {
  fc.assert(
    fc.property(fc.constantFrom(...channels), someBehaviour, fc.boolean(), (channel, given, fails) => {
      const planned = planReceipts(channel, given, fails);
      const rank = ["sent", "delivered", "read"];
      const ranks = planned.map(({ status }) => rank.indexOf(status));
      for (const { atMs, afterMs } of planned)
        expect(afterMs).toBeGreaterThanOrEqual(atMs + given.receipts.afterMs);
      const sorted = ranks.toSorted((one, other) => one - other);
      expect(ranks).toEqual(given.receipts.order === "reversed" ? sorted.toReversed() : sorted);
      const times = planned.map(({ afterMs }) => afterMs);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }),
  );
});

it("every receipt that is not lost comes, with as many duplicates as were asked for", () => {
  fc.assert(
    fc.property(fc.constantFrom(...channels), someBehaviour, fc.boolean(), (channel, given, fails) => {
      const without = { duplicates: 0, order: "in-order", lose: 0 } as const;
      const all = planReceipts(channel, merge(given, { receipts: without }), fails);
      const kept = all.slice(given.receipts.lose).map(({ status }) => status);
      const planned = planReceipts(channel, given, fails).map(({ status }) => status);
      expect(planned).toHaveLength(kept.length * (given.receipts.duplicates + 1));
      expect(new Set(planned)).toEqual(new Set(kept));
    }),
  );
});
