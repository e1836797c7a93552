/** The messages table's conditions, on the local DynamoDB by the real SDK client. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../functions/domain/message/message.ts";
import { createMessagesTable, type MessagesTable } from "../../functions/storage/messages-table.ts";
import { type LocalDynamoDbTables, startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";

let dynamoDb: LocalDynamoDbTables;
let table: MessagesTable;
const now = "2030-01-01T00:00:00.000Z";

beforeAll(async () => {
  dynamoDb = await startLocalDynamoDb({ messages: ["messageId"] });
  table = createMessagesTable(dynamoDb.client, "messages");
});
afterAll(() => dynamoDb.stop());

let count = 0;
async function store(changes: Partial<Message> = {}): Promise<string> {
  count += 1;
  const messageId = `m${count}`;
  await table.create({
    messageId,
    client: "c1",
    createdAt: now,
    fingerprint: "f",
    addresses: {},
    rules: ["whatsApp", "sms"],
    route: [],
    skipped: {},
    attempts: { whatsApp: {}, sms: {} },
    ttl: 0,
    ...changes,
  });
  return messageId;
}

describe("a claim", () => {
  it("one of many simultaneous calls gets the claim", async () => {
    const messageId = await store();
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => table.claim(messageId, "sms", `t${index}`, now)),
    );
    expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1);
  });

  it("a claim can be had again once it was given back, and not before", async () => {
    const messageId = await store();
    expect((await table.claim(messageId, "sms", "t1", now)).claimed).toBe(true);
    expect((await table.claim(messageId, "sms", "t2", now)).claimed).toBe(false);
    await table.release(messageId, "sms", { name: "Throttled", message: "slow down" });
    expect((await table.claim(messageId, "sms", "t3", now)).claimed).toBe(true);
  });

  it("a claim whose answer was lost is had by the same call made again", async () => {
    const messageId = await store();
    expect((await table.claim(messageId, "sms", "t1", now)).claimed).toBe(true);
    expect((await table.claim(messageId, "sms", "t1", now)).claimed).toBe(true);
    expect((await table.claim(messageId, "sms", "t1", `${now}later`)).claimed).toBe(false);
  });

  it.each([
    { what: "a channel that the route has left", changes: { attempts: { sms: { endedAt: now } } } },
    { what: "a message that was reached", changes: { finishedAt: now, outcome: "reached" as const } },
    { what: "a message that expires now", changes: { expiresOn: now } },
  ])("a claim is refused for $what", async ({ changes }) => {
    const messageId = await store(changes);
    expect(await table.claim(messageId, "sms", "t1", now)).toMatchObject({
      claimed: false,
      message: changes,
    });
  });

  it("a claim is refused for a message that does not exist, and creates none", async () => {
    expect(await table.claim("nobody", "sms", "t1", now)).toEqual({ claimed: false, message: undefined });
    expect(await table.get("nobody")).toBeUndefined();
  });

  it("a claim records how the previous hop ended, and never overwrites what that channel said itself", async () => {
    const previous = {
      channel: "whatsApp",
      error: { name: "States.Timeout", message: "no receipt within the window" },
    };
    const silent = await table.claim(await store(), "sms", "t1", now, previous);
    expect(silent.message?.attempts.whatsApp).toEqual({ endedAt: now, error: previous.error });
    const said = { failedAt: "before", error: { name: "NotRegistered", code: "131026", message: "no" } };
    const spoken = await table.claim(
      await store({ attempts: { whatsApp: said, sms: {} } }),
      "sms",
      "t1",
      now,
      previous,
    );
    expect(spoken.message?.attempts.whatsApp).toEqual({ ...said, endedAt: now });
  });
});

describe("the end of a message", () => {
  it("a message ends once, and a message that was reached stays reached", async () => {
    const messageId = await store();
    await table.recordAttempt(messageId, "sms", { sentAt: now, providerMessageIds: ["p1"] }, now);
    expect(await table.finish(messageId, "undeliverable", "later")).toMatchObject({
      finishedAt: now,
      outcome: "reached",
    });
  });

  it("the end of a message ends every channel that the route has left, each once", async () => {
    const messageId = await store({ attempts: { whatsApp: { sentAt: now }, sms: { endedAt: "before" } } });
    const previous = { channel: "sms", error: { name: "States.Timeout", message: "no sign" } };
    const leftChannels = ["whatsApp", "sms"];
    expect(await table.finish(messageId, "undeliverable", now, { previous, leftChannels })).toMatchObject({
      attempts: {
        whatsApp: { sentAt: now, endedAt: now },
        sms: { endedAt: "before", error: previous.error },
      },
    });
  });

  it("a message is undeliverable where the customer was not reached", async () => {
    expect(await table.finish(await store(), "undeliverable", now)).toMatchObject({
      finishedAt: now,
      outcome: "undeliverable",
    });
  });
});

it.each(["deliveredAt", "readAt"])("a failure that comes after %s changes nothing", async (field) => {
  const attempts = { sms: { claimedAt: now, [field]: now } };
  const messageId = await store({ attempts });
  // As by a receipt that read the message before the other one wrote.
  const failure = { failedAt: "later", error: { name: "Undeliverable", message: "no" } };
  expect(await table.recordReceipt(messageId, "sms", failure, false)).toMatchObject({ attempts });
  expect((await table.get(messageId))?.attempts).toEqual(attempts);
});

it("a messageId is used once", async () => {
  const messageId = await store({ body: "first" });
  const stored = await table.get(messageId);
  expect(await table.create({ ...(stored as Message), body: "second" })).toBe(false);
  expect((await table.get(messageId))?.body).toBe("first");
});

describe("a redaction", () => {
  const personal = {
    title: "Dear Anna",
    body: "Hello Anna",
    customBody: { sms: "Hi Anna" },
    channelOptions: { whatsApp: { template: { name: "anna" } } },
    metadata: { email: "anna@example.com" },
    addresses: { phoneNumber: "+447123123123" },
    attempts: {
      whatsApp: {
        claimedAt: now,
        providerMessageIds: ["wamid.HBgLNDQ3MTIzMTIzMTIz"],
        failedAt: now,
        error: { name: "NotRegistered", code: "131026", message: "Anna has no WhatsApp" },
      },
      sms: { claimedAt: now, sentAt: now, providerMessageIds: ["8d3f"] },
    },
  };

  it("a redaction leaves nothing personal, and keeps the trace and what receipts need", async () => {
    const messageId = await store({ ...personal, finishedAt: now, outcome: "undeliverable" });
    await table.redact((await table.get(messageId)) as Message, now);
    expect(await table.get(messageId)).toEqual({
      messageId,
      client: "c1",
      createdAt: now,
      addresses: {},
      rules: ["whatsApp", "sms"],
      route: [],
      skipped: {},
      attempts: {
        whatsApp: {
          claimedAt: now,
          failedAt: now,
          error: { name: "NotRegistered", code: "131026", message: "redacted" },
        },
        sms: { claimedAt: now, sentAt: now, providerMessageIds: ["8d3f"] },
      },
      finishedAt: now,
      outcome: "undeliverable",
      redactedAt: now,
      ttl: 0,
    });
  });

  it("a redaction is refused for a message that is not finished or does not exist, and changes nothing", async () => {
    const messageId = await store(personal);
    const stored = (await table.get(messageId)) as Message;
    expect(await table.redact(stored, now)).toBeUndefined();
    expect(await table.get(messageId)).toEqual(stored);
    expect(await table.redact({ ...stored, messageId: "nobody" }, now)).toBeUndefined();
    expect(await table.get("nobody")).toBeUndefined();
  });

  it("a receipt that was read before the redaction writes nothing after it, in one write or none", async () => {
    const messageId = await store({ ...personal, finishedAt: now });
    const redacted = await table.redact((await table.get(messageId)) as Message, now);
    const late = { deliveredAt: now, providerMessageIds: ["wamid.HBgLNDQ3MTIzMTIzMTIz"] };
    expect(await table.recordReceipt(messageId, "sms", late, false)).toEqual(redacted);
    expect(await table.get(messageId)).toEqual(redacted);
    const { attempts } = (await table.recordReceipt(messageId, "sms", { deliveredAt: now }, true)) ?? {};
    expect(attempts?.sms).toMatchObject({ deliveredAt: now });
  });

  it("a repeated redaction keeps the time of the first", async () => {
    const messageId = await store({ ...personal, finishedAt: now });
    const once = (await table.redact((await table.get(messageId)) as Message, now)) as Message;
    expect(await table.redact(once, "later")).toEqual(once);
  });
});
