/** Items are parsed when they are read: unknown fields do no harm, and an item that does not fit says which field, not its value. */
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseItem, toItem, UnreadableItem } from "../../functions/aws/dynamodb.ts";
import { type Message, storedMessage } from "../../functions/domain/message/message.ts";
import { createMessagesTable } from "../../functions/storage/messages-table.ts";
import { createProfilesTable } from "../../functions/storage/profiles-table.ts";
import { type LocalDynamoDbTables, startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";

let dynamoDb: LocalDynamoDbTables;
beforeAll(async () => {
  dynamoDb = await startLocalDynamoDb({ messages: ["messageId"], profiles: ["_key"] });
});
afterAll(() => dynamoDb.stop());

const put = (TableName: string, item: object) =>
  dynamoDb.client.send(new PutItemCommand({ TableName, Item: toItem(item) }));

const now = "2030-01-01T00:00:00.000Z";
/** Every field that a message can have. */
const full = {
  messageId: "m1",
  client: "shop",
  createdAt: now,
  fingerprint: "f",
  addresses: {
    phoneNumber: "+447123123123",
    appDevices: [{ platform: "fcm", token: "t" }],
    telegramChat: "17",
  },
  profileId: "anna",
  country: "GB",
  test: { whatsApp: "0000", sms: "0000" },
  reserved: "0.04",
  reservedAt: now,
  title: "Order",
  body: "Hello",
  customBody: { sms: "Hi" },
  channelOptions: { whatsApp: { template: { name: "order", components: [{ type: "body" }] } } },
  metadata: { order: { id: 1234, tags: ["a", null, true] } },
  rules: ["whatsApp", "sms", "fbMessenger"],
  route: [
    {
      channel: "whatsApp",
      timeoutSeconds: 300,
      until: "read",
      estimatedCost: "0.02",
      billedWhen: "delivered",
      chance: 0.8,
      expectedCost: "0.016",
      why: {
        prefer: "cost",
        chance: 0.8,
        costToReach: "0.02",
        secondsToRead: 30,
        tries: { own: 1, everyone: 20 },
      },
      fit: { within95Seconds: 20, receipts: 50, bounds: [30, 1200] },
    },
    { channel: "sms", timeoutSeconds: 600, until: "delivered", why: { prefer: "cost", nothingKnown: true } },
  ],
  skipped: { fbMessenger: { code: "no_address", reason: "no fbMessengerId" } },
  attempts: {
    whatsApp: {
      claimedAt: now,
      taskToken: "token",
      sentAt: now,
      providerMessageIds: ["wamid.1", "wamid.2"],
      deliveredAt: now,
      deliveredTo: "phone",
      readAt: now,
      failedAt: now,
      unknownAt: now,
      failedIds: new Set(["wamid.1"]),
      endedAt: now,
      lateAt: now,
      error: { name: "NotRegistered", code: "131026", message: "no" },
      cost: { usd: "0.02", source: "provider" },
    },
    sms: {},
  },
  sendAt: now,
  request: "{}",
  expiresOn: now,
  finishedAt: now,
  outcome: "reached",
  redactedAt: now,
  ttl: 1893456000,
} satisfies Message;

describe("a message", () => {
  it("is read with every field that was stored", async () => {
    const messages = createMessagesTable(dynamoDb.client, "messages");
    expect(await messages.create(full)).toBe(true);
    expect(await messages.get("m1")).toEqual(full);
  });

  it("of another version is read without the fields that this version does not know", () => {
    const later = {
      ...full,
      priority: "high",
      attempts: { ...full.attempts, sms: { acknowledgedAt: now } },
      route: full.route.map((hop) => ({ ...hop, provider: "second" })),
    };
    expect(parseItem(storedMessage, toItem(later))).toEqual(full);
  });

  it("of an earlier version is read without the fields that it did not have", () => {
    const { country: _, reserved: __, profileId: ___, redactedAt: ____, ...rest } = full;
    const earlier = {
      ...rest,
      route: full.route.map(({ channel, timeoutSeconds, until }) => ({ channel, timeoutSeconds, until })),
    };
    expect(parseItem(storedMessage, toItem(earlier))).toEqual(earlier);
  });

  it("keeps in the table the fields that this version does not know, whatever it writes", async () => {
    const messages = createMessagesTable(dynamoDb.client, "messages");
    const { finishedAt: _, outcome: __, redactedAt: ___, ...open } = full;
    await put("messages", { ...open, messageId: "m2", priority: "high" });
    await messages.recordReceipt("m2", "sms", { deliveredAt: now }, false);
    await messages.finish("m2", "cancelled", now);
    const { Item } = await dynamoDb.client.send(
      new GetItemCommand({ TableName: "messages", Key: toItem({ messageId: "m2" }) }),
    );
    expect(Item?.priority).toEqual({ S: "high" });
  });
});

it("an item that does not fit fails with its fields, and without their values", () => {
  const broken = {
    ...full,
    body: 17,
    metadata: "Dear Anna",
    route: [{ ...full.route[0], until: "+447123123123" }],
  };
  const read = () => parseItem(storedMessage, toItem(broken));
  expect(read).toThrow(UnreadableItem);
  expect(read).toThrow(
    'an item cannot be read: body must be string; metadata must be Object; route.0.until must be ("sent" | "delivered" | "read")',
  );
  expect(read).not.toThrow(/Anna|447123123123|17/);
  expect(() => parseItem(storedMessage, {})).toThrow('messageId must be "messageId"');
});

it("a profile keeps the fields of its devices that this version does not know", async () => {
  const profiles = createProfilesTable(dynamoDb.client, "profiles");
  const appDevices = [{ platform: "fcm", token: "t", locale: "en" }];
  await put("profiles", { _key: "shop#anna", firstName: "Anna", age: 30, isMember: true, appDevices });
  expect(await profiles.get("shop", "anna")).toEqual({
    firstName: "Anna",
    age: 30,
    isMember: true,
    appDevices,
  });
});
