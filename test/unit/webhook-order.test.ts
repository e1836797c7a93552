/** Which events of a message wait for a webhook, on a real DynamoDB engine. */
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createWebhookOrder } from "../../functions/storage/webhook-order-table.ts";
import { type LocalDynamoDbTables, startLocalDynamoDb } from "./fixtures/local-dynamodb.ts";

let local: LocalDynamoDbTables;
beforeAll(async () => {
  local = await startLocalDynamoDb({ Counters: ["counter"] });
});
afterAll(() => local.stop());

const now = new Date("2030-01-01T00:00:00Z");
const place = (messageId: string, sequence: number) => ({ messageId, sequence });

it("the event with the smallest sequence is next, whichever came first, and then the one after it", async () => {
  const order = createWebhookOrder(local.client, "Counters");
  const queueUp = (sequence: number) => order.queueUp("shop", place("m1", sequence), now);
  expect(await queueUp(7)).toBe(true);
  expect(await queueUp(2)).toBe(true);
  expect(await queueUp(7)).toBe(false);
  expect(await queueUp(4)).toBe(false);
  await order.leave("shop", place("m1", 2));
  expect([await queueUp(7), await queueUp(4)]).toEqual([false, true]);
  await order.leave("shop", place("m1", 4));
  await order.leave("shop", place("m1", 4));
  expect(await queueUp(7)).toBe(true);
});

it("an event holds up no other message's events, and no other client's", async () => {
  const order = createWebhookOrder(local.client, "Counters");
  expect(await order.queueUp("shop", place("m2", 1), now)).toBe(true);
  expect(await order.queueUp("shop", place("m3", 5), now)).toBe(true);
  expect(await order.queueUp("bank", place("m2", 5), now)).toBe(true);
});

it("the order expires by itself, and leaves no item where nothing waited", async () => {
  const order = createWebhookOrder(local.client, "Counters");
  await order.leave("shop", place("m9", 1));
  const { Items = [] } = await local.client.send(new ScanCommand({ TableName: "Counters" }));
  expect(Items.map(({ counter }) => counter?.S).join()).not.toContain("m9");
  expect(Items.map(({ ttl }) => Number(ttl?.N))).toEqual(Items.map(() => now.getTime() / 1000 + 26 * 3600));
});
