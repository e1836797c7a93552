/** The limit on SMS to one prefix: whom it stops, when it ends, and what its counting costs. */
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import { byPrefixLimit } from "../../functions/ingest/circumstances.ts";
import { createSmsLimit, type SmsLimits, sampleStep } from "../../functions/ingest/sms-limit.ts";
import type { FixedWindow } from "../../functions/storage/counters-table.ts";
import { seededRandom } from "../simulation/seeded-random.ts";

const hour = 3_600_000;
const start = Date.parse("2030-01-01T10:20:00.000Z");
const now = (milliseconds = 0) => new Date(start + milliseconds);
const london = "+447123456789";

/** The table, as far as the limit needs it: tests of the table itself are in http-guard.test.ts and the acceptance tests. */
let counted: Map<string, number>;
let writes = 0;
const keyOf = ({ name, endsAt }: FixedWindow) => `${name} ${endsAt.toISOString()}`;
const counters = {
  count: async (count: FixedWindow, step: number) => {
    writes += 1;
    const before = counted.get(keyOf(count)) ?? 0;
    if (before >= count.limit) return false;
    counted.set(keyOf(count), before + step);
    return true;
  },
  isReached: async (count: FixedWindow) => (counted.get(keyOf(count)) ?? 0) >= count.limit,
};
beforeEach(() => {
  counted = new Map();
  writes = 0;
});

const limitOf = (limits: SmsLimits, random: () => number = () => 0) =>
  createSmsLimit({ limits, counters, random });

it("a limit stops every channel that it holds for, counts the message once, and leaves the others", async () => {
  const sms = channelById.get("sms");
  const whatsApp = channelById.get("whatsApp");
  if (sms === undefined || whatsApp === undefined) throw new Error("no channel");
  const channels = new Map([
    ["sms", sms],
    ["carrier", { ...sms, id: "carrier" }],
    ["whatsApp", whatsApp],
  ]);
  const rules = { channels: [...channels.keys()].map((channel) => ({ channel })) };
  const dependencies = (missingAccounts: Record<string, string>) => ({
    deployment: { channels, missingAccounts },
  });
  const asked: string[] = [];
  const reasonFor = async (number: string) => {
    asked.push(number);
    return "reached";
  };
  const skip = { code: "sms_limit", reason: "reached" };
  const profile = { phoneNumber: london };
  expect(await byPrefixLimit(rules, profile, dependencies({}), reasonFor)).toEqual({
    sms: skip,
    carrier: skip,
  });
  expect(asked).toEqual([london]);
  expect(await byPrefixLimit(rules, profile, dependencies({ sms: "none" }), reasonFor)).toEqual({
    carrier: skip,
  });
});

describe("a small limit", () => {
  it("is exact, and its reason names the prefix, the limit and the end", async () => {
    const limit = limitOf({ default: 3 });
    for (let n = 0; n < 3; n++) expect(await limit.consume("shop", london, now())).toBeUndefined();
    expect(await limit.consume("shop", "+447123999999", now())).toBe(
      "the limit of 3 SMS an hour to numbers that begin with +44 7123 is reached: it ends at 2030-01-01T11:00:00.000Z",
    );
  });

  it("ends with the hour", async () => {
    const limit = limitOf({ default: 1 });
    await limit.consume("shop", london, now());
    expect(await limit.consume("shop", london, now(39 * 60_000))).toBeDefined();
    expect(await limit.consume("shop", london, now(40 * 60_000))).toBeUndefined();
    expect(await limit.consume("shop", london, now(40 * 60_000))).toBeDefined();
  });

  it.each([
    { what: "another client", owner: "bakery", number: london },
    { what: "another prefix", owner: "shop", number: "+447124456789" },
    { what: "another country", owner: "shop", number: "+4971234567890" },
  ])("leaves $what alone", async ({ owner, number }) => {
    const limit = limitOf({ default: 1 });
    await limit.consume("shop", london, now());
    expect(await limit.consume("shop", london, now())).toBeDefined();
    expect(await limit.consume(owner, number, now())).toBeUndefined();
  });

  it("is known to every instance, and read from the table no more by one that knows", async () => {
    const [one, other] = [limitOf({ default: 1 }), limitOf({ default: 1 })];
    await one.consume("shop", london, now());
    expect(await other.consume("shop", london, now())).toBeDefined();
    const before = writes;
    for (let n = 0; n < 10; n++) expect(await other.consume("shop", london, now())).toBeDefined();
    expect(writes).toBe(before);
  });

  it("is a country's own, where it has one", async () => {
    const limit = limitOf({ default: 2, GB: 1, TO: 0 });
    await limit.consume("shop", london, now());
    expect(await limit.consume("shop", london, now())).toContain("limit of 1");
    expect(await limit.consume("shop", "+6767712345", now())).toBe("this deployment sends no SMS to TO");
  });
});

it("no limit is no call", async () => {
  const limit = limitOf({ GB: 1 });
  expect(await limit.consume("shop", "+12125550100", now())).toBeUndefined();
  expect(await limit.check("shop", "+12125550100", now())).toBeUndefined();
  expect(writes).toBe(0);
});

it("checking counts nothing, and says what counting has found", async () => {
  const [one, other] = [limitOf({ default: 1 }), limitOf({ default: 1 })];
  expect(await one.check("shop", london, now())).toBeUndefined();
  expect(await one.consume("shop", london, now())).toBeUndefined();
  expect(await other.check("shop", london, now())).toContain("+44 7123");
  expect(await other.check("shop", london, now(hour))).toBeUndefined();
});

it("a limit that cannot be read stops nobody, and is logged", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const down = () => Promise.reject(new Error("down"));
  const limit = createSmsLimit({
    limits: { default: 1 },
    counters: { count: down, isReached: down },
    random: () => 0,
  });
  expect(await limit.consume("shop", london, now())).toBeUndefined();
  expect(error).toHaveBeenCalledWith(expect.objectContaining({ text: "an SMS limit could not be read" }));
  error.mockRestore();
});

describe("a large limit", () => {
  it.each([
    [1, 1],
    [100, 1],
    [199, 1],
    [1000, 10],
    [100_000, 1000],
  ])("of %i counts one message in %i", (limit, step) => {
    expect(sampleStep(limit)).toBe(step);
  });

  it("writes as often as chance has it, and each write counts for all", async () => {
    const chances = [0.05, 0.5, 0.0999, 0.1, 0.99];
    const limit = limitOf({ default: 1000 }, () => chances[counts++ % chances.length] ?? 1);
    let counts = 0;
    for (const _ of chances) await limit.consume("shop", london, now());
    expect([...counted.values()]).toEqual([20]);
    expect(writes).toBe(2);
  });

  it("is met to about a tenth, whatever the chances", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        counted = new Map();
        const random = seededRandom(seed);
        // As many instances as a busy function has.
        const instances = Array.from({ length: 10 }, () => limitOf({ default: 1000 }, random));
        let passed = 0;
        for (let n = 0; n < 4000; n++)
          if ((await instances[n % instances.length]?.consume("pumped", london, now())) === undefined)
            passed += 1;
        // Ten instances each let a step more through before they learn of it; four standard deviations of chance.
        expect(passed).toBeGreaterThan(600);
        expect(passed).toBeLessThan(1600);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
