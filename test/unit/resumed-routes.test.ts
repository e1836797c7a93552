/** A failure that is reported after a channel's `sent` had ended the search: the rest of the route is tried, once. */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { toItem } from "../../functions/aws/dynamodb.ts";
import { eventsOf } from "../../functions/domain/events/message-events.ts";
import type { Hop, Message } from "../../functions/domain/message/message.ts";
import type { Queued } from "../../functions/domain/message/queued-receipt.ts";
import { changesBetween } from "../../functions/domain/outcome/changes.ts";
import { traceOf } from "../../functions/domain/outcome/trace.ts";
import { metricsOf } from "../../functions/domain/reporting/message-metrics.ts";
import {
  createRouting,
  endpointOf,
  type LocalTables,
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
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  return () => routing.stop();
});
afterAll(() => tables.stop());

const hop = (channel: string, until: Hop["until"] = "sent"): Hop => ({ channel, timeoutSeconds: 60, until });
const now = () => new Date(routing.clock.now()).toISOString();
const sendBy = (channel: string) => routing.sends.find((send) => send.channel === channel);
const failureOf = (channel: string, error: object = {}): Queued => ({
  names: "address",
  address: endpointOf(sendBy(channel)?.messageId ?? ""),
  sentAt: now(),
  sentSince: new Date(routing.clock.now() - 7 * 3_600_000).toISOString(),
  channel,
  status: "failed",
  at: now(),
  providerMessageId: sendBy(channel)?.providerMessageId ?? "",
  error: { name: "NotRegistered", message: "the token is gone", speaksOf: "customer", ...error },
});
const deliveryOf = (channel: string, messageId: string): Queued => ({
  names: "messageId",
  channel,
  status: "delivered",
  at: now(),
  messageId,
});
const outcomes = async (messageId: string) =>
  traceOf(await routing.stored(messageId)).channels.map(({ channel, outcome }) => `${channel} ${outcome}`);
const channelsSent = () => routing.sends.map(({ channel }) => channel);

describe("a push that fails after it was sent", () => {
  it("is followed by the rest of the route, once, however often the failure is reported", async () => {
    const { messageId } = await routing.start([hop("appMessaging"), hop("sms", "delivered")]);
    expect((await routing.stored(messageId)).outcome).toBe("reached");
    await routing.advance(3000);
    for (const times of [1, 2, 3]) {
      expect(await routing.receive(failureOf("appMessaging"), times)).toBe(true);
      await routing.untilIdle();
    }
    expect(channelsSent()).toEqual(["appMessaging", "sms"]);
    expect([...routing.restsStarted]).toEqual([`${messageId}-after-appMessaging`]);
    expect(traceOf(await routing.stored(messageId))).toMatchObject({
      status: "sent",
      channels: [
        {
          channel: "appMessaging",
          outcome: "failed",
          events: [{ status: "claimed" }, { status: "sent" }, { status: "failed" }, { status: "resumed" }],
        },
        { channel: "sms", outcome: "sent" },
      ],
    });
    await routing.receive(deliveryOf("sms", messageId));
    await routing.untilIdle();
    expect(await outcomes(messageId)).toEqual(["appMessaging failed", "sms delivered"]);
    expect(routing.hasEnded()).toBe(true);
  });

  it("is followed by the rest also where the function died before it could start it", async () => {
    const { messageId } = await routing.start([hop("appMessaging"), hop("sms")]);
    routing.failNextCallback();
    expect(await routing.receive(failureOf("appMessaging"))).toBe(false);
    expect(channelsSent()).toEqual(["appMessaging"]);
    expect(await routing.receive(failureOf("appMessaging"), 2)).toBe(true);
    await routing.untilIdle();
    expect(await outcomes(messageId)).toEqual(["appMessaging failed", "sms sent"]);
  });

  it("is followed by the rest also where the failure is there before the record of the send", async () => {
    routing.next("waits");
    const { messageId } = await routing.start([hop("appMessaging"), hop("sms")]);
    expect(await routing.receive(failureOf("appMessaging"))).toBe(false);
    await routing.release();
    expect(await routing.receive(failureOf("appMessaging"), 2)).toBe(true);
    await routing.untilIdle();
    expect(await outcomes(messageId)).toEqual(["appMessaging failed", "sms sent"]);
    expect((await routing.stored(messageId)).outcome).toBe("reached");
  });

  it("is followed by a second channel, and that by a third where it fails in the same way", async () => {
    const { messageId } = await routing.start([hop("appMessaging"), hop("whatsApp"), hop("sms")]);
    await routing.receive(failureOf("appMessaging"));
    await routing.untilIdle();
    const {
      names: _,
      providerMessageId: __,
      ...news
    } = failureOf("whatsApp") as never as Record<string, unknown>;
    await routing.receive({ names: "messageId", messageId, ...news } as Queued);
    await routing.untilIdle();
    expect(await outcomes(messageId)).toEqual(["appMessaging failed", "whatsApp failed", "sms sent"]);
    expect([...routing.restsStarted]).toEqual([
      `${messageId}-after-appMessaging`,
      `${messageId}-after-whatsApp`,
    ]);
  });

  it("fails the message where no channel is left, and says so in one event", async () => {
    const { messageId } = await routing.start([hop("appMessaging")]);
    const before = await routing.stored(messageId);
    await routing.advance(3000);
    await routing.receive(failureOf("appMessaging"));
    const after = await routing.stored(messageId);
    expect(after.outcome).toBe("undeliverable");
    expect((after.finishedAt ?? "") > (before.finishedAt ?? "")).toBe(true);
    expect(routing.restsStarted.size).toBe(0);
    const changes = changesBetween(before, after);
    expect(eventsOf({ before, after, changes })).toMatchObject([
      {
        type: "message.failed",
        data: { status: "failed", errors: { appMessaging: { name: "NotRegistered" } } },
      },
    ]);
  });

  it.each<[string, Partial<Message>]>([
    ["has expired", { expiresOn: "2020-01-01T00:00:00.000Z" }],
    ["was cancelled", { outcome: "cancelled", finishedAt: "2020-01-01T00:00:00.000Z" }],
  ])("changes nothing where the message %s", async (_, changes) => {
    const { messageId } = await routing.start([hop("appMessaging"), hop("sms")]);
    const stored = await routing.stored(messageId);
    const Item = toItem({ ...stored, ...changes });
    await tables.client.send(new PutItemCommand({ TableName: "messages", Item }));
    await routing.receive(failureOf("appMessaging"));
    await routing.untilIdle();
    expect(channelsSent()).toEqual(["appMessaging"]);
    expect((await routing.stored(messageId)).outcome).toBe(changes.outcome ?? "reached");
  });

  it("changes nothing where one of the customer's devices has it", async () => {
    const { messageId } = await routing.start([hop("appMessaging"), hop("sms")]);
    await routing.receive(deliveryOf("appMessaging", messageId));
    await routing.receive(failureOf("appMessaging"));
    await routing.untilIdle();
    expect(channelsSent()).toEqual(["appMessaging"]);
    expect(await outcomes(messageId)).toEqual(["appMessaging delivered", "sms notTried"]);
  });

  it("changes nothing where the message was redacted: nothing is left to send", async () => {
    const { messageId } = await routing.start([hop("appMessaging"), hop("sms")]);
    const failure = failureOf("appMessaging");
    await tables.messages.redact(await routing.stored(messageId), now());
    await routing.receive(failure);
    await routing.untilIdle();
    expect(channelsSent()).toEqual(["appMessaging"]);
  });
});

it("all that happened to a resumed message has a number of its own, which only grows", async () => {
  const { messageId } = await routing.start([hop("appMessaging"), hop("sms")]);
  const images = [undefined, await routing.stored(messageId)];
  await routing.receive(failureOf("appMessaging"));
  images.push(await routing.stored(messageId));
  await routing.untilIdle();
  images.push(await routing.stored(messageId));
  const changed = images.slice(1).map((after, index) => {
    const before = images[index];
    return { before, after: after as Message, changes: changesBetween(before, after as Message) };
  });
  const numbers = changed.flatMap(({ changes }) => changes.map(({ sequence }) => sequence));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const counts = metricsOf(changed).map(({ counts }) => counts);
  expect(counts.reduce((sum, { Finished = 0 }) => sum + Finished, 0)).toBe(1);
  expect(counts.reduce((sum, { FellBack = 0 }) => sum + FellBack, 0)).toBe(1);
});

it.each([
  ["account", undefined, "account"],
  ["identity", "arn:app", "arn:app"],
] as const)(
  "a failure of the %s that is reported later is reported to its circuit, once",
  async (speaksOf, identity, known) => {
    await routing.start([hop("appMessaging"), hop("sms")]);
    const failure = failureOf("appMessaging", { name: "ChannelMisconfigured", speaksOf, identity });
    await routing.receive(failure);
    await routing.receive(failure, 2);
    await routing.untilIdle();
    expect(routing.failedLater).toEqual([{ channel: "appMessaging", client: "c1", identity: known }]);
  },
);

it.each([{}, { name: "Throttled", speaksOf: "account" } as const])(
  "a later failure that opens no circuit when it is answered at once is reported to none: %o",
  async (error) => {
    await routing.start([hop("appMessaging"), hop("sms")]);
    await routing.receive(failureOf("appMessaging", error));
    expect(routing.failedLater).toEqual([]);
  },
);
