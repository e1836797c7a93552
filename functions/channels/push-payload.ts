/**
 * The content of a push for each platform: the alert, the sender's data, and what the app needs to post its receipts. FCM and
 * APNs accept 4,096 bytes each. https://firebase.google.com/docs/cloud-messaging/customize-messages/set-message-type
 * https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
 */
import { Buffer } from "node:buffer";
import * as v from "valibot";
import type { AppDevice, Outbound } from "../domain/channel.ts";
import { object } from "../validation/json-schema.ts";
import { storedJson } from "../validation/stored-json.ts";
import { receiptTokenLength } from "./receipt-token.ts";

/**
 * Keys that `data` may not have: FCM reserves some; `aps` is Apple's part of the payload; the last two are ours.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#Message.FIELDS.data
 */
const freeKey = /^(?!(?:from|message_type|notification|aps|messageId|receiptToken)$|google|gcm)/;

export const pushOptions = v.strictObject({
  // FCM accepts only strings.
  data: v.optional(
    v.pipe(
      object(
        v.record(
          v.pipe(
            v.string(),
            v.regex(
              freeKey,
              ({ input }) =>
                `${input} is taken: give it another name, which is not from, message_type, notification, aps, messageId or receiptToken, and does not begin with google or gcm`,
            ),
          ),
          v.string(),
        ),
      ),
      storedJson<Record<string, string>>(4_096),
      v.description(
        "Handed to the app as it is: at most 4,096 characters as JSON. `from`, `message_type`, `notification` and names that begin with `google` or `gcm` are FCM's, `aps` is Apple's; `messageId` and `receiptToken` are put in.",
      ),
    ),
  ),
  priority: v.optional(
    v.pipe(
      v.picklist(["high", "normal"]),
      v.metadata({
        description: "`normal` lets the device wait for a good moment, to save its battery.",
        default: "high",
      }),
    ),
  ),
  // https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
  collapseId: v.optional(
    v.pipe(
      v.string(),
      // It becomes an APNs header.
      v.regex(/^[\x21-\x7e]{1,64}$/, "must have 1 to 64 visible ASCII characters"),
      v.description("A later push with the same one takes the place of this on the device."),
    ),
  ),
});

type Push = Pick<Outbound, "title" | "body" | "options">;

/** The payload for each platform, as JSON. */
export function pushPayloads(
  { messageId, title, body = "", options }: Push & { messageId: string },
  receiptToken: string,
): Record<AppDevice["platform"], string> {
  const notification = { ...(title === undefined ? {} : { title }), body };
  const { data: given, priority = "high", collapseId } = v.parse(pushOptions, options);
  const data = { ...given, messageId, receiptToken };
  const android = { priority, ...(collapseId === undefined ? {} : { collapse_key: collapseId }) };
  return {
    fcm: JSON.stringify({ fcmV1Message: { message: { notification, data, android } } }),
    apns: JSON.stringify({ aps: { alert: notification }, ...data }),
  };
}

/** The bytes of the larger payload, as calculated before there is a messageId. */
export function payloadSize(push: Push): number {
  const messageId = "00000000-0000-0000-0000-000000000000";
  const payloads = pushPayloads({ ...push, messageId }, "-".repeat(receiptTokenLength(messageId)));
  return Math.max(...Object.values(payloads).map((payload) => Buffer.byteLength(payload)));
}

/**
 * What SNS gives the platform besides the payload. A push that missed the hop's window must expire. One attribute serves Apple's
 * sandbox as well, except for the time to live. https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-ttl.html
 */
export function pushAttributes(
  platform: AppDevice["platform"],
  { options, timeoutSeconds }: Pick<Outbound, "options" | "timeoutSeconds">,
) {
  const { priority = "high", collapseId } = v.parse(pushOptions, options);
  const timeToLive = String(timeoutSeconds);
  const values =
    platform === "fcm"
      ? { "FCM.TTL": timeToLive }
      : {
          "APNS.TTL": timeToLive,
          "APNS_SANDBOX.TTL": timeToLive,
          "APNS.PUSH_TYPE": "alert",
          "APNS.PRIORITY": priority === "high" ? "10" : "5",
          ...(collapseId === undefined ? {} : { "APNS.COLLAPSE_ID": collapseId }),
        };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `AWS.SNS.MOBILE.${name}`,
      { DataType: "String", StringValue: value },
    ]),
  );
}
