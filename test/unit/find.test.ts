/** Finding messages, on the local DynamoDB by the real client: each way, its pages, and what is never found. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createFindMessages } from "../../functions/api/find-messages.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import type { HttpEvent } from "../../functions/http/handler.ts";
import { createContactsTable } from "../../functions/storage/contacts-table.ts";
import { createMessageLists, listsOf, positionOf } from "../../functions/storage/message-lists.ts";
import { createMessagesTable } from "../../functions/storage/messages-table.ts";
import { callDynamoDb } from "../../infra/local/aws/dynamodb.ts";
import { startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";
import { testHash } from "./fixtures/routing-in-process.ts";

async function start() {
  const { port, client, stop } = await startLocalDynamoDb({ contacts: ["contact", "entry"] });
  const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType });
  await callDynamoDb(port, "CreateTable", {
    TableName: "messages",
    KeySchema: [key("messageId", "HASH")],
    AttributeDefinitions: ["messageId", "client", "endedAs"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    BillingMode: "PAY_PER_REQUEST",
    GlobalSecondaryIndexes: [
      {
        IndexName: "ended",
        KeySchema: [key("client", "HASH"), key("endedAs", "RANGE")],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  });
  const messages = createMessagesTable(client, "messages");
  const contacts = createContactsTable(client, "contacts", 30, testHash);
  const lists = createMessageLists(client, "contacts", testHash);
  return { client, stop, messages, contacts, lists, find: createFindMessages({ messages, lists }, testHash) };
}
let world: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  world = await start();
});
afterAll(() => world.stop());

let count = 0;
const timeOf = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const until = "delivered" as const;

/** A message of this second, as accepting it stores and lists it. */
async function store(second: number, changes: Partial<Message> = {}): Promise<Message> {
  count += 1;
  const channels = ["whatsApp", "sms"];
  const message: Message = {
    messageId: `m${count}`,
    client: "shop",
    createdAt: timeOf(second),
    fingerprint: "f",
    addresses: { phoneNumber: "+447123123123" },
    rules: channels,
    route: channels.map((channel) => ({ channel, timeoutSeconds: 60, until })),
    skipped: {},
    attempts: { whatsApp: {}, sms: {} },
    ttl: 2_000_000_000,
    ...changes,
  };
  await Promise.all(listsOf(message).map((list) => world.lists.add(list, positionOf(message), message)));
  await world.messages.create(message);
  return message;
}

async function ask(query: Record<string, string>, client = "shop", routeKey = "GET /messages") {
  const event = {
    routeKey,
    queryStringParameters: query,
    pathParameters: { profileId: query.profileId },
    requestContext: { authorizer: { lambda: { client } } },
  };
  if (routeKey !== "GET /messages") delete query.profileId;
  const { body } = await world.find(event as unknown as HttpEvent);
  return JSON.parse(body ?? "") as {
    messages: { messageId: string; direction: string; answers?: string; to: Record<string, string> }[];
    next?: string;
  };
}
const idsOf = ({ messages }: { messages: { messageId: string }[] }) => messages.map((one) => one.messageId);

/** The ids of all pages. */
async function allOf(query: Record<string, string>, client?: string): Promise<string[]> {
  const page = await ask(query, client);
  return page.next === undefined
    ? idsOf(page)
    : [...idsOf(page), ...(await allOf({ ...query, cursor: page.next }, client))];
}

it("a profile's messages are found newest first, page by page, and another client's are not", async () => {
  const stored: string[] = [];
  for (let second = 0; second < 25; second += 1)
    stored.unshift((await store(second, { profileId: "anna" })).messageId);
  await store(30, { profileId: "anna", client: "bank" });
  await store(31, { profileId: "bert" });
  const first = await ask({ profileId: "anna", limit: "10" });
  expect(idsOf(first)).toEqual(stored.slice(0, 10));
  expect(first.messages[0]?.to).toEqual({ profileId: "anna", phoneNumber: "…3123" });
  expect(await allOf({ profileId: "anna", limit: "10" })).toEqual(stored);
  expect(await allOf({ profileId: "anna", limit: "7", from: timeOf(5), to: timeOf(20) })).toEqual(
    stored.slice(4, 20),
  );
});

it("a page of a long list takes as many calls as one of a short list", async () => {
  for (let second = 0; second < 300; second += 1) {
    await store(second, { reference: "long" });
    if (second < 12) await store(second, { reference: "short" });
  }
  const calls = vi.spyOn(world.client, "send");
  const callsFor = async (query: Record<string, string>) => {
    calls.mockClear();
    await ask({ limit: "10", ...query });
    return calls.mock.calls.length;
  };
  const short = await callsFor({ reference: "short" });
  const { next: cursor = "" } = await ask({ reference: "long", limit: "100" });
  expect([await callsFor({ reference: "long" }), await callsFor({ reference: "long", cursor })]).toEqual([
    short,
    short,
  ]);
  calls.mockRestore();
});

it("messages are found by their reference, of one client alone", async () => {
  const { messageId } = await store(0, { reference: "order-1" });
  const other = await store(0, { reference: "order-1", client: "bank" });
  expect(await allOf({ reference: "order-1" })).toEqual([messageId]);
  expect(await allOf({ reference: "order-1" }, "bank")).toEqual([other.messageId]);
  expect(await allOf({ reference: "order-2" })).toEqual([]);
});

it("a message is found by its address once, at its last try, whatever its channels", async () => {
  const { messages, contacts } = world;
  const phoneNumber = "+447123000001";
  const stored: string[] = [];
  for (let second = 0; second < 6; second += 1) {
    const message = await store(second, { addresses: { phoneNumber } });
    for (const [index, channel] of ["whatsApp", "sms"].entries()) {
      const at = timeOf(second + index * 3);
      await messages.claim(message.messageId, channel, "token", at);
      await contacts.recordSend(channel, phoneNumber, message, at);
    }
    stored.unshift(message.messageId);
  }
  for (const limit of ["1", "2", "5", "100"])
    expect(await allOf({ phoneNumber: phoneNumber.slice(1), limit })).toEqual(stored);
});

it("nobody learns that another client writes to the same address", async () => {
  const { messages, contacts } = world;
  const phoneNumber = "+447123000002";
  const send = async (second: number, client: string) => {
    const message = await store(second, { client, addresses: { phoneNumber } });
    await messages.claim(message.messageId, "sms", "token", timeOf(second));
    await contacts.recordSend("sms", phoneNumber, message, timeOf(second));
    return message.messageId;
  };
  const own = await send(0, "shop");
  for (let second = 1; second < 40; second += 1) await send(second, "bank");
  expect(await ask({ phoneNumber, limit: "1" }, "insurer")).toEqual({ messages: [] });
  const page = await ask({ phoneNumber, limit: "2" });
  expect([idsOf(page), page.next]).toEqual([[own], undefined]);
});

it.each([
  ["failed", "undeliverable"],
  ["expired", "expired"],
  ["cancelled", "cancelled"],
] as const)(
  "messages that ended as %s are found by that, unless they were delivered after all",
  async (status, outcome) => {
    const { messages } = world;
    const ended: string[] = [];
    for (let second = 0; second < 5; second += 1) {
      const { messageId } = await store(0, { client: `of ${status}` });
      await messages.finish(messageId, outcome, timeOf(second));
      ended.unshift(messageId);
    }
    const { messageId } = await store(0, { client: "bank" });
    await messages.finish(messageId, outcome, timeOf(0));
    const query = { status, limit: "2" };
    expect(await allOf(query, `of ${status}`)).toEqual(ended);
    expect(await allOf({ ...query, from: timeOf(1), to: timeOf(2) }, `of ${status}`)).toEqual(
      ended.slice(2, 4),
    );
    await messages.recordReceipt(ended[1] ?? "", "sms", { deliveredAt: timeOf(9) }, false);
    expect(await allOf(query, `of ${status}`)).toEqual(ended.filter((id) => id !== ended[1]));
  },
);

it("messages that wait for their time are found by it, until they begin or end", async () => {
  const { messages } = world;
  const waiting: Message[] = [];
  for (let second = 0; second < 3; second += 1)
    waiting.unshift(await store(0, { client: "later", sendAt: timeOf(second), request: "{}" }));
  const ids = waiting.map(({ messageId }) => messageId);
  const query = { status: "scheduled", limit: "2" };
  expect(await allOf(query, "later")).toEqual(ids);
  expect(await allOf({ ...query, from: timeOf(1), to: timeOf(1) }, "later")).toEqual(ids.slice(1, 2));
  const [first, second] = waiting as [Message, Message];
  await messages.finish(first.messageId, "cancelled", timeOf(0));
  const { request: _, ...begun } = second;
  expect(await messages.replaceWaiting(begun)).toBe(true);
  expect(await allOf(query, "later")).toEqual(ids.slice(2));
  // Neither waits any more.
  for (const { messageId } of [first, second])
    expect(await messages.replaceWaiting({ ...begun, messageId })).toBe(false);
  expect(await messages.get(first.messageId)).toMatchObject({ outcome: "cancelled" });
});

it.each([{ status: "failed" }, { profileId: "anna" }, { phoneNumber: "447123123123" }])(
  "nothing is found by %o between a time and an earlier one",
  async (way) => {
    expect(await ask({ ...way, from: timeOf(5), to: timeOf(4) })).toEqual({ messages: [] });
  },
);

it("a conversation has the customer's answers in between, without their words", async () => {
  const { lists } = world;
  const first = await store(0, { profileId: "carl" });
  await lists.add({ of: "profile", client: "shop", value: "carl" }, `${timeOf(1)}#inbound/1`, first, "sms");
  const second = await store(2, { profileId: "carl" });
  const { messages } = await ask({ profileId: "carl" }, "shop", "GET /profiles/{profileId}/messages");
  expect(messages).toMatchObject([
    { direction: "out", messageId: second.messageId },
    { direction: "in", channel: "sms", at: timeOf(1), answers: first.messageId },
    { direction: "out", messageId: first.messageId },
  ]);
  expect(await allOf({ profileId: "carl", limit: "1" })).toEqual([second.messageId, first.messageId]);
});

it("what a deleted profile's messages are found by is gone at once; what comes after is found", async () => {
  for (let second = 0; second < 3; second += 1) await store(second, { profileId: "dora" });
  await world.lists.cutOff({ of: "profile", client: "shop", value: "dora" }, new Date(timeOf(10)), 30);
  expect(await allOf({ profileId: "dora" })).toEqual([]);
  const { messageId } = await store(11, { profileId: "dora" });
  expect(await allOf({ profileId: "dora" })).toEqual([messageId]);
});

it("a redacted message is found by nothing that it held, though its rows be left", async () => {
  const { messages, contacts } = world;
  const phoneNumber = "+447123000003";
  const message = await store(0, { profileId: "emil", reference: "order-9", addresses: { phoneNumber } });
  await messages.claim(message.messageId, "sms", "token", timeOf(0));
  await contacts.recordSend("sms", phoneNumber, message, timeOf(0));
  const finished = await messages.finish(message.messageId, "undeliverable", timeOf(1));
  const ways = [{ profileId: "emil" }, { reference: "order-9" }, { phoneNumber }];
  for (const way of ways) expect(await allOf(way)).toEqual([message.messageId]);
  await messages.redact(finished ?? message, timeOf(2));
  for (const way of ways) expect(await allOf(way)).toEqual([]);
});

it.each([
  [{}, ""],
  [{ profileId: "anna", reference: "r" }, ""],
  [{ profileId: "anna", limit: "0" }, "limit"],
  [{ profileId: "anna", limit: "101" }, "limit"],
  [{ profileId: "anna", from: "yesterday" }, "from"],
  [{ profileId: "anna", cursor: "guess" }, "cursor"],
  [{ profileId: "anna", page: "2" }, "page"],
  [{ phoneNumber: "123" }, "phoneNumber"],
  [{ status: "delivered" }, "status"],
])("the query %o is refused with the field", async (query, path) => {
  await expect(ask(query)).rejects.toMatchObject({ status: 400, errors: [{ path }] });
});

it("a cursor is good for its own request alone", async () => {
  for (let second = 0; second < 3; second += 1)
    await store(second, { profileId: "fred", client: second > 0 ? "shop" : "bank" });
  const { next: cursor = "" } = await ask({ profileId: "fred", limit: "1" });
  expect(cursor).not.toBe("");
  expect(await ask({ profileId: "fred", limit: "50", cursor })).toMatchObject({ messages: [{}] });
  const refused = { errors: [{ path: "cursor", code: "refused" }] };
  await expect(ask({ profileId: "anna", cursor })).rejects.toMatchObject(refused);
  await expect(ask({ profileId: "fred", cursor, from: timeOf(0) })).rejects.toMatchObject(refused);
  await expect(ask({ profileId: "fred", cursor }, "bank")).rejects.toMatchObject(refused);
});
