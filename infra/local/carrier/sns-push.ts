/**
 * Amazon SNS, `Publish` to a platform endpoint (FCM, APNs). index.ts passes the calls; sns-endpoints.ts has the endpoints. A
 * device is identified by its token.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { toHttp } from "./answers/fill.ts";
import { syncAnswer } from "./answers/index.ts";
import type { Phones } from "./phones.ts";
import { pushReceipt } from "./push-receipts.ts";
import type { Rich } from "./sends.ts";
import type { Endpoint, Platform, SnsEndpoints } from "./sns-endpoints.ts";
import { messageFor, parseJson } from "./sns-message.ts";
import {
  invalidParameter,
  messageAttributesOf,
  type SnsAnswer,
  type SnsResult,
  success,
} from "./sns-wire.ts";

/** The limit of FCM and APNs. */
const largestPayload = 4096;

const shown = v.looseObject({ title: v.optional(v.string()), body: v.optional(v.string()) });
/** What the business hands to its app. */
const forApp = v.fallback(
  v.looseObject({
    channel: v.optional(v.literal("nativePush")),
    deepLink: v.optional(v.string()),
    title: v.optional(v.string()),
    body: v.optional(v.string()),
    receiptToken: v.optional(v.string()),
  }),
  {},
);
const fcmPayload = v.strictObject({
  fcmV1Message: v.strictObject({
    validate_only: v.optional(v.boolean()),
    // Strict, because SNS adds the token, and refuses a payload that has one.
    message: v.strictObject({
      notification: v.optional(shown),
      data: v.optional(v.record(v.string(), v.string())),
      android: v.optional(v.looseObject({})),
      apns: v.optional(v.looseObject({})),
      webpush: v.optional(v.looseObject({})),
      fcm_options: v.optional(v.looseObject({})),
    }),
  }),
});
const apnsPayload = v.looseObject({
  aps: v.looseObject({ alert: v.optional(v.union([v.string(), shown])) }),
});

/**
 * The valid values of a push's attributes. Times to live are seconds: https://docs.aws.amazon.com/sns/latest/dg/sns-ttl.html
 * Apple's: https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
const attributes: readonly [name: RegExp, value: RegExp][] = [
  [/^AWS\.SNS\.MOBILE\.(FCM|GCM|APNS|APNS_SANDBOX)\.TTL$/, /^\d+$/],
  [/^AWS\.SNS\.MOBILE\.APNS\.PUSH_TYPE$/, /^(alert|background|complication|fileprovider|mdm|voip)$/],
  [/^AWS\.SNS\.MOBILE\.APNS\.PRIORITY$/, /^(10|5|1)$/],
];
const collapseId = "AWS.SNS.MOBILE.APNS.COLLAPSE_ID";

interface Shown {
  /** The business's own mark: without it, App messaging. */
  channel?: "nativePush" | undefined;
  title?: string | undefined;
  body: string;
  rich?: Rich;
  /** The business puts it into the push; with it the app can report receipts. */
  receiptToken?: string | undefined;
}

export async function publishPush(
  phones: Phones,
  endpoints: SnsEndpoints,
  target: string,
  form: URLSearchParams,
): Promise<SnsResult> {
  const requestId = randomUUID();
  const endpoint = endpoints.find(target);
  if (endpoint === undefined)
    return toHttp(syncAnswer("appMessaging-InvalidParameter-TargetArn"), { requestId });
  const notification = notificationFor(endpoint, form);
  if ("refused" in notification) return notification.refused;
  const wrong = messageAttributesOf(form).find(
    ({ name, value }) =>
      attributes.some(([ofName, ofValue]) => ofName.test(name) && !ofValue.test(value)) ||
      (name === collapseId && Buffer.byteLength(value) > 64),
  );
  if (wrong !== undefined)
    return invalidParameter(`Message Reason: The value of attribute ${wrong.name} is invalid`);
  if (!endpoint.enabled) return toHttp(syncAnswer("appMessaging-EndpointDisabled"), { requestId });
  const { channel = "appMessaging", title, body, rich, receiptToken } = notification;
  const providerMessageId = randomUUID();
  const send = {
    channel,
    address: endpoint.token,
    identities: [endpoint.application, endpoints.accountId],
    freeText: false,
    providerMessageId,
    title,
    body,
    rich,
    values: { requestId, target: endpoint.arn, identity: endpoint.application },
    report: pushReceipt(endpoint, receiptToken),
  } as const;
  return phones.send(send, success("Publish", `<MessageId>${providerMessageId}</MessageId>`));
}

function notificationFor({ platform }: Endpoint, form: URLSearchParams): Shown | { refused: SnsAnswer } {
  const message = messageFor(platform, form);
  if ("refused" in message) return message;
  // For a plain text SNS itself makes the payload.
  const notification = message.ofProtocol ? whatShows(platform, message.text) : { body: message.text };
  const refuse = (why: string) => ({
    refused: invalidParameter(`Message Reason: Invalid notification for protocol ${platform}${why}`),
  });
  if (notification === undefined) return refuse("");
  if (Buffer.byteLength(message.text) <= largestPayload) return notification;
  return refuse(
    platform === "GCM" ? ": Notification data is larger than allowed limit" : ": Notification is too long",
  );
}

/** What the device shows; undefined if the platform does not accept the payload. */
function whatShows(platform: Platform, payload: string): Shown | undefined {
  const json = parseJson(payload);
  if (platform === "GCM") {
    const parsed = v.safeParse(fcmPayload, json);
    if (!parsed.success) return undefined;
    const { notification, data = {} } = parsed.output.fcmV1Message.message;
    return asShown(notification, data);
  }
  const parsed = v.safeParse(apnsPayload, json);
  if (!parsed.success) return undefined;
  const { aps, ...data } = parsed.output;
  return asShown(typeof aps.alert === "string" ? { body: aps.alert } : aps.alert, data);
}

function asShown(notification: v.InferOutput<typeof shown> | undefined, given: object): Shown {
  const data = v.parse(forApp, given);
  const { title, body = "" } = notification ?? data;
  const { deepLink, channel, receiptToken } = data;
  const rich: Rich = {
    ...(deepLink === undefined ? {} : { deepLink }),
    ...(notification === undefined ? { silent: true } : {}),
  };
  return { channel, title, body, ...(Object.keys(rich).length === 0 ? {} : { rich }), receiptToken };
}
