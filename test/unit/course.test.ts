/** The course of a message by what is known to become of it on each channel, and what 200 of them come to. */
import { describe, expect, it } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import { courseOf, type Fate } from "../../functions/domain/reporting/course.ts";
import { tryOrder } from "../../infra/local/console/compare/compare-orders.ts";

const prices = {
  sms: { default: "0.05" },
  whatsApp: { default: { marketing: "0.02", utility: "0.01", authentication: "0.01", service: "0" } },
  fbMessenger: { default: "0" },
};
const deployment = { channels: channelById, missingAccounts: {}, windows: { fbMessenger: 100 } };
const to = { phoneNumber: "+447123123123", fbMessengerId: "anna" };
const content = { body: "Hello", channelOptions: { whatsApp: { template: { name: "a", language: "en" } } } };
const good: Fate = {
  isRegistered: true,
  isDelivered: true,
  isRead: false,
  secondsToDeliver: 4,
  secondsToRead: 60,
};
const silent: Fate = { ...good, isDelivered: false };
const unknown: Fate = { ...silent, isRegistered: false };

describe("the course of a message", () => {
  const rules = ["whatsApp", "fbMessenger", "sms"].map((channel) => ({
    channel,
    until: "delivered" as const,
  }));
  const course = (fates: Record<string, Fate>, given = rules) =>
    courseOf({ rules: given, to, content }, (channel) => fates[channel] ?? unknown, deployment, prices);

  it("goes on at once from a refusal, and after the deployment's window from silence", () => {
    expect(course({ whatsApp: unknown, fbMessenger: silent, sms: good })).toEqual({
      reached: { by: "sms", afterSeconds: 104 },
      isRead: false,
      usd: "0.05",
      savedUsd: "0",
      unpriced: 0,
    });
  });

  it("saves what the dearest channel of its route would have cost", () => {
    expect(course({ whatsApp: unknown, fbMessenger: good })).toMatchObject({
      reached: { by: "fbMessenger", afterSeconds: 4 },
      usd: "0",
      savedUsd: "0.05",
    });
  });

  it("that reaches nobody costs what was sent, and saves nothing", () => {
    expect(course({ sms: silent })).toEqual({ isRead: false, usd: "0.05", savedUsd: "0", unpriced: 0 });
  });

  it("is read also where the channel does not report it, and a report after the window is too late to stop it", () => {
    const read = { ...good, isRead: true };
    expect(course({ sms: read })).toMatchObject({ isRead: true, reached: { by: "sms", afterSeconds: 4 } });
    expect(
      course({ whatsApp: unknown, fbMessenger: { ...good, secondsToDeliver: 100 }, sms: good }),
    ).toMatchObject({ reached: { by: "sms", afterSeconds: 104 } });
  });

  it("says where a price is not known, and skips a channel without an address", () => {
    const noPrice = courseOf({ rules, to, content }, () => good, deployment, { sms: { default: "0.05" } });
    expect(noPrice).toMatchObject({ usd: "0", unpriced: 1 });
    const skipped = courseOf(
      { rules, to: { fbMessengerId: "anna" }, content },
      () => good,
      deployment,
      prices,
    );
    expect(skipped.reached).toEqual({ by: "fbMessenger", afterSeconds: 4 });
  });
});

describe("an order that is tried with simulated customers", () => {
  const facts = { prices, windows: {}, absentChannels: {} };
  const order = ["whatsApp", "fbMessenger", "sms"];

  it("adds up, and is the same again by the same seed", () => {
    const result = tryOrder(order, 5, facts);
    const { customers, reached, reachedAfterSeconds, reachedBy, usd, usdPerMessage } = result;
    expect(customers).toBe(200);
    expect(reachedAfterSeconds).toHaveLength(reached);
    expect(reachedAfterSeconds).toEqual(reachedAfterSeconds.toSorted((a, b) => a - b));
    expect(reachedBy.reduce((sum, one) => sum + one.customers, 0)).toBe(reached);
    expect(reachedBy.map(({ channel }) => channel)).toEqual(order);
    expect(Number(usdPerMessage)).toBeCloseTo(Number(usd) / 200, 9);
    expect(tryOrder(order, 5, facts)).toEqual(result);
    expect(tryOrder(order, 6, facts)).not.toEqual(result);
  });

  it("meets the same customers in another order: as many are reached, by other channels, at another price", () => {
    const [first, second] = [tryOrder(order, 5, facts), tryOrder(order.toReversed(), 5, facts)];
    expect(second.reached).toBe(first.reached);
    expect(second.reachedBy).not.toEqual(first.reachedBy.toReversed());
    expect(Number(second.usd)).toBeGreaterThan(Number(first.usd));
  });

  it("skips a channel that the deployment has no account for", () => {
    const { reachedBy } = tryOrder(order, 5, { ...facts, absentChannels: { whatsApp: "no account" } });
    expect(reachedBy[0]).toEqual({ channel: "whatsApp", customers: 0 });
    expect(tryOrder(["whatsApp"], 5, { ...facts, absentChannels: { whatsApp: "none" } }).reached).toBe(0);
  });
});
