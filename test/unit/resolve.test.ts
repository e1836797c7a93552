/** Ending all messages of a reference, on the local DynamoDB by the real client. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createResolveMessages } from "../../functions/api/resolve-messages.ts";
import { eventsOf } from "../../functions/domain/events/message-events.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import { changesBetween } from "../../functions/domain/outcome/changes.ts";
import { isToResume } from "../../functions/domain/outcome/receipt-changes.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import type { HttpEvent } from "../../functions/http/handler.ts";
import { createMessageLists, listsOf, positionOf } from "../../functions/storage/message-lists.ts";
import { createMessagesTable } from "../../functions/storage/messages-table.ts";
import { startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";
import { testHash } from "./fixtures/routing-in-process.ts";

const now = () => new Date("2030-01-02T00:00:00Z");
const stopped: string[] = [];
let failsToStop = false;

async function start() {
  const tables = { contacts: ["contact", "entry"], messages: ["messageId"] };
  const { client, stop } = await startLocalDynamoDb(tables);
  const messages = createMessagesTable(client, "messages");
  const lists = createMessageLists(client, "contacts", testHash);
  const resolve = createResolveMessages({
    messages,
    lists,
    hash: testHash,
    now,
    stop: async ({ messageId }) => {
      if (failsToStop) throw new Error("Step Functions is down");
      stopped.push(messageId);
    },
  });
  return { stop, messages, lists, resolve };
}
let world: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  world = await start();
});
afterAll(() => world.stop());
beforeEach(() => {
  stopped.length = 0;
  failsToStop = false;
});

let count = 0;
async function store(reference: string, changes: Partial<Message> = {}): Promise<string> {
  count += 1;
  const message: Message = {
    messageId: `m${count}`,
    client: "shop",
    createdAt: new Date(Date.UTC(2030, 0, 1) + count).toISOString(),
    addresses: { phoneNumber: "+447123123123" },
    reference,
    rules: ["sms"],
    route: [{ channel: "sms", timeoutSeconds: 60, until: "delivered" }],
    skipped: {},
    attempts: { sms: {} },
    ttl: 2_000_000_000,
    ...changes,
  };
  await Promise.all(listsOf(message).map((list) => world.lists.add(list, positionOf(message), message)));
  await world.messages.create(message);
  return message.messageId;
}

async function resolve(body: object, client = "shop") {
  const event = {
    routeKey: "POST /messages/resolve",
    headers: {},
    body: JSON.stringify(body),
    requestContext: { authorizer: { lambda: { client } } },
  };
  const answer = await world.resolve(event as unknown as HttpEvent);
  return JSON.parse(answer.body ?? "") as { count: number; resolved: string[]; next?: string };
}

it("every open message of the reference ends, its execution is stopped, and its trace says why; no other one's does", async () => {
  const open = [await store("o-1"), await store("o-1")];
  const finishedAt = "2030-01-01T00:00:10.000Z";
  const others = [
    await store("o-1", { finishedAt, outcome: "reached" }),
    await store("o-1", { finishedAt, outcome: "cancelled" }),
    await store("o-2"),
    await store("o-1", { client: "bank" }),
  ];
  const before = await Promise.all(others.map((id) => world.messages.get(id)));
  expect(await resolve({ reference: "o-1", reason: "paid" })).toEqual({
    reference: "o-1",
    count: 2,
    resolved: open.toReversed(),
  });
  expect(stopped.sort()).toEqual(open);
  expect(await Promise.all(others.map((id) => world.messages.get(id)))).toEqual(before);
  const after = (await world.messages.get(open[0] ?? "")) as Message;
  expect(traceOf(after)).toMatchObject({
    status: "resolved",
    reason: "paid",
    finishedAt: now().toISOString(),
  });
  const { outcome: _, finishedAt: __, ...open0 } = after;
  const changes = changesBetween(open0, after);
  expect(eventsOf({ before: open0, after, changes })).toMatchObject([
    { type: "message.resolved", data: { status: "resolved", reason: "paid", reference: "o-1" } },
  ]);
});

it("done again it answers the same, keeps the first reason, and stops the executions that the first call left", async () => {
  const id = await store("o-3");
  failsToStop = true;
  await expect(resolve({ reference: "o-3", reason: "paid" })).rejects.toThrow("down");
  failsToStop = false;
  for (const reason of ["refunded", "paid"])
    expect(await resolve({ reference: "o-3", reason })).toMatchObject({ count: 1, resolved: [id] });
  expect(stopped).toEqual([id, id]);
  expect((await world.messages.get(id))?.reason).toBe("paid");
  expect(await resolve({ reference: "none" })).toEqual({ reference: "none", count: 0, resolved: [] });
});

it("a message that was only sent stays so, and its channel's failure tries no other one", async () => {
  const finishedAt = "2030-01-01T00:00:10.000Z";
  const sent: Partial<Message> = {
    rules: ["whatsApp", "sms"],
    route: ["whatsApp", "sms"].map((channel) => ({ channel, timeoutSeconds: 60, until: "sent" })),
    attempts: { whatsApp: { claimedAt: finishedAt, sentAt: finishedAt }, sms: {} },
    finishedAt,
    outcome: "reached",
  };
  const ids = [await store("o-6", sent), await store("o-7", sent)];
  expect(await resolve({ reference: "o-7" })).toMatchObject({ count: 0 });
  const failedAt = "2030-01-03T00:00:00.000Z";
  const resumes = await Promise.all(
    ids.map(async (id) => {
      const failed = await world.messages.recordReceipt(id, "whatsApp", { failedAt }, false);
      const resumed = await world.messages.resume(id, "whatsApp", failedAt, finishedAt, false);
      return [isToResume(failed as Message, "whatsApp", failedAt), resumed !== undefined];
    }),
  );
  expect(resumes).toEqual([
    [true, true],
    [false, false],
  ]);
});

it("more messages than one call takes are ended by the next one", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 510; index += 1) ids.push(await store("o-4"));
  const { next, ...first } = await resolve({ reference: "o-4" });
  expect(first.count).toBe(500);
  const second = await resolve({ reference: "o-4", cursor: next });
  expect(second.next).toBeUndefined();
  expect([...first.resolved, ...second.resolved].sort()).toEqual(ids.sort());
  await expect(resolve({ reference: "o-5", cursor: next })).rejects.toMatchObject({ status: 400 });
});
