/** What messages cost: to the last decimal, by the provider's figure or the price table. */
import Big from "big.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import type { Attempt, Hop, Message } from "../../functions/domain/message/message.ts";
import { costOfAttempt, savedOf, sumOf, totalOf, worstCaseCost } from "../../functions/domain/money/cost.ts";
import { withinMaxCost } from "../../functions/domain/money/max-cost.ts";
import { plannedCost } from "../../functions/domain/money/planned-cost.ts";
import { priceOf } from "../../functions/domain/money/price.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { estimateOf } from "../../functions/domain/route/estimate.ts";
import { rounded } from "../../functions/domain/route/prefer.ts";
import { describePlan } from "../../functions/ingest/plan.ts";

const at = "2030-01-01T00:00:01.000Z";
const hop = (channel: string, estimatedCost?: string, more: Partial<Hop> = {}): Hop => ({
  channel,
  timeoutSeconds: 60,
  until: "delivered",
  ...(estimatedCost === undefined ? {} : { estimatedCost }),
  ...more,
});
const message = (route: Hop[], attempts: Record<string, Attempt>, more: Partial<Message> = {}): Message => ({
  messageId: "m1",
  client: "c1",
  createdAt: at,
  fingerprint: "f",
  addresses: {},
  rules: route.map(({ channel }) => channel),
  route,
  skipped: {},
  attempts,
  ttl: 0,
  ...more,
});
/** Amounts of up to 18 digits, as whole numbers of 10^-9 dollars beside their text. */
const amount = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((units) => ({ units, usd: textOf(units) }));
function textOf(units: bigint): string {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}`;
}

describe("a sum of money", () => {
  it("is exact to the last decimal, in any order", () => {
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        const exact = textOf(amounts.reduce((sum, { units }) => sum + units, 0n));
        expect(sumOf(amounts.map(({ usd }) => usd))).toBe(exact);
        expect(sumOf(amounts.map(({ usd }) => usd).reverse())).toBe(exact);
      }),
    );
  });
  it("does not do what floats do", () => {
    expect(sumOf(["0.1", "0.2"])).toBe("0.3");
    expect(sumOf(["0.0000005"])).toBe("0.0000005");
  });
});

describe("the price table", () => {
  const prices = {
    sms: { default: "0.05", GB: "0.03878" },
    whatsApp: { default: { utility: "0.02", service: "0" }, GB: { utility: "0.022" } },
  };
  it.each([
    { channel: "sms", country: "GB", category: undefined, units: 3, usd: "0.11634" },
    { channel: "sms", country: "FR", category: undefined, units: 1, usd: "0.05" },
    { channel: "sms", country: undefined, category: undefined, units: 1, usd: "0.05" },
    { channel: "whatsApp", country: "GB", category: "utility", units: 1, usd: "0.022" },
    { channel: "whatsApp", country: "GB", category: "service", units: 1, usd: "0" },
    { channel: "whatsApp", country: "GB", category: "referral", units: 1, usd: undefined },
    { channel: "pigeon", country: "GB", category: undefined, units: 1, usd: undefined },
  ])("of $units × $channel $category in $country says $usd", ({ units, usd, ...priced }) => {
    expect(priceOf(prices, priced, units)).toBe(usd);
  });
  it.each([
    { options: {}, category: "service" },
    { options: { template: { name: "a", language: "en" } }, category: "marketing" },
    { options: { template: { name: "a", language: "en" }, category: "utility" }, category: "utility" },
  ])("takes WhatsApp's $options for $category", ({ options, category }) => {
    expect(channelById.get("whatsApp")?.priceCategory?.(options)).toBe(category);
  });
  it("counts the parts of an SMS and the devices of a push", () => {
    const addresses = {
      phoneNumber: "+447123123123",
      appDevices: ["a", "b"].map((token) => ({ platform: "fcm" as const, token })),
    };
    const estimate = (id: string) => {
      const channel = channelById.get(id);
      if (channel === undefined) throw new Error(id);
      return estimateOf(
        channel,
        { addresses, country: "GB", content: { body: "ü".repeat(200) } },
        { ...prices, appMessaging: { default: "0.0000005" } },
      );
    };
    expect(estimate("sms")).toEqual({ estimatedCost: "0.07756" });
    expect(estimate("appMessaging")).toEqual({ estimatedCost: "0.000001" });
    expect(estimate("whatsApp")).toEqual({ estimatedCost: "0", billedWhen: "delivered" });
    expect(estimate("fbMessenger")).toEqual({});
  });
  it("counts the parts of any channel that bills them", () => {
    const sms = channelById.get("sms");
    if (sms === undefined) throw new Error("no sms");
    const content = { body: "ü".repeat(200) };
    const carrier = { ...sms, id: "carrier" };
    const circumstances = { addresses: { phoneNumber: "+447123123123" }, country: "GB", content };
    expect(estimateOf(carrier, circumstances, { carrier: { default: "0.01" } })).toEqual({
      estimatedCost: "0.02",
    });
    const hops = [{ channel: "carrier", timeoutSeconds: 600, until: "delivered" as const }];
    const channels = new Map([["carrier", carrier]]);
    expect(describePlan({ hops, skipped: {}, addresses: {} }, content, undefined, { channels }).hops).toEqual(
      [{ ...hops[0], sms: { parts: 2, encoding: "GSM-7" } }],
    );
  });
});

describe("the cost of an attempt", () => {
  const free = { usd: "0", source: "priceTable" };
  const priced = { usd: "0.04", source: "priceTable" };
  it.each<{ what: string; attempt: Attempt; cost: object | undefined; more?: Partial<Hop> }>([
    { what: "that was not made", attempt: {}, cost: undefined },
    { what: "that is being made", attempt: { claimedAt: at }, cost: free },
    { what: "that was refused", attempt: { claimedAt: at, failedAt: at }, cost: free },
    { what: "that the circuit stopped", attempt: { failedAt: at }, cost: free },
    { what: "that was sent", attempt: { claimedAt: at, sentAt: at }, cost: priced },
    { what: "that failed later", attempt: { claimedAt: at, sentAt: at, failedAt: at }, cost: priced },
    { what: "of which nobody knows", attempt: { claimedAt: at, unknownAt: at }, cost: priced },
    { what: "whose function died", attempt: { claimedAt: at, endedAt: at }, cost: priced },
    {
      what: "that is billed on delivery, sent",
      attempt: { claimedAt: at, sentAt: at },
      cost: free,
      more: { billedWhen: "delivered" },
    },
    {
      what: "that is billed on delivery, delivered",
      attempt: { claimedAt: at, sentAt: at, deliveredAt: at },
      cost: priced,
      more: { billedWhen: "delivered" },
    },
    {
      what: "whose provider told it",
      attempt: { claimedAt: at, sentAt: at, cost: { usd: "0.00645", source: "provider" } },
      cost: { usd: "0.00645", source: "provider" },
    },
  ])("$what", ({ attempt, cost, more }) => {
    expect(costOfAttempt(hop("sms", "0.04", more), attempt)).toEqual(cost);
  });
  it("is unknown where nobody knows a price, and nothing where nothing was sent", () => {
    expect(costOfAttempt(hop("sms"), { claimedAt: at, sentAt: at })).toBeUndefined();
    expect(costOfAttempt(hop("sms"), { claimedAt: at, failedAt: at })).toEqual(free);
  });
});

describe("a message's money", () => {
  const delivered: Attempt = { claimedAt: at, sentAt: at, deliveredAt: at };
  it("is the sum of its channels in the trace, to the last decimal", () => {
    const attempts = fc.array(fc.record({ amount, hasProviderCost: fc.boolean(), sent: fc.boolean() }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(attempts, (list) => {
        const route = list.map(({ amount: { usd } }, index) => hop(`c${index}`, usd));
        const made = Object.fromEntries(
          list.map(({ amount: { usd }, hasProviderCost, sent }, index): [string, Attempt] => [
            `c${index}`,
            {
              claimedAt: at,
              ...(sent ? { sentAt: at } : { failedAt: at }),
              ...(hasProviderCost && sent ? { cost: { usd, source: "provider" } } : {}),
            },
          ]),
        );
        const trace = traceOf(message(route, made));
        const exact = list.reduce((sum, { amount: { units }, sent }) => sum + (sent ? units : 0n), 0n);
        expect(trace.cost.usd).toBe(textOf(exact));
        expect(sumOf(trace.channels.map(({ cost }) => cost?.usd ?? "0"))).toBe(trace.cost.usd);
      }),
    );
  });

  const route = [hop("fbMessenger", "0"), hop("whatsApp", "0.022"), hop("sms", "0.03878")];
  it("saved what the dearest channel of the route would have cost more", () => {
    const reached = message(route, { fbMessenger: delivered }, { outcome: "reached" });
    expect(traceOf(reached).saved).toEqual({ usd: "0.03878", against: "sms" });
  });
  it("saved less than nothing where the channels before cost more than the dearest alone", () => {
    const attempts = { whatsApp: { ...delivered, deliveredAt: at }, sms: delivered };
    expect(savedOf(message(route, attempts, { outcome: "reached" }))).toEqual({
      usd: "-0.022",
      against: "sms",
    });
  });
  it("is compared with the provider's own figure where the dearest was used", () => {
    const sms: Attempt = { ...delivered, cost: { usd: "0.03", source: "provider" } };
    expect(savedOf(message(route, { sms }, { outcome: "reached" }))).toEqual({ usd: "0", against: "sms" });
  });
  it("saved nothing that can be said where the customer was not reached", () => {
    expect(savedOf(message(route, {}, { outcome: "cancelled" }))).toBeUndefined();
  });
});

describe("maxCost", () => {
  it("keeps the possible total within it, drops nothing that fits, and says why", () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 5 }), amount, (amounts, most) => {
        const hops = amounts.map(({ usd }, index) => hop(`c${index}`, usd));
        const { hops: kept, skipped } = withinMaxCost(hops, most.usd);
        let total = 0n;
        for (const [index, { units }] of amounts.entries()) {
          const fits = total + units <= most.units;
          expect(kept.some(({ channel }) => channel === `c${index}`)).toBe(fits);
          if (fits) total += units;
          else expect(skipped[`c${index}`]?.reason).toContain(`would exceed maxCost, ${most.usd} USD`);
        }
        expect(worstCaseCost(kept)).toBe(textOf(total));
      }),
    );
  });
  it("drops a channel of which nobody knows the price", () => {
    expect(withinMaxCost([hop("pigeon")], "1").skipped.pigeon?.code).toBe("no_price");
  });
});

describe("the plan's cost", () => {
  it("expects the price of the channel that reaches the customer, and what those before it cost in vain", () => {
    const hops = [
      // Always billed, so also where it does not reach: 0.1 in the first case, 0.4 in the second.
      hop("a", "0.1", { chance: 0.5, expectedCost: "0.1" }),
      hop("b", "0.3", { chance: 0.5, expectedCost: "0.15" }),
    ];
    expect(plannedCost(hops)).toEqual({ expected: "0.2", cheapest: "0.1", dearest: "0.4" });
    // Billed only where it reaches.
    const free = [hop("a", "0.1", { chance: 0.5, expectedCost: "0.05" }), ...hops.slice(1)];
    expect(plannedCost(free)).toEqual({ expected: "0.1666666667", cheapest: "0.1", dearest: "0.4" });
  });
  it("of one channel is its price, however unlikely it reaches", () => {
    for (const known of [{}, { chance: 0.1, expectedCost: "0.02" }, { chance: 0, expectedCost: "0" }])
      expect(plannedCost([hop("a", "0.1", known)])).toEqual({
        expected: "0.1",
        cheapest: "0.1",
        dearest: "0.1",
      });
  });
  it("is absent where a channel has no price", () => {
    expect(plannedCost([hop("a", "0.1"), hop("b")])).toBeUndefined();
  });
  it("has the expected between the cheapest and the dearest, which is the cost where every channel is sent", () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    const priced = fc.tuple(amount, fc.option(fc.tuple(chance, chance)));
    fc.assert(
      fc.property(fc.array(priced, { minLength: 1, maxLength: 4 }), (list) => {
        const hops = list.map(([{ usd }, known], index) => {
          const [reaches = 0, billed = 0] = known ?? [];
          const expectedCost = new Big(usd).times(rounded(billed)).round(10).toFixed();
          return hop(`c${index}`, usd, known ? { chance: rounded(reaches), expectedCost } : {});
        });
        const cost = plannedCost(hops);
        expect(Number(cost?.expected)).toBeGreaterThanOrEqual(Number(cost?.cheapest));
        expect(Number(cost?.expected)).toBeLessThanOrEqual(Number(cost?.dearest));
        const sent = Object.fromEntries(hops.map(({ channel }) => [channel, { claimedAt: at, sentAt: at }]));
        expect(cost?.dearest).toBe(totalOf(message(hops, sent)));
      }),
    );
  });
});
