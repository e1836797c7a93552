/** What customers answer, on the real tables: which client's message it answers, published once under one id, and to nobody where no message went out. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { everyClient } from "../../functions/domain/customer/consent.ts";
import type { Inbound } from "../../functions/domain/message/queued-receipt.ts";
import { type InboundDependencies, recordInbound } from "../../functions/receipts/record-inbound.ts";
import {
  createRouting,
  type LocalTables,
  noCustomerRefs,
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

const now = () => new Date(routing.clock.now()).toISOString();
const answer = (address: string, content: Partial<Inbound["content"]> = {}): Inbound => ({
  names: "customer",
  channel: "whatsApp",
  address,
  at: now(),
  content: { id: "wamid.IN", type: "text", text: "Yes, please", ...content },
});
const route = [{ channel: "whatsApp", timeoutSeconds: 60, until: "sent" as const }];
const metadata = { order: "7" };

/** Two messages of two clients to one number, the second after the first. */
async function twoMessages() {
  const first = await routing.start(route, { client: "shop", metadata, profileId: "anna" });
  const wamid = routing.sends[0]?.providerMessageId ?? "";
  await routing.advance(60_000);
  const addresses = first.customer;
  const second = await routing.start(route, { client: "bank", addresses });
  return { first: first.messageId, second: second.messageId, wamid, number: addresses.phoneNumber };
}

it("an answer that names its message is an event of that message's client, with the text and the sender's metadata", async () => {
  const { first, wamid, number } = await twoMessages();
  await routing.advance(1000);
  const given = answer(number, { answersId: wamid });
  expect(await routing.receive(given)).toBe(true);
  expect(routing.published).toEqual([
    {
      specversion: "1.0",
      id: expect.stringMatching(/^inbound\/[\w-]{43}$/),
      source: "fallback-routing",
      type: "message.inbound",
      subject: first,
      time: given.at,
      datacontenttype: "application/json",
      data: {
        messageId: first,
        client: "shop",
        channel: "whatsApp",
        matchedBy: "answer",
        providerMessageId: "wamid.IN",
        content: { type: "text", text: "Yes, please" },
        profileId: "anna",
        metadata,
      },
    },
  ]);
  expect(JSON.stringify(routing.published)).not.toContain(number.slice(1));
});

it("an answer that names no message, or an unknown one, belongs to the last message before it", async () => {
  const { first, second, number } = await twoMessages();
  const before = new Date(routing.clock.now() - 30_000).toISOString();
  await routing.receive(answer(number));
  await routing.receive(answer(number, { id: "wamid.IN2", answersId: "wamid.OTHER" }));
  // Redelivered after the second message went out.
  await routing.receive({ ...answer(number, { id: "wamid.IN3" }), at: before });
  expect(
    routing.published.map(({ subject, data }) => [
      subject,
      data.client,
      "matchedBy" in data && data.matchedBy,
    ]),
  ).toEqual([
    [second, "bank", "latest"],
    [second, "bank", "latest"],
    [first, "shop", "latest"],
  ]);
});

it("an answer that Meta posts again, or whose function died before it was published, is published under the same id", async () => {
  const { number } = await twoMessages();
  const published: string[] = [];
  let dies = true;
  const dependencies: InboundDependencies = {
    messages: { get: routing.stored },
    contacts: tables.contacts,
    consents: tables.consents,
    now: () => new Date(routing.clock.now()),
    lists: tables.lists,
    ...noCustomerRefs,
    publishInbound: async (events) => {
      published.push(...events.map(({ id }) => id));
      if (dies) throw new Error("the topic does not answer");
    },
  };
  await expect(recordInbound(answer(number), dependencies)).rejects.toThrow("does not answer");
  dies = false;
  await recordInbound(answer(number), dependencies);
  await recordInbound(answer(number), dependencies);
  await recordInbound(answer(number, { id: "wamid.IN2" }), dependencies);
  expect(new Set(published.slice(0, 3)).size).toBe(1);
  expect(new Set(published).size).toBe(2);
});

it("an answer that could not be published goes back to the queue", async () => {
  const { number } = await twoMessages();
  vi.spyOn(console, "error").mockImplementation(() => {});
  routing.failNextPublish();
  expect(await routing.receive(answer(number))).toBe(false);
  expect(await routing.receive(answer(number), 2)).toBe(true);
  expect(routing.published).toHaveLength(1);
});

it("an answer from an address that no message went to is not published, and leaves nothing personal in the log", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const given = answer("+15550109999");
  expect(await routing.receive(given)).toBe(true);
  expect(routing.published).toEqual([]);
  const logged = JSON.stringify(warned.mock.calls);
  expect(logged).toContain("an inbound message was left out: no message was sent to its address");
  expect(logged).not.toMatch(/Yes, please|15550109999|wamid/);
  expect((await tables.contacts.stateOf("whatsApp", "+15550109999")).heardAt).toBe(given.at);
});

it("an answer does not belong to a message that went to the same number by another channel", async () => {
  const { customer } = await routing.start([{ channel: "sms", timeoutSeconds: 60, until: "sent" }]);
  vi.spyOn(console, "warn").mockImplementation(() => {});
  await routing.receive(answer(customer.phoneNumber));
  expect(routing.published).toEqual([]);
});

/** The customer writes from a name that no message was sent to. */
const from = (address: string | undefined, knownAs: string[], content = {}): Inbound => {
  const { address: _, ...rest } = answer("", content);
  return { ...rest, ...(address === undefined ? {} : { address }), knownAs };
};

it("an answer from another form of the number is the sender's, and opens the window of the number that is sent to", async () => {
  const { first, second, wamid, number } = await twoMessages();
  const given = from("+5215512345699", [], { answersId: wamid });
  await tables.contacts.recordProviderIds("whatsApp", ["+5215512345699"], second, given.at);
  await routing.receive(given);
  expect((await tables.contacts.stateOf("whatsApp", number)).heardAt).toBe(given.at);
  await routing.receive(from("+5215512345699", [], { id: "wamid.IN2" }));
  expect(
    routing.published.map(({ subject, data }) => [subject, "matchedBy" in data && data.matchedBy]),
  ).toEqual([
    [first, "answer"],
    [second, "latest"],
  ]);
});

it("an answer of a customer who hides the number is found by the user id that a receipt brought, or by what it answers", async () => {
  const { first, second, wamid, number } = await twoMessages();
  const read = { names: "messageId", channel: "whatsApp", status: "read", at: now() } as const;
  await routing.receive({ ...read, messageId: second, knownAs: "US.1" });
  await routing.receive(from(undefined, ["US.1"]));
  await routing.receive(from(undefined, [number, "US.2"], { id: "wamid.IN2", answersId: wamid }));
  expect(routing.published.map(({ subject }) => subject)).toEqual([second, first]);
  expect((await tables.contacts.stateOf("whatsApp", number)).heardAt).toBeDefined();
});

it("a customer who stops marketing is an event of the client that wrote last, the same at each repetition", async () => {
  const { second, number } = await twoMessages();
  const common = { names: "consent", channel: "whatsApp", category: "marketing" } as const;
  const stop = { ...common, address: number, at: now(), state: "opted-out" as const };
  await routing.receive(stop);
  await routing.receive(stop, 2);
  expect(routing.published).toMatchObject(
    Array.from({ length: 2 }, () => ({
      type: "consent.changed",
      id: routing.published[0]?.id,
      subject: second,
      data: { client: "bank", channel: "whatsApp", category: "marketing", state: "opted-out" },
    })),
  );
  // Of all that is sent as us, whichever client sends it.
  const holder = { client: everyClient, field: "phoneNumber", value: number };
  expect(await tables.consents.read([holder])).toEqual([
    { whatsApp: { state: "opted-out", at: stop.at, source: "preferences" } },
  ]);
  expect((await tables.contacts.stateOf("whatsApp", number)).heardAt).toBeUndefined();
});
