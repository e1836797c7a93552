/** What is learnt from receipts, and what follows from it: orders by purpose, and windows that fit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelById } from "../../functions/channels/registry.ts";
import type { Attempt, Hop, Message } from "../../functions/domain/message/message.ts";
import { totalOf } from "../../functions/domain/money/cost.ts";
import {
  type ChannelHabits,
  type Counters,
  chanceOf,
  countersOf,
  secondsOf,
  secondsWithin,
  stepOf,
} from "../../functions/domain/route/habits.ts";
import { planRoute } from "../../functions/domain/route/plan-route.ts";
import { orderBy } from "../../functions/domain/route/prefer.ts";
import { fitWindow, planBackwards } from "../../functions/domain/route/windows.ts";
import { correctionsIn } from "../../functions/events/correct-budgets.ts";
import { habitsIn } from "../../functions/events/count-habits.ts";

const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1) + seconds * 1000).toISOString();
const hop = (channel: string, more: Partial<Hop> = {}): Hop => ({
  channel,
  timeoutSeconds: 60,
  until: "delivered",
  ...more,
});
const nothing: ChannelHabits = { own: {}, everyone: {} };
const everyone = (counters: Counters): ChannelHabits => ({ own: {}, everyone: counters });

/** A message's life: facts that come one after the other, in any order. */
const channels = ["sms", "whatsApp"];
const fact = fc.record({
  channel: fc.constantFrom(...channels),
  field: fc.constantFrom("sentAt", "deliveredAt", "readAt", "failedAt", "endedAt", "unknownAt"),
  seconds: fc.integer({ min: 0, max: 1e6 }),
});
const life = fc.record({
  facts: fc.array(fact, { maxLength: 8 }),
  finishedAfter: fc.nat({ max: 8 }),
  profileId: fc.constantFrom(undefined, "anna", "ben"),
  country: fc.constantFrom(undefined, "GB", "DE"),
  reserved: fc.constantFrom(undefined, "0.07"),
});
type Life = typeof life extends fc.Arbitrary<infer Value> ? Value : never;
function statesOf({ facts, finishedAfter, profileId, country, reserved }: Life, id: number): Message[] {
  let message: Message = {
    messageId: `m${id}`,
    client: "c1",
    createdAt: at(0),
    fingerprint: "f",
    addresses: {},
    rules: channels,
    route: [hop("sms", { estimatedCost: "0.05" }), hop("whatsApp", { estimatedCost: "0.02" })],
    skipped: {},
    attempts: Object.fromEntries(channels.map((channel) => [channel, { claimedAt: at(0) }])),
    ttl: 0,
    ...(profileId === undefined ? {} : { profileId }),
    ...(country === undefined ? {} : { country }),
    ...(reserved === undefined ? {} : { reserved }),
  };
  const states = [message];
  for (const [index, { channel, field, seconds }] of facts.entries()) {
    const attempt: Attempt = { ...message.attempts[channel], [field]: at(seconds) };
    message = { ...message, attempts: { ...message.attempts, [channel]: attempt } };
    if (index === finishedAfter) message = { ...message, finishedAt: at(seconds) };
    states.push(message);
  }
  return states;
}
const sums = (maps: Map<string, Counters>[]): Record<string, Record<string, number>> => {
  const all: Record<string, Record<string, number>> = {};
  for (const [habit, counters] of maps.flatMap((map) => [...map]))
    for (const [name, value] of Object.entries(counters)) {
      const known = all[habit] ?? {};
      known[name] = (known[name] ?? 0) + value;
      all[habit] = known;
    }
  return Object.fromEntries(
    Object.entries(all)
      .map(
        ([habit, counters]) =>
          [habit, Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== 0))] as const,
      )
      .filter(([, counters]) => Object.keys(counters).length > 0),
  );
};

describe("what changes say of habits", () => {
  it("adds up to what the messages' last states say, however the changes are cut into batches", () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 4 }), fc.integer({ min: 1, max: 5 }), (lives, size) => {
        const messages = lives.map(statesOf);
        const changes = messages.flatMap((states) =>
          states.map((after, index) => ({ before: states[index - 1], after })),
        );
        const batches = Array.from({ length: Math.ceil(changes.length / size) }, (_, index) =>
          habitsIn(changes.slice(index * size, (index + 1) * size)),
        );
        const last = messages.map((states) => states.at(-1)).filter((state) => state !== undefined);
        const whole = habitsIn(last.map((after) => ({ before: undefined, after })));
        expect(sums(batches)).toEqual(sums([whole]));
      }),
    );
  });

  it("has nothing of a customer beyond counters, and nothing of one whom nobody named", () => {
    const [state] = statesOf(
      { facts: [], finishedAfter: 0, profileId: undefined, country: "GB", reserved: undefined },
      1,
    );
    const finished = { ...(state as Message), finishedAt: at(5) };
    expect([...habitsIn([{ before: undefined, after: finished }]).keys()]).toEqual([
      '["channel","sms","GB"]',
      '["channel","whatsApp","GB"]',
    ]);
  });

  it.each<{ what: string; attempt: Attempt; counters: Counters; finished?: boolean }>([
    { what: "nothing while it is out", attempt: { claimedAt: at(0), sentAt: at(1) }, counters: {} },
    {
      what: "nothing where the circuit was open",
      attempt: { failedAt: at(1), endedAt: at(1) },
      counters: {},
    },
    {
      what: "a try where it was refused",
      attempt: { claimedAt: at(0), failedAt: at(1) },
      counters: { tried: 1 },
    },
    {
      what: "a try that was billed where it was silent",
      attempt: { claimedAt: at(0), sentAt: at(1), endedAt: at(60) },
      counters: { tried: 1, sent: 1, billed: 1 },
    },
    {
      what: "how long the delivery and the reading took",
      attempt: { claimedAt: at(0), sentAt: at(1), deliveredAt: at(4), readAt: at(1024) },
      counters: { tried: 1, sent: 1, billed: 1, delivered: 1, d4: 1, read: 1, readSteps: 20, r20: 1 },
    },
  ])("is $what", ({ attempt, counters }) => {
    const [state] = statesOf(
      { facts: [], finishedAfter: 0, profileId: undefined, country: undefined, reserved: undefined },
      1,
    );
    expect(countersOf({ ...(state as Message), attempts: { sms: attempt } }, "sms")).toEqual(counters);
  });
});

describe("the budget's corrections", () => {
  it("leave of a message what it cost, to the last decimal, when it is finished", () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 4 }), (lives) => {
        const messages = lives.map((one, id) => {
          const states = statesOf(one, id);
          const last = states.at(-1) as Message;
          return [...states, { ...last, finishedAt: at(9) }];
        });
        const changes = messages.flatMap((states) =>
          states.map((after, index) => ({ before: states[index - 1], after })),
        );
        const reserved = messages.filter(([first]) => first?.reserved !== undefined);
        const exact = (amounts: string[]) =>
          amounts.reduce((sum, amount) => sum + Math.round(Number(amount) * 1e6), 0);
        const corrected = exact(correctionsIn(changes).map(({ usd }) => usd));
        const cost = exact(reserved.map((states) => totalOf(states.at(-1) as Message)));
        expect(exact(reserved.map(() => "0.07")) + corrected).toBe(cost);
      }),
    );
  });
});

it("what a scheduled message reserves when its time comes is in that day's sum already, and is corrected there", () => {
  const plain = {
    facts: [],
    finishedAfter: 9,
    profileId: undefined,
    country: undefined,
    reserved: undefined,
  };
  const [waiting] = statesOf(plain, 0) as [Message];
  const begun = { ...waiting, reserved: "0.07", reservedAt: "2030-02-01T09:00:00.000Z" };
  const ended = { ...begun, finishedAt: "2030-02-01T09:00:01.000Z", attempts: {} };
  expect(
    correctionsIn([
      { before: undefined, after: waiting },
      { before: waiting, after: begun },
    ]),
  ).toEqual([]);
  expect(correctionsIn([{ before: begun, after: ended }])).toEqual([
    { client: "c1", day: new Date(begun.reservedAt), usd: "-0.07" },
  ]);
});

describe("a chance", () => {
  it("is between 0 and 1, and moves towards what is seen", () => {
    const counts = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(counts, counts, counts, counts, (ownTried, ownRead, tried, read) => {
        const known: ChannelHabits = {
          own: { tried: ownTried, read: Math.min(ownRead, ownTried) },
          everyone: { tried, read: Math.min(read, tried) },
        };
        const chance = chanceOf(known, "read");
        expect(chance).toBeGreaterThan(0);
        expect(chance).toBeLessThan(1);
        const once = { ...known, own: { tried: ownTried + 1, read: (known.own.read ?? 0) + 1 } };
        expect(chanceOf(once, "read")).toBeGreaterThan(chance);
      }),
    );
  });
});

const always = () => true;
const knowing = (known: Record<string, ChannelHabits>) => (channel: string) => known[channel] ?? nothing;

describe("the order by cost", () => {
  const price = fc.integer({ min: 0, max: 1000 }).map((units) => (units / 1e4).toFixed(4));
  const tries = fc.integer({ min: 1, max: 50 });
  const option = fc.record({ price, tried: tries, delivered: fc.nat({ max: 50 }) });

  it("is expected to cost no more than any other order", () => {
    fc.assert(
      fc.property(fc.array(option, { minLength: 1, maxLength: 4 }), (options) => {
        const hops = options.map((one, index) => hop(`c${index}`, { estimatedCost: one.price }));
        const known = Object.fromEntries(
          options.map(({ tried, delivered }, index) => {
            const counters = { tried, billed: tried, delivered: Math.min(tried, delivered) };
            return [`c${index}`, everyone(counters)];
          }),
        );
        const expected = (order: readonly Hop[]) => {
          let [cost, chance] = [0, 1];
          for (const { channel, estimatedCost = "0" } of order) {
            const one = known[channel] ?? nothing;
            cost += chance * Number(estimatedCost) * chanceOf(one, "billed");
            chance *= 1 - chanceOf(one, "delivered");
          }
          return cost;
        };
        const chosen = expected(orderBy("cost", hops, knowing(known), always));
        for (const other of permutations(hops)) expect(chosen).toBeLessThanOrEqual(expected(other) + 1e-4);
      }),
    );
  });

  it("goes by what the provider bills, and puts what has no price last", () => {
    const hops = [hop("a"), hop("b", { estimatedCost: "0.01" }), hop("c", { estimatedCost: "0.02" })];
    const known = {
      c: everyone({ tried: 10, billed: 1, delivered: 9 }),
      b: everyone({ tried: 10, billed: 10, delivered: 3 }),
    };
    const ordered = orderBy("cost", hops, knowing(known), always);
    expect(ordered.map(({ channel }) => channel)).toEqual(["c", "b", "a"]);
    expect(ordered.at(-1)?.why?.costToReach).toBeUndefined();
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe("the order by engagement", () => {
  it("goes by the customer's own reads before everyone's", () => {
    const known = {
      fbMessenger: { own: { tried: 3, read: 0 }, everyone: { tried: 100, read: 90 } },
      whatsApp: { own: { tried: 3, read: 3, readSteps: 12 }, everyone: { tried: 100, read: 10 } },
    };
    const ordered = orderBy("engagement", [hop("fbMessenger"), hop("whatsApp")], knowing(known), always);
    expect(ordered.map(({ channel, why }) => [channel, why])).toEqual(
      [
        [
          "whatsApp",
          { prefer: "engagement", chance: 0.6423, secondsToRead: 4, tries: { own: 3, everyone: 100 } },
        ],
        ["fbMessenger", { prefer: "engagement", chance: 0.35, tries: { own: 3, everyone: 100 } }],
      ].map(([channel, why]) => [channel, expect.objectContaining(why as object)]),
    );
  });

  it("takes the sooner read where the chance is the same", () => {
    const read = (readSteps: number) => ({ own: { tried: 9, read: 9, readSteps }, everyone: {} });
    const known = { slow: read(9 * 36), fast: read(9 * 10) };
    const ordered = orderBy("engagement", [hop("slow"), hop("fast")], knowing(known), always);
    expect(ordered.map(({ channel }) => channel)).toEqual(["fast", "slow"]);
  });

  it("puts a channel that reports no reads between those that are read and those that are not", () => {
    const known = {
      sms: everyone({ tried: 1000, delivered: 1000 }),
      read: everyone({ tried: 100, read: 60 }),
      unread: everyone({ tried: 100, read: 2 }),
    };
    const hops = [hop("unread"), hop("sms"), hop("read")];
    const ordered = orderBy("engagement", hops, knowing(known), (channel) => channel !== "sms");
    expect(ordered.map(({ channel }) => channel)).toEqual(["read", "sms", "unread"]);
    expect(ordered[1]?.why).toMatchObject({ readsAreNotTold: true });
  });
});

it("by engagement, nothing known keeps the order given", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(["a", "b", "c", "d"]), (order) => {
      const hops = order.map((channel, index) => hop(channel, { estimatedCost: `0.0${9 - index}` }));
      const ordered = orderBy("engagement", hops, () => nothing, always);
      expect(ordered.map(({ channel }) => channel)).toEqual(order);
      for (const { why } of ordered) expect(why).toEqual({ prefer: "engagement", nothingKnown: true });
    }),
  );
});

describe("by cost, where nothing is known", () => {
  const orderOf = (...hops: ReturnType<typeof hop>[]) => orderBy("cost", hops, () => nothing, always);
  it("the cheaper goes first, and says so", () => {
    const ordered = orderOf(
      hop("sms", { estimatedCost: "0.05" }),
      hop("whatsApp", { estimatedCost: "0.04" }),
      hop("fbMessenger", { estimatedCost: "0" }),
    );
    expect(ordered.map(({ channel, why }) => [channel, why])).toEqual([
      ["fbMessenger", { prefer: "cost", nothingKnown: true, chance: 0.8, costToReach: "0" }],
      ["whatsApp", { prefer: "cost", nothingKnown: true, chance: 0.8, costToReach: "0.045" }],
      ["sms", { prefer: "cost", nothingKnown: true, chance: 0.8, costToReach: "0.05625" }],
    ]);
  });
  it("equal prices, or none, keep the order given", () => {
    const order = (...prices: object[]) =>
      orderOf(...prices.map((price, index) => hop(`c${index}`, price))).map(({ channel }) => channel);
    expect(order({ estimatedCost: "0.1" }, { estimatedCost: "0.1" }, {})).toEqual(["c0", "c1", "c2"]);
    expect(order({}, {}, { estimatedCost: "9" })).toEqual(["c2", "c0", "c1"]);
  });
});

describe("a window that fits", () => {
  const timesMs = fc.array(fc.integer({ min: 1, max: 7 * 86_400_000 }), { minLength: 1, maxLength: 200 });
  it("has 95 % of the receipts within it, and is less than one step longer than needed", () => {
    fc.assert(
      fc.property(timesMs, (times) => {
        const counters: Record<string, number> = {};
        for (const time of times) counters[`d${stepOf(time)}`] = (counters[`d${stepOf(time)}`] ?? 0) + 1;
        const { seconds, receipts } = secondsWithin(0.95, everyone(counters), "delivered") ?? {
          seconds: 0,
          receipts: 0,
        };
        expect(receipts).toBe(times.length);
        const within = times.filter((time) => time <= seconds * 1000).length;
        expect(within).toBeGreaterThanOrEqual(0.95 * times.length);
        if (seconds > 1) {
          const shorter = times.filter((time) => time <= (seconds / Math.SQRT2) * 1000 * (1 - 1e-9)).length;
          expect(shorter).toBeLessThan(0.95 * times.length);
        }
      }),
    );
  });
  it("has steps from a second to more than a week", () => {
    expect([stepOf(0), stepOf(1000), stepOf(1001), secondsOf(stepOf(7 * 86_400_000)) >= 7 * 86_400]).toEqual([
      0,
      0,
      1,
      true,
    ]);
  });
  it.each([
    { receipts: { d0: 19 }, seconds: 600, why: "too few receipts" },
    { receipts: { d0: 20 }, seconds: 60, why: "the least" },
    { receipts: { d14: 19, d40: 1 }, seconds: 128, why: "what 95 % took" },
    { receipts: { d30: 20 }, seconds: 2400, why: "the most" },
  ])("is $seconds seconds of 600: $why", ({ receipts, seconds }) => {
    const known = everyone(receipts as unknown as Counters);
    const { timeoutSeconds, fit } = fitWindow(600, "delivered", known);
    expect(timeoutSeconds).toBe(seconds);
    expect(fit.bounds).toEqual([60, 2400]);
  });
  it("waits for reads where the rule does", () => {
    const known = everyone({ d0: 50, r20: 50 });
    expect(fitWindow(600, "read", known).timeoutSeconds).toBe(1024);
    expect(fitWindow(600, "delivered", known).timeoutSeconds).toBe(60);
  });
});

describe("windows before the message expires", () => {
  const windows = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 4 });
  it("are over in time, none longer than its own, and the last has its time", () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 4, max: 50_000 }), (own, left) => {
        const planned = planBackwards(
          own.map((timeoutSeconds) => ({ timeoutSeconds, isFixed: false })),
          left,
        );
        expect(planned.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThanOrEqual(left);
        for (const [index, seconds] of planned.entries()) {
          expect(seconds).toBeGreaterThanOrEqual(1);
          expect(seconds).toBeLessThanOrEqual(own[index] ?? 0);
        }
        const last = own.at(-1) ?? 0;
        const before = own.slice(0, -1).reduce((sum, seconds) => sum + Math.min(seconds, 30), 0);
        expect(planned.at(-1)).toBeGreaterThanOrEqual(Math.min(last, left - before));
      }),
    );
  });
  it.each([
    { own: [300, 300, 600], left: 900, planned: [30, 270, 600] },
    { own: [300, 600], left: 900, planned: [300, 600] },
    { own: [300, 600], left: 100, planned: [30, 70] },
    { own: [300, 600], left: 10.2, planned: [5, 6] },
  ])("of $own are $planned where $left seconds are left", ({ own, left, planned }) => {
    const given = own.map((timeoutSeconds) => ({ timeoutSeconds, isFixed: false }));
    expect(planBackwards(given, left)).toEqual(planned);
  });
  it("that the request names are only cut", () => {
    const given = [
      { timeoutSeconds: 300, isFixed: true },
      { timeoutSeconds: 600, isFixed: false },
    ];
    expect(planBackwards(given, 400)).toEqual([300, 400]);
  });
});

it("a route has its order, its limit and its windows together", () => {
  const known = { phoneNumber: "+447123123123", fbMessengerId: "p" };
  const counters: Record<string, ChannelHabits> = {
    sms: everyone({ tried: 30, billed: 30, delivered: 30, d4: 30 }),
    whatsApp: everyone({ tried: 30, billed: 3, delivered: 3, d4: 3 }),
  };
  const { hops, skipped, addresses } = planRoute(
    [{ channel: "whatsApp" }, { channel: "sms", fallbackAfter: "auto" }, { channel: "fbMessenger" }],
    {
      addresses: known,
      prefer: "cost",
      maxCost: "0.04",
      habitsOf: (channel) => counters[channel] ?? nothing,
      estimate: ({ id }) => ({
        estimatedCost: { sms: "0.03", whatsApp: "0.02", fbMessenger: "0" }[id] ?? "1",
      }),
    },
    { channels: channelById, missingAccounts: {} },
  );
  expect(hops.map(({ channel, timeoutSeconds }) => [channel, timeoutSeconds])).toEqual([
    ["fbMessenger", 300],
    ["whatsApp", 300],
  ]);
  expect(skipped.sms?.reason).toContain("would exceed maxCost");
  expect(addresses).toEqual(known);
});
