/**
 * Amazon SNS, `Publish` to a platform endpoint (FCM, APNs). index.ts hands the calls over; the endpoints themselves are in
 * sns-endpoints.ts. A device is its token.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { isRefusal, type Phones } from "./phones.ts";
import { pushReceipt } from "./push-receipts.ts";
import type { Endpoint, Platform, SnsEndpoints } from "./sns-endpoints.ts";
import { messageFor, parseJson } from "./sns-message.ts";
import { failure, invalidParameter, refuse, type SnsAnswer, type SnsResult, success } from "./sns-wire.ts";

/** FCM and APNs take no more. */
const largestPayload = 4096;

const shown = v.looseObject({ title: v.optional(v.string()), body: v.optional(v.string()) });
const fcmPayload = v.strictObject({
  fcmV1Message: v.strictObject({
    // Strict: SNS puts the token in, and refuses a payload that brings one.
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
  receiptToken: v.optional(v.unknown()),
  aps: v.looseObject({ alert: v.optional(v.union([v.string(), shown])) }),
});

interface Shown {
  title?: string | undefined;
  body: string;
  /** By which the app can say what became of it; the business puts it into the push. */
  receiptToken?: string | undefined;
}

export async function publishPush(
  phones: Phones,
  endpoints: SnsEndpoints,
  target: string,
  form: URLSearchParams,
): Promise<SnsResult> {
  const endpoint = endpoints.find(target);
  if (endpoint === undefined)
    return failure("NotFound", "No endpoint found for the target arn specified", 404);
  const notification = notificationFor(endpoint, form);
  if ("refused" in notification) return notification.refused;

  const disabled = () => failure("EndpointDisabled", "Endpoint is disabled");
  if (!endpoint.enabled) return disabled();
  const verdict = phones.judge("appMessaging", endpoint.token, { freeText: false });
  if (verdict === "not-registered") return disabled();
  if (isRefusal(verdict)) return refuse(verdict);
  const { title, body, receiptToken } = notification;
  const providerMessageId = randomUUID();
  await phones.accept({
    channel: "appMessaging",
    address: endpoint.token,
    providerMessageId,
    title,
    body,
    fails: verdict === "fails-later",
    report: pushReceipt(endpoint, receiptToken),
  });
  return verdict === "lost-answer"
    ? "drop-connection"
    : success("Publish", `<MessageId>${providerMessageId}</MessageId>`);
}

function notificationFor({ platform }: Endpoint, form: URLSearchParams): Shown | { refused: SnsAnswer } {
  const message = messageFor(platform, form);
  if ("refused" in message) return message;
  // SNS makes the payload of a plain text itself.
  const notification = message.ofProtocol ? whatShows(platform, message.text) : { body: message.text };
  if (notification === undefined)
    return { refused: invalidParameter("Message Reason: Invalid notification for protocol") };
  if (Buffer.byteLength(message.text) > largestPayload)
    return {
      refused: invalidParameter("Message size is larger than supported by the protocol/end-service"),
    };
  return notification;
}

/** What the device shows; undefined where the payload is not what the platform takes. */
function whatShows(platform: Platform, payload: string): Shown | undefined {
  const json = parseJson(payload);
  if (platform === "GCM") {
    const parsed = v.safeParse(fcmPayload, json);
    if (!parsed.success) return undefined;
    const { notification: { title, body = "" } = {}, data = {} } = parsed.output.fcmV1Message.message;
    return { title, body, receiptToken: data.receiptToken };
  }
  const parsed = v.safeParse(apnsPayload, json);
  if (!parsed.success) return undefined;
  const { aps, receiptToken: token } = parsed.output;
  const { title, body = "" } = typeof aps.alert === "string" ? { body: aps.alert } : (aps.alert ?? {});
  return { title, body, receiptToken: typeof token === "string" ? token : undefined };
}
