/** RCS by AWS End User Messaging: what is sent, and how its events and the customer's answers are read. */
import { describe, expect, it, vi } from "vitest";
import { createSender, rcs, readTopicMessage } from "../../functions/channels/rcs.ts";
import { readTopicMessage as readSms } from "../../functions/channels/sms.ts";
import type { Outbound } from "../../functions/domain/channel.ts";
import { contentFaults } from "../../functions/domain/route/content.ts";
import { at, rcsAgentArn, useCarrierWorld } from "./fixtures/carrier-world.ts";

const now = new Date("2026-11-27T10:00:00.000Z");
/** https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html#rcs-events-delivery-status, with a context. */
const delivered = {
  eventType: "RCS_DELIVERED",
  eventVersion: "1.0",
  eventTimestamp: 1781661267660,
  isFinal: true,
  originationPhoneNumber: "rcs-c020de2520714385964ebf7b095c4b60",
  destinationPhoneNumber: "+13022640220",
  isoCountryCode: "US",
  isInternationalSend: false,
  messageId: "test-sc1-004",
  messageRequestTimestamp: 1781300397157,
  messageEncoding: "UNICODE",
  messageType: "TRANSACTIONAL",
  messageStatus: "DELIVERED",
  messageStatusDescription: "Message has been accepted by phone",
  totalMessageParts: 1,
  totalMessagePrice: 0.007,
  totalCarrierFee: 0.00494,
  rcsMetadata: { billingEventType: "RICH" },
  rcsBusinessId: "endusermessagingtesting1_06fr8x6o_agent",
  agentIsoCountryCode: "US",
  context: { messageId: "m1", channel: "rcs" },
};

describe("an event of RCS", () => {
  it("that is a delivery names our message, with AWS's price and the carrier's fee", () => {
    expect(readTopicMessage(delivered, now)).toEqual([
      {
        names: "messageId",
        messageId: "m1",
        channel: "rcs",
        at: new Date(1781661267660).toISOString(),
        providerMessageId: "test-sc1-004",
        status: "delivered",
        deliveredTo: "phone",
        pricing: { usd: "0.01194" },
      },
    ]);
  });

  it("that is a read receipt has no price, as AWS writes 0 there", () => {
    const read = {
      ...delivered,
      eventType: "RCS_READ",
      messageStatus: "READ",
      totalMessagePrice: 0,
      totalCarrierFee: 0,
    };
    const [receipt] = readTopicMessage(read, now) ?? [];
    expect(receipt).toMatchObject({ status: "read", messageId: "m1" });
    expect(receipt).not.toHaveProperty("pricing");
  });

  it.each([
    ["RCS_FAILED", "UNDELIVERABLE", "NotRegistered", "customer"],
    ["RCS_FAILED", "REJECTED", "Rejected", "request"],
    ["RCS_FAILED", "SOMETHING_NEW", "Undeliverable", "request"],
    ["RCS_TTL_EXPIRED", "TTL_EXPIRATION_REVOKED", "Undeliverable", "customer"],
    ["RCS_PROTECT_BLOCKED", "PROTECT_BLOCKED", "Undeliverable", "customer"],
  ])("%s with the status %s is %s and speaks of the %s", (eventType, messageStatus, name, speaksOf) => {
    expect(readTopicMessage({ ...delivered, eventType, messageStatus }, now)).toMatchObject([
      { status: "failed", error: { name, speaksOf } },
    ]);
  });

  it.each([
    ["RCS_DELIVERED", "PENDING"],
    ["RCS_QUEUED", "QUEUED"],
    ["RCS_TTL_EXPIRED", "TTL_EXPIRATION_REVOKE_FAILED"],
  ])("%s with the status %s ends no hop: its window decides", (eventType, messageStatus) => {
    expect(readTopicMessage({ ...delivered, eventType, messageStatus }, now)).toEqual([]);
  });

  it("without our context is nobody's, and one of SMS is not read as RCS", () => {
    expect(readTopicMessage({ ...delivered, context: undefined }, now)).toEqual([]);
    expect(readTopicMessage({ ...delivered, eventType: "TEXT_DELIVERED" }, now)).toBeUndefined();
  });
});

describe("what a customer does with an RCS message", () => {
  const answer = (messageBody: string) => ({
    originationNumber: "12679164820",
    destinationNumber: "rcs-cb1e6e519e9049fabf8c0ae38e4d876b",
    messageBody,
    inboundMessageId: "in-1",
  });
  const customer = { channel: "rcs", address: "+12679164820", at: now.toISOString() };
  // https://docs.aws.amazon.com/sms-voice/latest/userguide/rcs-events.html#rcs-events-postback and …/rcs-inbound-media.html
  it.each([
    ["STOP", { type: "text", text: "STOP" }],
    [
      '{"type":"SUGGESTION","text":"Open","postbackData":"open:1"}',
      { type: "button", text: "Open", payload: "open:1" },
    ],
    ['{"mediaStatus":"SUCCESS","s3Bucket":"b","s3Key":"k","mimeType":"image/jpeg"}', { type: "image" }],
    ['{"type":"LOCATION","latitude":1}', { type: "location" }],
    ['{"type":"of a customer who writes JSON"}', { type: "text" }],
  ])("%s is an answer", (body, content) => {
    expect(readTopicMessage(answer(body), now)).toMatchObject([{ names: "customer", ...customer, content }]);
    expect(readSms(answer(body), now)).toBeUndefined();
  });

  it("typing and the start of a conversation are no answers, and UNSUBSCRIBE is a consent", () => {
    expect(
      readTopicMessage(answer('{"type":"RCS_TYPING","receivedAt":"2026-06-17T17:36:29.937+0000"}'), now),
    ).toEqual([]);
    expect(readTopicMessage(answer('{"type":"CONVERSATION_STARTED"}'), now)).toEqual([]);
    expect(readTopicMessage(answer('{"type":"UNSUBSCRIBE"}'), now)).toEqual([
      { names: "consent", ...customer, category: "marketing", state: "opted-out" },
    ]);
  });
});

describe("an RCS message through the real client", () => {
  const world = useCarrierWorld();
  const phone = "+15550100001";
  const send = (changes: Partial<Outbound>) => {
    for (const [name, value] of Object.entries({
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: world.snsUrl,
    }))
      vi.stubEnv(name, value);
    const sender = createSender({ settings: { rcsAgentArn }, secrets: {}, configurationSet: "set" });
    return sender({
      messageId: "m1",
      addresses: { phoneNumber: phone },
      options: {},
      timeoutSeconds: 60,
      ...changes,
    });
  };
  const url = "https://shop.example/1.jpg";
  const yes = { type: "reply", text: "Yes", payload: "yes:1" };

  it.each([
    [{ body: "Hello" }, { body: "Hello" }],
    [
      { body: "Hello", options: { suggestions: [yes] } },
      { rich: { suggestions: [{ text: "Yes", payload: "yes:1" }] } },
    ],
    [{ options: { media: { url } } }, { rich: { media: url } }],
    [
      { body: "Look", options: { media: { url } } },
      { body: "Look", rich: { card: true, media: url } },
    ],
    [
      {
        body: "Look",
        options: {
          card: { title: "Order", suggestions: [{ type: "url", text: "Open", url: "https://shop.example" }] },
        },
      },
      {
        title: "Order",
        rich: {
          card: true,
          cardSuggestions: [{ text: "Open", payload: "Open", opens: "https://shop.example" }],
        },
      },
    ],
  ])("%j is taken, and shown as %j", async (message, shown) => {
    await send(message);
    expect(await world.messagesAt("rcs", phone)).toMatchObject([shown]);
  });

  it("that does not arrive is removed five seconds before its window ends, and never arrives", async () => {
    await world.call("PUT", at("rcs", phone), { delayMs: 56_000 });
    await send({ body: "Hello" });
    await world.clock.advance(50_000);
    expect(world.endUserMessaging).toEqual([]);
    await world.clock.advance(3_600_000);
    expect(world.endUserMessaging).toMatchObject([
      { eventType: "RCS_TTL_EXPIRED", context: { messageId: "m1" } },
    ]);
    expect(await world.messagesAt("rcs", phone)).toEqual([]);
  });

  it("may have 3,072 characters, and as a card 2,000", () => {
    const faults = (length: number, options: object) =>
      contentFaults(rcs, { body: "x".repeat(length), channelOptions: { rcs: { ...options } } }).length;
    expect([
      faults(3072, {}),
      faults(3073, {}),
      faults(2000, { card: {} }),
      faults(2001, { card: {} }),
    ]).toEqual([0, 1, 0, 1]);
  });
});
