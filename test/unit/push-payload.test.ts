/** What a push carries, and how much of FCM's and APNs' 4,096 bytes that is. */
import { describe, expect, it } from "vitest";
import { appMessaging } from "../../functions/channels/app-messaging.ts";
import { nativePush } from "../../functions/channels/native-push.ts";
import { payloadSize, pushAttributes, pushPayloads } from "../../functions/channels/push-payload.ts";
import { receiptTokenLength, signReceiptToken } from "../../functions/channels/receipt-token.ts";
import { contentFaults } from "../../functions/domain/route/content.ts";
import { Problem } from "../../functions/http/problem.ts";
import { validate } from "../../functions/http/validate.ts";
import { sendRequest } from "../../functions/ingest/request.ts";

const messageId = "0b7a0a6e-5f5c-4a7e-9d43-9f6b1d2c3e4f";
const token = await signReceiptToken({ messageId, channel: "appMessaging" }, "a key of the unit tests");

describe("the payload of a push", () => {
  const push = {
    title: "Grüße",
    body: 'He said "\u{1F600}"\n',
    options: { data: { order: "7" }, priority: "normal", collapseId: "order-7" },
  };

  it("is FCM's HTTP v1 message, and Apple's", () => {
    const { fcm, apns } = pushPayloads("appMessaging", { ...push, messageId }, token);
    const notification = { title: push.title, body: push.body };
    const data = { order: "7", messageId, receiptToken: token };
    const android = { priority: "normal", collapse_key: "order-7" };
    expect(JSON.parse(fcm)).toEqual({ fcmV1Message: { message: { notification, data, android } } });
    expect(JSON.parse(apns)).toEqual({ aps: { alert: notification }, ...data });
  });

  it("is measured, before there is an id, as it goes out", () => {
    expect(receiptTokenLength({ messageId, channel: "appMessaging" })).toBe(token.length);
    const payloads = Object.values(pushPayloads("appMessaging", { ...push, messageId }, token));
    expect(payloadSize("appMessaging", push)).toBe(
      Math.max(...payloads.map((payload) => Buffer.byteLength(payload))),
    );
  });

  it.each([
    ["fcm", { "FCM.TTL": "60" }],
    [
      "apns",
      {
        "APNS.TTL": "60",
        "APNS_SANDBOX.TTL": "60",
        "APNS.PUSH_TYPE": "alert",
        "APNS.PRIORITY": "5",
        "APNS.COLLAPSE_ID": "order-7",
      },
    ],
  ] as const)("has attributes of SNS, of %s: %j", (platform, expected) => {
    const attributes = pushAttributes(platform, { options: push.options, timeoutSeconds: 60 });
    expect(attributes).toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([name, StringValue]) => [
          `AWS.SNS.MOBILE.${name}`,
          { DataType: "String", StringValue },
        ]),
      ),
    );
  });
});

describe("the payload of a silent push, with a place in the app", () => {
  const push = {
    title: "Order 7",
    body: "On its way",
    options: { silent: true, deepLink: "myshop://orders/7", data: { order: "7" }, priority: "high" },
  };
  const data = {
    order: "7",
    channel: "nativePush",
    deepLink: "myshop://orders/7",
    title: "Order 7",
    body: "On its way",
    messageId,
    receiptToken: token,
  };

  it("has nothing to show: FCM gets data alone, Apple a background push", () => {
    const { fcm, apns } = pushPayloads("nativePush", { ...push, messageId }, token);
    const android = { priority: "normal" };
    expect(JSON.parse(fcm)).toEqual({ fcmV1Message: { message: { data, android } } });
    expect(JSON.parse(apns)).toEqual({ aps: { "content-available": 1 }, ...data });
    const { options } = push;
    expect(pushAttributes("apns", { options, timeoutSeconds: 60 })).toMatchObject({
      "AWS.SNS.MOBILE.APNS.PUSH_TYPE": { StringValue: "background" },
      "AWS.SNS.MOBILE.APNS.PRIORITY": { StringValue: "5" },
    });
  });

  it("is measured without a body, too", () => {
    const options = { silent: true, data: { order: "x".repeat(4000) } };
    const channelOptions = { nativePush: options };
    expect(contentFaults(nativePush, { channelOptions })).toMatchObject([
      { path: "channelOptions.nativePush", code: "too_long" },
    ]);
    expect(contentFaults(nativePush, { channelOptions: { nativePush: { silent: true } } })).toEqual([]);
    expect(contentFaults(nativePush, { channelOptions: { nativePush: {} } })).toMatchObject([
      { code: "nothing_to_send" },
    ]);
  });
});

describe("a push that is too long", () => {
  const spare = 4096 - payloadSize("appMessaging", { body: "", options: {} });
  const faultsOf = (body: string, more: object = {}) => contentFaults(appMessaging, { body, ...more });

  it("is refused by the bytes of all that goes out, with how many are too many", () => {
    expect(faultsOf("x".repeat(spare))).toEqual([]);
    expect(faultsOf("x".repeat(spare + 1))).toEqual([
      {
        path: "body",
        code: "too_long",
        message:
          "must have at most 4096 bytes of payload for App messaging, not 4097 with its title and options, 1 too many: shorten it, or set customBody.appMessaging",
      },
    ]);
  });

  it.each([
    ["its data", { channelOptions: { appMessaging: { data: { order: "7" } } } }],
    ["its title", { title: "Hello" }],
  ])("is refused because of %s as well", (_, more) => {
    expect(faultsOf("x".repeat(spare), more)).toMatchObject([{ code: "too_long" }]);
  });

  it("counts what JSON makes of its text", () => {
    expect(faultsOf('"'.repeat(spare / 2))).toEqual([]);
    expect(faultsOf('"'.repeat(spare / 2 + 1))).toHaveLength(1);
  });
});

describe("a key of a push's data", () => {
  const faultsOf = (data: object) => {
    const message = { to: { phoneNumber: "+447123123123" }, body: "Hello", rules: ["appMessaging"] };
    try {
      validate(sendRequest, { ...message, channelOptions: { appMessaging: { data } } });
    } catch (error) {
      if (error instanceof Problem) return error.errors;
      throw error;
    }
    return [];
  };

  it.each([
    "from",
    "message_type",
    "notification",
    "google.c.a.e",
    "gcm_id",
    "aps",
    "messageId",
    "receiptToken",
  ])("may not be %s", (key) => {
    expect(faultsOf({ [key]: "us" })).toEqual([
      {
        path: expect.stringContaining(`channelOptions.appMessaging.data`),
        code: "invalid",
        message: expect.stringMatching(`^${key} is taken: give it another name`),
      },
    ]);
  });

  it.each(["sender", "fromUs", "notifications", "apsis", "messageid"])("may be %s", (key) => {
    expect(faultsOf({ [key]: "us" })).toEqual([]);
  });
});
