/** What happened to a message between two images of its item, and the events that are published of it. */

import type { DynamoDBRecord } from "aws-lambda";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toItem } from "../../functions/aws/dynamodb.ts";
import { eventsOf } from "../../functions/domain/events/message-events.ts";
import { changedSubscription } from "../../functions/domain/events/webhook-subscription.ts";
import type { Attempt, Message } from "../../functions/domain/message/message.ts";
import { changesBetween } from "../../functions/domain/outcome/changes.ts";
import { createMessageChanges } from "../../functions/events/handler.ts";
import { queueWebhookDeliveries } from "../../functions/events/queue-webhook-deliveries.ts";

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const message = (attempts: Record<string, Attempt> = {}, rest: Partial<Message> = {}): Message => ({
  messageId: "m1",
  client: "shop",
  createdAt: at(0),
  fingerprint: "f",
  addresses: { phoneNumber: "+447123123123" },
  body: "Hello",
  metadata: { order: "1" },
  rules: ["whatsApp", "sms"],
  route: [
    { channel: "whatsApp", timeoutSeconds: 300, until: "delivered" },
    { channel: "sms", timeoutSeconds: 600, until: "delivered" },
  ],
  skipped: {},
  attempts: { whatsApp: {}, sms: {}, ...attempts },
  ttl: 0,
  ...rest,
});
const eventsAfter = (before: Message | undefined, after: Message) =>
  eventsOf({ before, after, changes: changesBetween(before, after) });
const types = (before: Message | undefined, after: Message) =>
  eventsAfter(before, after).map(({ type, data: { sequence, channel } }) => [type, sequence, channel]);

describe("the changes of a message", () => {
  const claimed = { claimedAt: at(1), taskToken: "t" };
  const sent = { ...claimed, sentAt: at(2) };

  it("changes are numbered from the message's acceptance on", () => {
    expect(changesBetween(undefined, message())).toEqual([{ sequence: 1, type: "accepted", at: at(0) }]);
    expect(changesBetween(message(), message({ whatsApp: claimed }))).toEqual([]);
    expect(changesBetween(message({ whatsApp: claimed }), message({ whatsApp: sent }))).toEqual([
      { sequence: 2, type: "sent", channel: "whatsApp", at: at(2) },
    ]);
  });

  it("how the route left a channel is one change", () => {
    const left = { ...sent, endedAt: at(9) };
    expect(changesBetween(message({ whatsApp: sent }), message({ whatsApp: left }))).toEqual([
      { sequence: 3, type: "timedOut", channel: "whatsApp", at: at(9) },
    ]);
    const failed = message({ whatsApp: { ...sent, failedAt: at(5), endedAt: at(9) } });
    expect(changesBetween(message({ whatsApp: sent }), failed)).toMatchObject([{ type: "failed" }]);
    // A failure that is reported after the channel was left without a sign.
    expect(changesBetween(message({ whatsApp: left }), failed)).toEqual([]);
  });

  it("a record that comes twice gives the same changes, and every fact is numbered once in whatever order facts come", () => {
    const facts = ["sentAt", "deliveredAt", "readAt", "endedAt"].flatMap((fact) =>
      ["whatsApp", "sms"].map((channel) => ({ channel, fact })),
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(facts),
        fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
        (order, sizes) => {
          let image = message();
          const numbers = changesBetween(undefined, image).map(({ sequence }) => sequence);
          for (let next = 0; next < order.length; ) {
            const some = order.slice(next, next + sizes.next().value);
            next += some.length;
            const after = structuredClone(image);
            for (const { channel, fact } of some)
              after.attempts[channel] = { ...after.attempts[channel], [fact]: at(next) };
            const changes = changesBetween(image, after);
            expect(changesBetween(image, after)).toEqual(changes);
            numbers.push(...changes.map(({ sequence }) => sequence));
            image = after;
          }
          expect(numbers).toEqual(Array.from({ length: order.length + 1 }, (_, index) => index + 1));
        },
      ),
    );
  });
});

describe("the events of a message", () => {
  const sent = { claimedAt: at(1), sentAt: at(2) };
  const delivered = { ...sent, deliveredAt: at(3) };

  it("events are CloudEvents with the channel, the status and the sender's metadata, without body and address", () => {
    const [event] = eventsAfter(message({ whatsApp: sent }), message({ whatsApp: delivered }));
    expect(event).toEqual({
      specversion: "1.0",
      id: "m1/3",
      source: "fallback-routing",
      type: "message.delivered",
      subject: "m1",
      time: at(3),
      datacontenttype: "application/json",
      data: {
        messageId: "m1",
        client: "shop",
        status: "delivered",
        category: "transactional",
        sequence: 3,
        channel: "whatsApp",
        metadata: { order: "1" },
      },
    });
  });

  it("an update that brings two statuses gives two events", () => {
    const read = message(
      { whatsApp: { ...delivered, readAt: at(4) } },
      { finishedAt: at(4), outcome: "reached" },
    );
    expect(types(message({ whatsApp: sent }), read)).toEqual([
      ["message.delivered", 3, "whatsApp"],
      ["message.read", 4, "whatsApp"],
    ]);
  });

  it("an older status, a channel that was left, and a redaction give no event", () => {
    const early = { claimedAt: at(1), deliveredAt: at(1) };
    expect(types(message({ sms: early }), message({ sms: { ...early, sentAt: at(2) } }))).toEqual([]);
    expect(types(message({ sms: sent }), message({ sms: { ...sent, endedAt: at(9) } }))).toEqual([]);
    const { body: _, ...bare } = message({ sms: delivered });
    expect(types(message({ sms: delivered }), { ...bare, addresses: {} })).toEqual([]);
  });

  it.each([
    ["undeliverable", "message.failed"],
    ["expired", "message.expired"],
    ["cancelled", "message.cancelled"],
  ] as const)("the event of a message that ended as %s says why each channel was left", (outcome, type) => {
    const error = { name: "NotRegistered", code: "131026", message: "not on WhatsApp" };
    const failed = { whatsApp: { claimedAt: at(1), failedAt: at(2), error } };
    const [event, ...others] = eventsAfter(message(failed), message(failed, { finishedAt: at(5), outcome }));
    expect(others).toEqual([]);
    expect(event).toMatchObject({ type, data: { errors: { whatsApp: error } } });
    expect(event?.data.channel).toBeUndefined();
  });

  it("an event says that its receipt was late", () => {
    const left = { ...sent, endedAt: at(9) };
    const late = message({ whatsApp: { ...left, deliveredAt: at(10), lateAt: at(10) } });
    expect(eventsAfter(message({ whatsApp: left }), late)).toMatchObject([{ data: { late: true } }]);
  });
});

describe("a function that dies between the change and its event", () => {
  const record = (before: Message, after: Message) =>
    ({ dynamodb: { OldImage: toItem(before), NewImage: toItem(after) } }) as DynamoDBRecord;
  const sent = { claimedAt: at(1), sentAt: at(2) };
  const Records = [
    record(message(), message({ sms: sent })),
    record(message({ sms: sent }), message({ sms: { ...sent, deliveredAt: at(3) } })),
  ];
  const subscriptionTo = (events?: string[]) => ({
    get: async () => changedSubscription(undefined, { url: "https://shop.example/", events }, new Date()),
  });

  it("a batch that is handed over again gives the same events under the same ids", async () => {
    const queued: string[] = [];
    let lives = 0;
    const dying = {
      enqueue: async (deliveries: readonly { id: string }[]) => {
        lives += 1;
        for (const { id } of lives === 1 ? deliveries.slice(0, 1) : deliveries) queued.push(id);
        if (lives === 1) throw new Error("killed");
      },
    };
    const publishAll = createMessageChanges([queueWebhookDeliveries(subscriptionTo(), dying)]);
    await expect(publishAll({ Records })).rejects.toThrow("killed");
    await publishAll({ Records });
    expect(queued).toEqual(["m1/2", "m1/2", "m1/3"]);
  });

  it("an event that no webhook subscription asks for is not queued", async () => {
    const queued: string[] = [];
    const queue = {
      enqueue: async (all: readonly { id: string }[]) => void queued.push(...all.map(({ id }) => id)),
    };
    const publishTo = (subscriptions: Parameters<typeof queueWebhookDeliveries>[0]) =>
      createMessageChanges([queueWebhookDeliveries(subscriptions, queue)])({ Records });
    await publishTo({ get: async () => undefined });
    expect(queued).toEqual([]);
    await publishTo(subscriptionTo(["message.delivered"]));
    expect(queued).toHaveLength(1);
  });
});
