/** The queue of batch senders on the real tables: what SQS delivers again, at any time, is the message that it was. */
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { firstIdAttribute } from "../../functions/aws/dead-letters.ts";
import { channelById } from "../../functions/channels/registry.ts";
import { createIngestQueue } from "../../functions/ingest/queue.ts";
import { createContactsTable } from "../../functions/storage/contacts-table.ts";
import { firstIdAttribute as firstIdOfTheCommand } from "../../infra/commands/dlq/redrive.ts";
import { type LocalTables, nothingKnown, startTables, testHash } from "./fixtures/routing-in-process.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

let now: Date;
let started: Set<string>;
let isDown: boolean;
let parked: { error: string; reason: string }[];
let retentionDays: number;
beforeEach(() => {
  retentionDays = 30;
  now = new Date("2026-01-01T00:00:00Z");
  started = new Set();
  isDown = false;
  parked = [];
});

const ingest = () =>
  createIngestQueue({
    ...tables,
    ...nothingKnown,
    start: async ({ messageId }) => {
      if (isDown) throw new Error("Step Functions is not to be reached");
      started.add(messageId);
    },
    smsLimit: { check: async () => undefined, consume: async () => undefined },
    deployment: { channels: channelById, missingAccounts: {} },
    prices: {},
    retentionDays,
    now: () => now,
    park: async (_record, error, reason) => void parked.push({ error, reason }),
    defaultClient: "shop",
    tries: 5,
  });

let ids = 0;
const newId = () => `sqs-${++ids}`;
const deliver = (
  messageId: string,
  message: object,
  attributes: Record<string, string> = {},
  receiveCount = 1,
) => {
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [name, { dataType: "String", stringValue }]),
  );
  const record = {
    messageId,
    body: JSON.stringify(message),
    messageAttributes,
    attributes: { ApproximateReceiveCount: `${receiveCount}` },
  };
  return ingest()({ Records: [record as unknown as SQSRecord] });
};
const sms = { to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["sms"] };

it.each([
  ["without a key", {}],
  ["with a key", { "Idempotency-Key": "order-1" }],
])("an accepted message %s that is delivered again after it expired is not parked", async (_, attributes) => {
  const id = newId();
  const message = { ...sms, expiresOn: "2026-01-01T00:10:00Z" };
  await deliver(id, message, attributes);
  now = new Date("2026-01-01T01:00:00Z");
  expect(await deliver(id, message, attributes)).toEqual({ batchItemFailures: [] });
  expect(parked).toEqual([]);
  expect(started).toEqual(new Set([id]));
});

it("an accepted message that is delivered again after its key and its expiry have passed is not parked", async () => {
  const id = newId();
  const message = { ...sms, expiresOn: "2026-01-01T00:10:00Z" };
  await deliver(id, message, { "Idempotency-Key": "order-2" });
  now = new Date("2026-01-03T00:00:00Z");
  await deliver(id, message, { "Idempotency-Key": "order-2" });
  expect(parked).toEqual([]);
});

it("an accepted message that is delivered again after its profile was deleted is not parked", async () => {
  const id = newId();
  const message = { to: { profileId: "anna" }, body: "Hello", rules: ["sms"] };
  await tables.profiles.merge("shop", "anna", { phoneNumber: "+447123123123" });
  await deliver(id, message);
  await tables.profiles.delete("shop", "anna");
  await deliver(id, message);
  expect(parked).toEqual([]);
  expect(started).toEqual(new Set([id]));
});

it("a message that expired before it was accepted is parked with that reason", async () => {
  await deliver(newId(), { ...sms, expiresOn: "2025-12-31T00:00:00Z" });
  expect(parked).toEqual([
    { error: "NotAccepted", reason: expect.stringContaining("must be in the future") },
  ]);
  expect(started.size).toBe(0);
});

it("another message under the id of an accepted one is not mistaken for it", async () => {
  const id = newId();
  await deliver(id, sms);
  await deliver(id, { ...sms, expiresOn: "2025-12-31T00:00:00Z" });
  await deliver(id, { ...sms, rules: ["fbMessenger"] }, { client: "other" });
  expect(parked.map(({ error }) => error)).toEqual(["NotAccepted", "NotAccepted"]);
});

describe("an idempotency key", () => {
  const key = (name: string) => ({ "Idempotency-Key": name });

  it("an idempotency key stands for one message even where two come at once, and for no other content", async () => {
    const ids = Array.from({ length: 20 }, newId);
    await Promise.all(ids.map((id) => deliver(id, sms, key("twins"))));
    expect(started.size).toBe(1);
    await deliver(newId(), { ...sms, body: "Other" }, key("twins"));
    expect(started.size).toBe(1);
    expect(parked).toEqual([
      { error: "NotAccepted", reason: expect.stringContaining("was used for another request") },
    ]);
  });

  it("an idempotency key belongs to its client", async () => {
    await deliver(newId(), sms, { ...key("order-3"), client: "one" });
    await deliver(newId(), { ...sms, body: "Other" }, { ...key("order-3"), client: "other" });
    expect([started.size, parked]).toEqual([2, []]);
  });

  it.each(["00:00:00.000", "00:00:00.001", "00:00:00.999"])(
    "an idempotency key of %s holds to the last millisecond of 24 hours, and stands for another message afterwards",
    async (time) => {
      now = new Date(`2026-01-01T${time}Z`);
      const begun = now.getTime();
      const name = `order-at-${time}`;
      await deliver(newId(), sms, key(name));
      now = new Date(begun + 24 * 3_600_000 - 1);
      await deliver(newId(), sms, key(name));
      expect(started.size).toBe(1);
      now = new Date(begun + 24 * 3_600_000 + 1000);
      await deliver(newId(), sms, key(name));
      expect(started.size).toBe(2);
    },
  );

  it("an idempotency key that has ended stands for a new message, and an expired message is not mistaken for the old one", async () => {
    const message = { ...sms, expiresOn: "2026-01-02T00:00:00Z" };
    await deliver(newId(), message, key("order-4"));
    now = new Date("2026-01-02T00:00:01Z");
    await deliver(newId(), message, key("order-4"));
    expect(parked).toHaveLength(1);
    await deliver(newId(), sms, key("order-4"));
    expect(started.size).toBe(2);
  });
});

it("a message is kept while it may wait, even where its windows are longer than the retention", async () => {
  retentionDays = 1;
  const day = 24 * 3600;
  const rules = ["whatsApp", "sms"].map((channel) => ({ channel, fallbackAfter: 7 * day }));
  const [long, short] = [newId(), newId()];
  await deliver(long, { ...sms, rules });
  await deliver(short, sms);
  const keptFor = async (id: string) => ((await tables.messages.get(id))?.ttl ?? 0) - now.getTime() / 1000;
  expect(await keptFor(long)).toBeGreaterThan(14 * day);
  expect(await keptFor(short)).toBe(day + 600);
  // A receipt names the address at the end of the window.
  const contacts = createContactsTable(tables.client, "contacts", retentionDays, testHash);
  await contacts.recordSend("sms", "447123123123", { messageId: long, client: "c1" }, now.toISOString());
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: "contacts" }));
  expect(Math.min(...Items.map(({ ttl }) => Number(ttl?.N)))).toBeGreaterThan(now.getTime() / 1000 + 7 * day);
});

it("a message that fails on our side is delivered again, and is still one message", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const id = newId();
  isDown = true;
  expect(await deliver(id, sms)).toEqual({ batchItemFailures: [{ itemIdentifier: id }] });
  isDown = false;
  expect(await deliver(id, sms)).toEqual({ batchItemFailures: [] });
  expect([started, parked]).toEqual([new Set([id]), []]);
});

it.each([
  ["that was never redriven", {}],
  ["that was redriven before", { [firstIdAttribute]: "sqs-first" }],
  ["that is invalid", { "Idempotency-Key": "" }],
])(
  "a message %s whose tries all ended without an answer is parked before anything else is done with it",
  async (_, attributes) => {
    isDown = true;
    expect(await deliver(newId(), sms, attributes, 6)).toEqual({ batchItemFailures: [] });
    expect(parked).toEqual([{ error: "NoAnswer", reason: "5 tries ended without a result: redrive it" }]);
    expect(started.size).toBe(0);
  },
);

it("the last try is still a try", async () => {
  const id = newId();
  expect(await deliver(id, sms, {}, 5)).toEqual({ batchItemFailures: [] });
  expect([started, parked]).toEqual([new Set([id]), []]);
});

it("a message that SQS delivers twice is started under one id", async () => {
  const id = newId();
  await Promise.all([deliver(id, sms), deliver(id, sms)]);
  expect(started).toEqual(new Set([id]));
});

describe("a message that was redriven", () => {
  const redriven = (id: string) => ({ [firstIdAttribute]: id });

  it("a redriven message is the one that was accepted before", async () => {
    expect(firstIdOfTheCommand).toBe(firstIdAttribute);
    const id = newId();
    await deliver(id, sms);
    await deliver(newId(), sms, redriven(id));
    expect([started, parked]).toEqual([new Set([id]), []]);
  });

  it("a redriven message is not mistaken for another client's, or for one with other content", async () => {
    const id = newId();
    await deliver(id, sms);
    await deliver(newId(), sms, { ...redriven(id), client: "other" });
    await deliver(newId(), { ...sms, body: "Other" }, redriven(id));
    await deliver(newId(), sms, redriven("../other"));
    expect(parked.map(({ reason }) => reason)).toEqual([
      "this messageId belongs to another message",
      "this messageId belongs to another message",
      expect.stringContaining("must be a message id of SQS"),
    ]);
    expect(started).toEqual(new Set([id]));
  });
});

it.each([
  ["without a key", {}],
  ["with a key", { "Idempotency-Key": "order-5" }],
])(
  "an accepted message %s that is delivered again after it was redacted is not parked",
  async (_, attributes) => {
    const id = newId();
    const message = { ...sms, expiresOn: "2026-01-01T00:10:00Z" };
    await deliver(id, message, attributes);
    const finished = await tables.messages.finish(id, "cancelled", now.toISOString());
    if (finished) await tables.messages.redact(finished, now.toISOString());
    await deliver(id, message, attributes);
    now = new Date("2026-01-01T01:00:00Z");
    await deliver(id, message, attributes);
    expect([started, parked]).toEqual([new Set([id]), []]);
  },
);
