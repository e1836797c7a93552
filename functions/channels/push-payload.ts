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
import { type PushChannel, receiptTokenLength } from "./receipt-token.ts";

/**
 * Keys that `data` may not have: FCM reserves some; `aps` is Apple's part of the payload; `ours` are put in.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#Message.FIELDS.data
 */
function dataWithout(...ours: string[]) {
  const taken = ["from", "message_type", "notification", "aps", ...ours];
  const named = `${taken.slice(0, -1).join(", ")} or ${taken.at(-1)}`;
  const put = ours.map((key) => `\`${key}\``);
  return v.pipe(
    object(
      v.record(
        v.pipe(
          v.string(),
          v.regex(
            new RegExp(`^(?!(?:${taken.join("|")})$|google|gcm)`),
            ({ input }) =>
              `${input} is taken: give it another name, which is not ${named}, and does not begin with google or gcm`,
          ),
        ),
        // FCM accepts only strings.
        v.string(),
      ),
    ),
    storedJson<Record<string, string>>(4_096),
    v.description(
      `Handed to the app as it is: at most 4,096 characters as JSON. \`from\`, \`message_type\`, \`notification\` and names that begin with \`google\` or \`gcm\` are FCM's, \`aps\` is Apple's; ${put.slice(0, -1).join(", ")} and ${put.at(-1)} are put in.`,
    ),
  );
}

const shownOptions = {
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
};

export const pushOptions = v.strictObject({
  data: v.optional(dataWithout("messageId", "receiptToken")),
  ...shownOptions,
});

export const nativePushOptions = v.strictObject({
  data: v.optional(dataWithout("channel", "deepLink", "title", "body", "messageId", "receiptToken")),
  ...shownOptions,
  deepLink: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]{1,1000}$/,
        "must be a link with its scheme, such as myshop://orders/7, of at most 1,000 visible ASCII characters",
      ),
      v.metadata({
        description: "Where the app is to open: it is handed to the app as `deepLink` in the data.",
        examples: ["myshop://orders/7"],
      }),
    ),
  ),
  silent: v.optional(
    v.pipe(
      v.boolean(),
      v.metadata({
        description:
          "Wakes the app and shows nothing; title and body are handed to it in the data. The platforms send few of these, and late where the battery is low.",
        default: false,
      }),
    ),
  ),
});

type NativePushOptions = v.InferOutput<typeof nativePushOptions>;
type Push = Pick<Outbound, "title" | "body" | "options">;

/** The payload for each platform, as JSON. */
export function pushPayloads(
  channel: PushChannel,
  { messageId, title, body, options }: Push & { messageId: string },
  receiptToken: string,
): Record<AppDevice["platform"], string> {
  const {
    data: given,
    priority,
    collapseId,
    deepLink,
    silent = false,
  } = v.parse(channel === "nativePush" ? nativePushOptions : pushOptions, options) as NativePushOptions;
  const titled = title === undefined ? {} : { title };
  const notification = { ...titled, body: body ?? "" };
  const data = {
    ...given,
    // An app may show the two at different places.
    ...(channel === "nativePush" ? { channel } : {}),
    ...(deepLink === undefined ? {} : { deepLink }),
    ...(silent ? { ...titled, ...(body === undefined ? {} : { body }) } : {}),
    messageId,
    receiptToken,
  };
  const android = {
    priority: priorityOf({ priority, silent }),
    ...(collapseId === undefined ? {} : { collapse_key: collapseId }),
  };
  return {
    fcm: JSON.stringify({
      fcmV1Message: { message: { ...(silent ? {} : { notification }), data, android } },
    }),
    apns: JSON.stringify({ aps: silent ? { "content-available": 1 } : { alert: notification }, ...data }),
  };
}

/**
 * FCM lowers the priority of an app whose urgent messages show nothing, and APNs refuses 10 for a background push.
 * https://firebase.google.com/docs/cloud-messaging/android-message-priority
 * https://developer.apple.com/documentation/usernotifications/pushing-background-updates-to-your-app
 */
const priorityOf = ({ priority = "high", silent = false }: Pick<NativePushOptions, "priority" | "silent">) =>
  silent ? "normal" : priority;

/** The bytes of the larger payload, as calculated before there is a messageId. */
export function payloadSize(channel: PushChannel, push: Push): number {
  const messageId = "00000000-0000-0000-0000-000000000000";
  const token = "-".repeat(receiptTokenLength({ messageId, channel }));
  const payloads = pushPayloads(channel, { ...push, messageId }, token);
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
  const { collapseId, silent, ...given } = options as NativePushOptions;
  const timeToLive = String(timeoutSeconds);
  const values =
    platform === "fcm"
      ? { "FCM.TTL": timeToLive }
      : {
          "APNS.TTL": timeToLive,
          "APNS_SANDBOX.TTL": timeToLive,
          "APNS.PUSH_TYPE": silent ? "background" : "alert",
          "APNS.PRIORITY": priorityOf({ ...given, silent }) === "high" ? "10" : "5",
          ...(collapseId === undefined ? {} : { "APNS.COLLAPSE_ID": collapseId }),
        };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `AWS.SNS.MOBILE.${name}`,
      { DataType: "String", StringValue: value },
    ]),
  );
}
