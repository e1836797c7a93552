/** The rules of routing as pure functions. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelById, channels } from "../../functions/channels/registry.ts";
import type { AppDevice } from "../../functions/domain/channel.ts";
import { executionInput, type HopInput } from "../../functions/domain/message/execution-input.ts";
import type { Attempt, Message } from "../../functions/domain/message/message.ts";
import { outcomeOf, statusOf, traceOf } from "../../functions/domain/outcome/trace.ts";
import { fillMergeFields } from "../../functions/domain/route/merge-fields.ts";
import { planRoute } from "../../functions/domain/route/plan-route.ts";

const ids = channels.map(({ id }) => id);
const order = fc.shuffledSubarray(ids, { minLength: 1 });
const hop = (channel: string) => ({ channel, timeoutSeconds: 60, until: "sent" as const });

const message = (changes: Partial<Message>): Message => ({
  messageId: "m1",
  client: "c1",
  createdAt: "2030-01-01T00:00:00.000Z",
  fingerprint: "f",
  addresses: {},
  rules: ["sms"],
  route: [hop("sms")],
  skipped: {},
  attempts: { sms: {} },
  ttl: 0,
  ...changes,
});

describe("the planning of a route", () => {
  it("each rule becomes either a hop or a skip with its reason, in the same order", () => {
    const addresses = fc.record(
      {
        phoneNumber: fc.constant("+447123123123"),
        fbMessengerId: fc.constant("p1"),
        appDevices: fc.constant<AppDevice[]>([{ platform: "fcm", token: "t" }]),
      },
      { requiredKeys: [] },
    );
    const absent = fc.subarray(ids).map((list) => Object.fromEntries(list.map((id) => [id, "no account"])));
    fc.assert(
      fc.property(order, addresses, absent, (rules, known, off) => {
        const route = planRoute(
          rules.map((channel) => ({ channel })),
          { addresses: known },
          { channels: channelById, missingAccounts: off },
        );
        const tried = rules.filter(
          (id) => off[id] === undefined && (channelById.get(id)?.address ?? "") in known,
        );
        expect(route.hops.map(({ channel }) => channel)).toEqual(tried);
        expect(Object.keys(route.skipped).sort()).toEqual(rules.filter((id) => !tried.includes(id)).sort());
        for (const { reason } of Object.values(route.skipped)) expect(reason).not.toBe("");
      }),
    );
  });

  it.each([
    { rule: { channel: "sms", fallbackAfter: 5 }, windows: { sms: 7 }, seconds: 5 },
    { rule: { channel: "sms" }, windows: { sms: 7 }, seconds: 7 },
    { rule: { channel: "sms" }, windows: {}, seconds: 600 },
  ])(
    "the rule $rule has a window of $seconds seconds where the deployment's windows are $windows",
    ({ rule, windows, seconds }) => {
      const deployment = {
        channels: channelById,
        missingAccounts: {},
        windows: windows as Record<string, number>,
      };
      expect(
        planRoute([rule], { addresses: { phoneNumber: "+447123123123" } }, deployment).hops[0]
          ?.timeoutSeconds,
      ).toBe(seconds);
    },
  );

  it.each([
    { secondsLeft: 599.2, seconds: 600 },
    { secondsLeft: 20, seconds: 20 },
    { secondsLeft: 0.1, seconds: 1 },
  ])("no window is longer than the $secondsLeft seconds that are left", ({ secondsLeft, seconds }) => {
    const circumstances = { addresses: { phoneNumber: "+447123123123" }, secondsLeft };
    const deployment = { channels: channelById, missingAccounts: {} };
    expect(planRoute([{ channel: "sms" }], circumstances, deployment).hops[0]?.timeoutSeconds).toBe(seconds);
  });

  it("only the addresses that the hops need are kept", () => {
    const known = { phoneNumber: "+447123123123", fbMessengerId: "p1", email: "anna@example.com" };
    const { addresses } = planRoute(
      [{ channel: "sms" }],
      { addresses: known },
      { channels: channelById, missingAccounts: {} },
    );
    expect(addresses).toEqual({ phoneNumber: "+447123123123" });
  });

  it("names that every JavaScript object has are not taken for addresses", () => {
    const inherited = { ...channelById.get("sms"), id: "odd", address: "toString" } as never;
    const { skipped } = planRoute(
      [{ channel: "odd" }],
      { addresses: {} },
      { channels: new Map([["odd", inherited]]), missingAccounts: {} },
    );
    expect(skipped).toEqual({ odd: { code: "no_address", reason: "no toString in `to` or the profile" } });
  });
});

describe("the execution's input", () => {
  const walk = (input: HopInput): HopInput[] => [input, ...(input.next ? walk(input.next) : [])];

  it("the input lists the hops in order, each with the one before, and ends with undeliverable", () => {
    fc.assert(
      fc.property(order, (route) => {
        const nodes = walk(
          executionInput({ messageId: "m1", route: route.map(hop), skipped: {}, attempts: {} }),
        );
        expect(nodes.map(({ channel }) => channel)).toEqual([...route, "undeliverable"]);
        expect(nodes.map(({ previous }) => previous)).toEqual([undefined, ...route]);
      }),
    );
  });

  it("the input is the same text for the same message, so that a second start is the same start", () => {
    const stored = message({ body: "secret", addresses: { phoneNumber: "+447123123123" } });
    const input = JSON.stringify(executionInput(stored));
    expect(JSON.stringify(executionInput(structuredClone(stored)))).toBe(input);
    expect(input).not.toMatch(/secret|4471/);
  });
});

describe("the outcome of an attempt", () => {
  const at = "2030-01-01T00:00:01.000Z";
  it.each<{ attempt: Attempt; outcome: string }>([
    { attempt: {}, outcome: "notTried" },
    { attempt: { claimedAt: at }, outcome: "trying" },
    { attempt: { claimedAt: at, sentAt: at }, outcome: "sent" },
    { attempt: { claimedAt: at, failedAt: at }, outcome: "failed" },
    { attempt: { claimedAt: at, unknownAt: at }, outcome: "unknown" },
    // The function died after the claim: sent or not, nobody knows.
    { attempt: { claimedAt: at, endedAt: at }, outcome: "unknown" },
    // The claim was given back: nothing went out.
    { attempt: { error: { name: "Throttled", message: "" } }, outcome: "trying" },
    { attempt: { error: { name: "Throttled", message: "" }, endedAt: at }, outcome: "failed" },
    { attempt: { claimedAt: at, sentAt: at, failedAt: at, deliveredAt: at }, outcome: "delivered" },
    { attempt: { claimedAt: at, sentAt: at, readAt: at }, outcome: "read" },
  ])("the attempt $attempt is $outcome", ({ attempt, outcome }) => {
    expect(outcomeOf(attempt, "sent", false)).toBe(outcome);
  });

  it("an attempt that is open when the message ends has failed if its claim was given back, and is unknown if it was claimed", () => {
    expect(outcomeOf({ error: { name: "Throttled", message: "" } }, "sent", true)).toBe("failed");
    expect(outcomeOf({ claimedAt: at }, "sent", true)).toBe("unknown");
    expect(outcomeOf({ claimedAt: at, sentAt: at }, "sent", true)).toBe("sent");
    expect(outcomeOf({}, "sent", true)).toBe("notTried");
  });

  it("an attempt has timed out where the channel sent it and the rule asked for more", () => {
    expect(outcomeOf({ claimedAt: at, sentAt: at, endedAt: at }, "delivered", false)).toBe("timedOut");
  });
});

describe("the status of a message", () => {
  it.each([
    { changes: {}, status: "processing" },
    {
      changes: {
        attempts: { sms: { claimedAt: "t", sentAt: "t" } },
        finishedAt: "t",
        outcome: "reached" as const,
      },
      status: "sent",
    },
    { changes: { finishedAt: "t", outcome: "undeliverable" as const }, status: "failed" },
    { changes: { finishedAt: "t", outcome: "expired" as const }, status: "expired" },
    {
      changes: {
        attempts: { sms: { deliveredAt: "t" } },
        finishedAt: "t",
        outcome: "undeliverable" as const,
      },
      status: "delivered",
    },
  ])("a message with $changes has the status $status", ({ changes, status }) => {
    expect(statusOf(message(changes))).toBe(status);
  });

  it("the trace has one entry for each channel of the rules, in their order", () => {
    fc.assert(
      fc.property(order, fc.nat(4), (rules, skips) => {
        const skipped = Object.fromEntries(
          rules.slice(0, skips).map((id) => [id, { code: "no_address" as const, reason: "because" }]),
        );
        const route = rules.slice(skips).map(hop);
        expect(
          traceOf(message({ rules, route, skipped, attempts: {} })).channels.map(({ channel }) => channel),
        ).toEqual(rules);
      }),
    );
  });
});

describe("merge fields", () => {
  it("merge fields are filled at any depth, and are empty where the profile has no such field", () => {
    const filled = fillMergeFields(
      { a: ["Hi {{profile.name}} {{ profile.age }}{{profile.constructor}}"], n: 1 },
      { name: "Anna", age: 7 },
    );
    expect(filled).toEqual({ a: ["Hi Anna 7"], n: 1 });
  });
  it("a text without merge fields stays as it is", () => {
    const text = fc.string().filter((given) => !given.includes("{{"));
    fc.assert(
      fc.property(text, (given) => {
        expect(fillMergeFields(given, {})).toBe(given);
      }),
    );
  });
});
