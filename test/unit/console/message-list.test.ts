/** The console's list of messages: what a row says, what finds it, the totals; and that it stays fast. */
import { expect, it } from "vitest";
import type { Message } from "../../../functions/domain/message/message.ts";
import { type Filter, MessageList } from "../../../infra/local/console/messages/list.ts";
import { itemOf, recordOf } from "./messages-of.ts";

const all: Filter = { search: "", status: "", channel: "", after: undefined, limit: 50 };
function listOf(...items: Partial<Message>[]): MessageList {
  const list = new MessageList();
  for (const item of items) list.take(recordOf(itemOf(item)));
  return list;
}
const idsOf = (list: MessageList, filter: Partial<Filter>) =>
  list.page({ ...all, ...filter }).messages.map(({ messageId }) => messageId);

it("a row says to whom, what, by which channels, what it saved and when it ended", () => {
  expect(listOf({}).page(all)).toEqual({
    messages: [
      {
        messageId: "m1",
        createdAt: "2030-01-01T12:00:00.000Z",
        finishedAt: "2030-01-01T12:00:02.000Z",
        status: "delivered",
        who: "anna@example.com",
        text: "Your order is on its way",
        channels: [
          { channel: "whatsApp", outcome: "failed" },
          { channel: "fbMessenger", outcome: "delivered" },
          { channel: "sms", outcome: "notTried" },
        ],
        saved: "0.039",
      },
    ],
    totals: { messages: 1, ended: 1, reached: 1, fellBack: 1, saved: "0.039" },
  });
});

it("a message of a test key says so, and counts in no share and no sum", () => {
  const { messages, totals } = listOf({}, { messageId: "m2", test: { fbMessenger: "0000" } }).page(all);
  expect(messages.map(({ messageId, test }) => [messageId, test])).toEqual([
    ["m2", true],
    ["m1", undefined],
  ]);
  expect(totals).toEqual({ messages: 2, ended: 1, reached: 1, fellBack: 1, saved: "0.039" });
});

it("is named by the number where it names no profile", () => {
  const [row] = listOf({ profileId: undefined } as never).page(all).messages;
  expect(row?.who).toBe("+447123123123");
});

it.each([
  ["the number", "+447123123123"],
  ["the number as people write it", "0044 7123 123-123"],
  ["the number as it is dialled at home", "07123 123123"],
  ["the end of the number", "123 123"],
  ["the profile", "anna@"],
  ["the reference", "ORDER 1234"],
  ["words of the body, in any order", "way order"],
  ["a channel", "messenger"],
  ["a status", "delivered"],
  ["the messageId", "anna-1"],
])("a message is found by %s", (_, search) => {
  const other = {
    messageId: "b2",
    profileId: "ben",
    reference: "7",
    body: "Hello",
    addresses: { phoneNumber: "+4915112345678" },
    attempts: {},
    finishedAt: undefined,
    outcome: undefined,
  } as never;
  const list = listOf({ messageId: "anna-1" }, other);
  expect(idsOf(list, { search })).toEqual(["anna-1"]);
  expect(idsOf(list, { search: "nobody" })).toEqual([]);
});

it("the status and the channel that was tried narrow the list, and the totals follow", () => {
  const failed = {
    messageId: "m2",
    attempts: { sms: { claimedAt: "2030-01-01T12:00:00.000Z", failedAt: "2030-01-01T12:00:01.000Z" } },
    outcome: "undeliverable",
  } as const;
  const list = listOf({}, failed);
  expect(list.page(all).totals).toMatchObject({ messages: 2, ended: 2, reached: 1, fellBack: 1 });
  expect(idsOf(list, { status: "failed" })).toEqual(["m2"]);
  expect(idsOf(list, { channel: "sms" })).toEqual(["m2"]);
  expect(idsOf(list, { channel: "whatsApp" })).toEqual(["m1"]);
  expect(list.page({ ...all, status: "failed" }).totals).toMatchObject({ messages: 1, reached: 0 });
});

it("a message that changes keeps its place; one that is redacted is found by nothing personal; one that is gone is left out", () => {
  const list = listOf({ messageId: "m1", finishedAt: undefined } as never, { messageId: "m2" });
  list.take(recordOf(itemOf({ messageId: "m1" })));
  expect(idsOf(list, {})).toEqual(["m2", "m1"]);
  const { body: _, profileId: __, reference: ___, ...rest } = itemOf({ messageId: "m1", addresses: {} });
  list.take(recordOf({ ...rest, redactedAt: "2030-01-02T00:00:00.000Z" }));
  expect(idsOf(list, { search: "anna" })).toEqual(["m2"]);
  list.take(recordOf({ messageId: "m2" }, true));
  expect(idsOf(list, {})).toEqual(["m1"]);
});

it("an item that is no message is left out", () => {
  const list = listOf({});
  list.take(recordOf({ messageId: "broken" }));
  expect(idsOf(list, {})).toEqual(["m1"]);
});

it("10,000 messages are paged from the newest to the oldest, each once", () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `m${index}`);
  const list = listOf(...ids.map((messageId) => ({ messageId })));
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = list.page({ ...all, after, limit: 500 });
    seen.push(...page.messages.map(({ messageId }) => messageId));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual(ids.toReversed());
});
