/** A message with a `sendAt`: what is stored of it, and what becomes of it each time that its start is asked for. */

import * as v from "valibot";
import { expect, it } from "vitest";
import { examples } from "../../functions/api/openapi/examples.ts";
import { isWaiting, type Message, type WaitingMessage } from "../../functions/domain/message/message.ts";
import { personalFields } from "../../functions/domain/message/redaction.ts";
import { statusOf } from "../../functions/domain/outcome/trace.ts";
import { type BeginDependencies, begin } from "../../functions/ingest/begin.ts";
import { sendRequest } from "../../functions/ingest/request.ts";
import { requestOf } from "../../functions/ingest/resend.ts";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const acceptedAt = "2030-01-01T00:00:00.000Z";
const sendAt = "2030-01-02T09:00:00.000Z";
const request = {
  to: { profileId: "anna", phoneNumber: "+447123123123" },
  body: "Hello {{profile.firstName|there}}",
  rules: ["fbMessenger", "sms"],
  category: "marketing",
  sendAt,
};

type Given = NonNullable<Parameters<typeof createIngestInProcess>[0]>;

/** A world in which one message waits for its time. */
async function waiting(given: Given = {}, more: object = {}) {
  const world = createIngestInProcess(given);
  world.setNow(acceptedAt);
  const { status, body } = await world.post("/messages", { ...request, ...more });
  expect([status, body.status]).toEqual([201, "scheduled"]);
  const stored = () => world.messages.get(body.messageId) as Message;
  const asked: unknown[] = [];
  const dependencies: BeginDependencies = {
    ...world.dependencies,
    messages: {
      get: async (id) => world.messages.get(id),
      replaceWaiting: async (message) => {
        if (!isWaiting(stored())) return false;
        world.messages.set(message.messageId, message);
        return true;
      },
    },
    schedule: async (messageId, at) => void asked.push({ messageId, at }),
    starts: { enqueueIn: async (seconds, messageId) => void asked.push({ messageId, seconds }) },
  };
  const { messageId } = stored();
  const beginAt = (time: string, message = stored()) => {
    world.setNow(time);
    return begin(message as WaitingMessage, dependencies);
  };
  return { ...world, messageId, asked, stored, beginAt, dependencies };
}

it("is stored with its request, which its redaction and a resend know", async () => {
  const { stored } = await waiting();
  const { sendAt: _, ...asSent } = request;
  expect(JSON.parse(stored().request ?? "")).toEqual({
    ...asSent,
    rules: { channels: [{ channel: "fbMessenger" }, { channel: "sms" }] },
  });
  expect(personalFields).toContain("request");
  const again = requestOf({ ...stored(), finishedAt: sendAt, outcome: "cancelled" }, sendAt);
  expect(v.parse(sendRequest, again)).toEqual(JSON.parse(stored().request ?? ""));
});

it.each([
  ["half a day before", "2030-01-01T21:00:00Z", (messageId: string) => ({ messageId, at: sendAt })],
  [
    "just over a quarter of an hour before",
    "2030-01-02T08:44:59.999Z",
    (messageId: string) => ({ messageId, at: sendAt }),
  ],
  [
    "a quarter of an hour before",
    "2030-01-02T08:45:00Z",
    (messageId: string) => ({ messageId, seconds: 900 }),
  ],
  ["a moment before", "2030-01-02T08:59:59.999Z", (messageId: string) => ({ messageId, seconds: 1 })],
] as const)("%s its start is asked for again, and nothing is planned", async (_, time, expected) => {
  const { messageId, asked, stored, beginAt } = await waiting();
  const before = stored();
  expect(await beginAt(time)).toBeUndefined();
  expect(asked).toEqual([expected(messageId)]);
  expect(stored()).toBe(before);
});

it.each([sendAt, "2030-01-03T10:00:00.000Z"])(
  "at %s it is planned from its request, with the profile of then, and started once however often it is called",
  async (time) => {
    const { profiles, stored, beginAt, asked } = await waiting();
    expect(stored().skipped).toHaveProperty("fbMessenger.code", "no_address");
    const early = stored();
    profiles.set("anna", { firstName: "Anna", fbMessengerId: "psid", phoneNumber: "+447000000000" });
    const begun = await beginAt(time);
    expect(begun).toEqual(stored());
    expect(begun).toMatchObject({ body: "Hello Anna", sendAt, createdAt: acceptedAt, category: "marketing" });
    // The message's own address goes before the profile's.
    expect(begun?.addresses).toEqual({ fbMessengerId: "psid", phoneNumber: "+447123123123" });
    expect(begun?.route.map(({ channel }) => channel)).toEqual(["fbMessenger", "sms"]);
    expect(begun).not.toHaveProperty("request");
    expect(statusOf(begun as Message)).toBe("processing");
    expect(begun?.ttl).toBeGreaterThan(Date.parse(time) / 1000 + 30 * 24 * 3600 - 1);
    // A second call that had read it before finds it planned, and changes nothing.
    profiles.set("anna", { firstName: "Ben" });
    expect(await beginAt(time, early)).toEqual(begun);
    expect(asked).toEqual([]);
  },
);

it("what ended while it was planned stays ended, and its reservation is released", async () => {
  const released: string[] = [];
  const { messages, stored, beginAt } = await waiting({
    budget: {
      look: async () => {},
      reserve: async (_, usd) => {
        if (Number(usd) === 0) return { reserved: undefined };
        // Somebody cancels it now.
        messages.set(stored().messageId, { ...stored(), finishedAt: sendAt, outcome: "cancelled" });
        return { reserved: usd };
      },
      release: async (_, usd) => void released.push(usd),
    },
  });
  expect(await beginAt(sendAt)).toBeUndefined();
  expect(stored().outcome).toBe("cancelled");
  expect(released).toEqual(["0.01"]);
});

it("the budget is asked at its time, for that day", async () => {
  const asked: [string, string][] = [];
  const { stored, beginAt } = await waiting({
    budget: {
      look: async () => {},
      reserve: async (_, usd, now) => {
        asked.push([usd, now.toISOString()]);
        return { reserved: Number(usd) > 0 ? usd : undefined };
      },
      release: async () => {},
    },
  });
  expect(stored()).not.toHaveProperty("reserved");
  await beginAt("2030-01-02T09:00:20.000Z");
  expect(asked).toEqual([
    ["0", acceptedAt],
    ["0.01", "2030-01-02T09:00:20.000Z"],
  ]);
  expect(stored()).toMatchObject({ reserved: "0.01", reservedAt: "2030-01-02T09:00:20.000Z" });
});

it.each<[string, Given, object, string]>([
  [
    "no channel is left",
    { consents: { read: async () => [{ all: { state: "opted-out", at: sendAt } }] } as never },
    { requireOptIn: false },
    "opted_out",
  ],
  [
    "a cap has no room",
    {
      settingsOf: async () => ({ caps: [{ categories: ["marketing"], most: 1, days: 7 }] }),
      caps: {
        read: async () => ({ messages: [{ messageId: "other", category: "marketing", at: sendAt }] }),
        write: async () => true,
      },
    },
    {},
    "capped",
  ],
  [
    "the settings allow its country no more",
    { settingsOf: async () => ({ countries: ["DE"] }) },
    {},
    "refused",
  ],
])("it has failed where %s then, with the reason for each channel", async (_, then, __, code) => {
  const { stored, beginAt, dependencies } = await waiting();
  Object.assign(dependencies, then);
  expect(await beginAt(sendAt)).toBeUndefined();
  expect(stored()).toMatchObject({ outcome: "undeliverable", finishedAt: sendAt, route: [] });
  expect(statusOf(stored())).toBe("failed");
  expect(stored().skipped.sms).toMatchObject({ code, reason: expect.stringMatching(/./) });
  expect(isWaiting(stored())).toBe(false);
});

it("it has expired where it is called too late", async () => {
  const { stored, beginAt } = await waiting({}, { expiresOn: "2030-01-03T00:00:00Z" });
  expect(await beginAt("2030-01-03T00:00:00.000Z")).toBeUndefined();
  expect(stored()).toMatchObject({ outcome: "expired", finishedAt: "2030-01-03T00:00:00.000Z" });
});

it("a request that was understood is understood again, as the same", () => {
  const rules = Object.values(examples.ruleSets);
  const given = [
    ...Object.values(examples.messages),
    ...rules.map((one) => ({ ...request, rules: one })),
    { ...request, rules: "mine" },
  ];
  for (const one of given) {
    const understood = v.parse(sendRequest, one);
    expect(v.parse(sendRequest, JSON.parse(JSON.stringify(understood)))).toEqual(understood);
  }
});

it.each([
  ["tomorrow", "sendAt"],
  ["2030-01-01T09:00", "sendAt"],
  ["2030-02-30T09:00:00Z", "sendAt"],
  [7, "sendAt"],
  [{}, "sendAt.local"],
  [{ local: "2030-02-30T09:00" }, "sendAt.local"],
  [{ local: "2030-01-01T09:00Z" }, "sendAt.local"],
  [{ local: "2030-01-01T24:30" }, "sendAt.local"],
  [{ local: "2030-01-01T09:00", timeZone: "Europe/Atlantis" }, "sendAt.timeZone"],
  [{ local: "2030-01-01T09:00", timeZone: "+01:00" }, "sendAt.timeZone"],
])("%j is refused by its field", (asked, path) => {
  const { issues = [] } = v.safeParse(sendRequest, { ...request, sendAt: asked });
  expect(issues.map((issue) => v.getDotPath(issue))).toEqual([path]);
});
