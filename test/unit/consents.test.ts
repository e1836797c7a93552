/** Customers who opt out: by which words, of what, and what becomes of their messages. On the real tables. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createConsents } from "../../functions/api/consents.ts";
import { channelById, channels } from "../../functions/channels/registry.ts";
import { readSmsDeliveryLog } from "../../functions/channels/sms-delivery-log.ts";
import { type Consent, consentTo, everyClient, lastWord } from "../../functions/domain/customer/consent.ts";
import { keywordIn } from "../../functions/domain/customer/consent-words.ts";
import type { Hop } from "../../functions/domain/message/message.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { type HttpEvent, httpHandler } from "../../functions/http/handler.ts";
import type { IngestDependencies } from "../../functions/ingest/ingest-dependencies.ts";
import { describePlan, planMessage } from "../../functions/ingest/plan.ts";
import { createConsentsTable } from "../../functions/storage/consents-table.ts";
import { createKeyedHash } from "../../functions/storage/keyed-hash.ts";
import {
  createRouting,
  type LocalTables,
  nothingKnown,
  type Routing,
  startTables,
} from "./fixtures/routing-in-process.ts";

let tables: LocalTables;
let routing: Routing;
beforeAll(async () => {
  tables = await startTables();
});
beforeEach(() => {
  routing = createRouting(tables);
  return () => routing.stop();
});
afterAll(() => tables.stop());

const now = () => new Date(routing.clock.now());
let customers = 0;
const newNumber = () => `+44712399${String(++customers).padStart(4, "0")}`;
const hop = (channel: string): Hop => ({ channel, timeoutSeconds: 60, until: "delivered" });

/** The API, of the client `c1`. */
async function call(method: string, profileId: string, channel: string, body?: object) {
  const handler = httpHandler(() => createConsents({ ...tables, channels, now }));
  const event = {
    headers: {},
    pathParameters: { profileId, channel },
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: "r",
      http: { method },
      authorizer: { lambda: { client: "c1", scopes: [] } },
    },
  } as unknown as HttpEvent;
  const { statusCode, body: answer } = await handler(event, {} as never);
  return { status: statusCode, body: answer === undefined ? undefined : JSON.parse(answer) };
}

async function plan(request: object, dependencies: Partial<IngestDependencies> = {}) {
  const given = {
    body: "Hello",
    rules: { channels: [{ channel: "sms" }, { channel: "whatsApp" }] },
    ...request,
  };
  const deployment = { channels: channelById, missingAccounts: {} };
  const planning = await planMessage("c1", given as never, {
    ...tables,
    ...nothingKnown,
    start: async () => {},
    deployment,
    prices: {},
    retentionDays: 30,
    now,
    ...dependencies,
  });
  if ("refused" in planning) throw planning.refused;
  const { route, content, country } = planning.planned;
  return describePlan(route, content, country, deployment);
}
const tried = ({ hops }: { hops: { channel: string }[] }) => hops.map(({ channel }) => channel);

describe("the words", () => {
  it.each([
    ["sms", "STOP", "stop"],
    ["sms", " Stop! ", "stop"],
    ["sms", "stop  all", "stop"],
    ["whatsApp", "«arrêt».", "stop"],
    ["sms", "Cancel", "stop"],
    ["whatsApp", "Cancel", undefined],
    ["sms", "START", "start"],
    ["sms", "Yes", undefined],
    ["whatsApp", "help", "help"],
    ["sms", "please stop calling my flat", undefined],
    ["sms", "", undefined],
    ["fbMessenger", "STOP", undefined],
    ["sms", undefined, undefined],
  ])("by %s, %j is %s", (channel, text, keyword) => expect(keywordIn(channel, text)).toBe(keyword));
});

describe("the last word", () => {
  const word: fc.Arbitrary<Consent> = fc.record({
    state: fc.constantFrom("opted-out", "opted-in"),
    at: fc.integer({ min: 0, max: 3 }).map((second) => `2030-01-01T00:00:0${second}.000Z`),
  });

  it("is the latest one, whatever the order in which they came, and of two at once the opt-out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 5 }), async (words) => {
        const holder = { client: "c1", field: "phoneNumber", value: newNumber() };
        for (const one of words) await tables.consents.record(holder, "sms", one);
        const expected = words.reduce<Consent | undefined>(lastWord, undefined);
        expect(await tables.consents.read([holder])).toEqual([{ sms: expected }]);
        const latest = words
          .map(({ at }) => at)
          .sort()
          .at(-1);
        const optsOut = words.some(({ state, at }) => at === latest && state === "opted-out");
        expect(expected).toMatchObject({ at: latest, state: optsOut ? "opted-out" : "opted-in" });
      }),
      { numRuns: 40 },
    );
  });

  it("for all channels and for one count alike, and no holder's opt-in takes back another's opt-out", () => {
    const at = (second: number, state: Consent["state"]) => ({
      state,
      at: `2030-01-01T00:00:0${second}.000Z`,
    });
    const all = { all: at(1, "opted-out") };
    expect(consentTo("sms", [all])).toMatchObject({ state: "opted-out" });
    expect(consentTo("sms", [{ ...all, sms: at(2, "opted-in") }])).toMatchObject({ state: "opted-in" });
    expect(consentTo("whatsApp", [{ ...all, sms: at(2, "opted-in") }])).toMatchObject({ state: "opted-out" });
    expect(consentTo("sms", [{ sms: at(1, "opted-out") }, { sms: at(3, "opted-in") }])).toMatchObject({
      state: "opted-out",
    });
    expect(consentTo("sms", [{}, {}])).toBeUndefined();
  });

  it("is found while the hash's key is replaced", async () => {
    const holder = { client: "c1", field: "phoneNumber", value: newNumber() };
    const by = (...keys: string[]) =>
      createConsentsTable(
        tables.client,
        "contacts",
        createKeyedHash(async () => keys),
      );
    const out = { state: "opted-out", at: "2030-01-01T00:00:00.000Z" } as const;
    await by("old").record(holder, "sms", out);
    expect(await by("new", "old").read([holder])).toEqual([{ sms: out }]);
    const again = { state: "opted-in", at: "2030-01-02T00:00:00.000Z" } as const;
    await by("new", "old").record(holder, "sms", again);
    expect(await by("new", "old").read([holder])).toEqual([{ sms: again }]);
    await by("new", "old").forget(holder, "sms");
    expect(await by("new", "old").read([holder])).toEqual([{}]);
  });
});

describe("the API", () => {
  it("an opt-out holds for the profile and for its addresses, also without the profile", async () => {
    const phoneNumber = newNumber();
    await tables.profiles.replace("c1", phoneNumber, { phoneNumber });
    expect((await call("GET", phoneNumber, "sms")).status).toBe(404);
    const put = await call("PUT", phoneNumber, "sms", { state: "opted-out", source: "web form" });
    const stored = {
      profileId: phoneNumber,
      channel: "sms",
      state: "opted-out",
      at: put.body.at,
      source: "web form",
    };
    expect(put).toEqual({ status: 200, body: stored });
    expect((await call("GET", phoneNumber, "sms")).body).toEqual(stored);
    await tables.profiles.delete("c1", phoneNumber);
    const { hops, skipped } = await plan({ to: { phoneNumber } });
    expect(tried({ hops })).toEqual(["whatsApp"]);
    expect(skipped).toEqual([
      { channel: "sms", code: "opted_out", reason: `the customer opted out of SMS (${stored.at})` },
    ]);
    // To another number, by the profile alone.
    expect(tried(await plan({ to: { profileId: phoneNumber, phoneNumber: newNumber() } }))).toEqual([
      "whatsApp",
    ]);
    await tables.profiles.replace("c1", phoneNumber, { phoneNumber });
    expect((await call("DELETE", phoneNumber, "sms")).status).toBe(204);
    expect(tried(await plan({ to: { phoneNumber } }))).toEqual(["sms", "whatsApp"]);
  });

  it("an opt-out of all holds for each channel, until the customer opts in again for one", async () => {
    const phoneNumber = newNumber();
    await tables.profiles.replace("c1", phoneNumber, { phoneNumber });
    await call("PUT", phoneNumber, "all", { state: "opted-out" });
    expect(tried(await plan({ to: { phoneNumber } }))).toEqual([]);
    await routing.advance(1000);
    await call("PUT", phoneNumber, "sms", { state: "opted-in" });
    expect(tried(await plan({ to: { phoneNumber } }))).toEqual(["sms"]);
  });

  it("an earlier word than what is known changes nothing, and the answer says what holds", async () => {
    const profileId = newNumber();
    await call("PUT", profileId, "sms", { state: "opted-out" });
    const put = await call("PUT", profileId, "sms", { state: "opted-in", at: "2020-01-01T00:00:00Z" });
    expect(put.body).toMatchObject({ state: "opted-out" });
  });

  it.each([
    ["sms", { state: "opted-out", at: "2999-01-01T00:00:00Z" }, "at future must not be in the future"],
    ["sms", { state: "maybe" }, "state"],
    ["sms", {}, "state missing"],
    ["fax", { state: "opted-out" }, "channel"],
    ["sms", { state: "opted-out", source: "" }, "source too_short"],
  ])("refuses %s %j by name", async (channel, body, fault) => {
    const { status, body: answer } = await call("PUT", "anna", channel, body);
    expect(status).toBe(400);
    const [{ path, code, message }] = answer.errors;
    expect(`${path} ${code} ${message}`).toContain(fault);
  });
});

describe("a message", () => {
  it("of another client goes to a customer who opted out of this one's", async () => {
    const value = newNumber();
    const word = { state: "opted-out", at: "2026-01-01T00:00:00.000Z" } as const;
    await tables.consents.record({ client: "c2", field: "phoneNumber", value }, "sms", word);
    expect(tried(await plan({ to: { phoneNumber: value } }))).toEqual(["sms", "whatsApp"]);
  });

  it("is marketing: an opt-out at WhatsApp holds for the marketing of every client, and for no other message", async () => {
    const value = newNumber();
    const word = { state: "opted-out", at: "2026-01-01T00:00:00.000Z" } as const;
    await tables.consents.record({ client: everyClient, field: "phoneNumber", value }, "whatsApp", word);
    expect(tried(await plan({ to: { phoneNumber: value }, category: "marketing" }))).toEqual(["sms"]);
    expect(tried(await plan({ to: { phoneNumber: value } }))).toEqual(["sms", "whatsApp"]);
  });

  it("is a code to log in: it goes nevertheless where the channel allows it, and the plan and the trace say so", async () => {
    const profileId = newNumber();
    const { at } = (await call("PUT", profileId, "all", { state: "opted-out" })).body;
    const rules = { channels: [{ channel: "sms" }, { channel: "appMessaging" }] };
    const to = { profileId, phoneNumber: profileId, appDevices: [{ platform: "fcm", token: profileId }] };
    const code = await plan({ to, rules, category: "authentication" });
    const despiteOptOut = `the customer opted out of App messaging (${at})`;
    expect(code).toMatchObject({
      hops: [{ channel: "appMessaging", despiteOptOut }],
      skipped: [{ channel: "sms" }],
    });
    expect(tried(await plan({ to, rules }))).toEqual([]);
    const route = [{ ...hop("appMessaging"), despiteOptOut, until: "sent" as const }];
    const { messageId } = await routing.start(route, { client: "c1", category: "authentication", profileId });
    expect(routing.sends).toHaveLength(1);
    expect(traceOf(await routing.stored(messageId)).channels).toMatchObject([
      { outcome: "sent", despiteOptOut },
    ]);
  });

  it("costs one read of each address that its channels use, at half price, and one before the send", async () => {
    const read = vi.fn(tables.consents.read);
    const phoneNumber = newNumber();
    await plan({ to: { phoneNumber } }, { consents: { read } });
    const holder = { client: "c1", field: "phoneNumber", value: phoneNumber };
    expect(read.mock.calls).toEqual([[[holder], { anyTimeNow: true }]]);
  });
});

describe("a customer who opts out while the route runs", () => {
  const route = [hop("fbMessenger"), hop("sms")];
  const rest = async (messageId: string) => {
    await routing.advance(60_000);
    await vi.waitFor(() => expect(routing.hasEnded()).toBe(true), 10_000);
    return traceOf(await routing.stored(messageId)).channels.map(({ outcome, error }) => [
      outcome,
      error?.name,
    ]);
  };

  it("by the API, for the profile that the message named", async () => {
    const { messageId } = await routing.start(route, { profileId: "anna" });
    await call("PUT", "anna", "sms", { state: "opted-out" });
    expect(await rest(messageId)).toEqual([
      ["timedOut", "States.Timeout"],
      ["failed", "OptedOut"],
    ]);
    expect(routing.sends.map(({ channel }) => channel)).toEqual(["fbMessenger"]);
    expect((await routing.stored(messageId)).outcome).toBe("undeliverable");
  });

  it("by a STOP to an SMS before, which is an event, and START takes it back", async () => {
    const { customer } = await routing.start([hop("sms")]);
    const { phoneNumber } = customer;
    const answer = (text: string) =>
      routing.receive({
        names: "customer",
        channel: "sms",
        address: phoneNumber,
        at: now().toISOString(),
        content: { id: text, type: "text", text },
      });
    const second = await routing.start(route, { addresses: customer });
    await answer("Stop");
    expect(routing.published).toMatchObject([
      { type: "message.inbound", data: { keyword: "stop" } },
      {
        type: "consent.changed",
        data: { client: "c1", channel: "sms", category: "all", state: "opted-out" },
      },
    ]);
    expect(await rest(second.messageId)).toMatchObject([
      ["timedOut", "States.Timeout"],
      ["failed", "OptedOut"],
    ]);
    await answer("HELP");
    expect(routing.published.slice(2)).toMatchObject([
      { type: "message.inbound", data: { keyword: "help" } },
    ]);
    await answer("START");
    expect(routing.published.slice(3)).toMatchObject([
      { data: { keyword: "start" } },
      { type: "consent.changed", data: { state: "opted-in" } },
    ]);
    const third = await routing.start([hop("sms")], { addresses: customer });
    expect(await rest(third.messageId)).toEqual([["timedOut", "States.Timeout"]]);
  });

  it("at the carrier, as SNS's delivery log says", async () => {
    const { messageId, customer } = await routing.start([hop("sms")]);
    const [sent] = routing.sends;
    const log = {
      notification: {
        messageId: sent?.providerMessageId,
        timestamp: now().toISOString().replace("T", " ").replace("Z", ""),
      },
      delivery: {
        destination: customer.phoneNumber,
        providerResponse: "Phone number is opted out",
        dwellTimeMs: 5,
      },
      status: "FAILURE",
    };
    await routing.receive(readSmsDeliveryLog(JSON.stringify(log)));
    expect(traceOf(await routing.stored(messageId)).channels).toMatchObject([
      { error: { code: "OptedOut" } },
    ]);
    expect(tried(await plan({ to: { phoneNumber: customer.phoneNumber } }))).toEqual(["whatsApp"]);
  });

  it("of marketing, as WhatsApp's error says", async () => {
    const { messageId, customer } = await routing.start([hop("whatsApp")]);
    const error = { name: "Undeliverable", code: "131050", message: "stopped" };
    const at = now().toISOString();
    await routing.receive({
      names: "messageId",
      messageId,
      channel: "whatsApp",
      status: "failed",
      at,
      error,
    });
    const { phoneNumber } = customer;
    expect(tried(await plan({ to: { phoneNumber }, category: "marketing" }))).toEqual(["sms"]);
    expect(tried(await plan({ to: { phoneNumber } }))).toEqual(["sms", "whatsApp"]);
  });
});
