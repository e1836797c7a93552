/**
 * App messaging: push to the business's own app by Amazon SNS platform endpoints, to each device of the customer. One
 * device that took it is enough. https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
 */
import { CreatePlatformEndpointCommand, PublishCommand } from "@aws-sdk/client-sns";
import * as v from "valibot";
import type { AppDevice, Channel, CreateSender, Outbound, Settings } from "../domain/channel.ts";
import { object } from "../validation/json-schema.ts";
import { storedJson } from "../validation/stored-json.ts";
import {
  ChannelError,
  ChannelMisconfigured,
  CircuitOpen,
  means,
  NotRegistered,
  OutcomeUnknown,
  prepare,
  Undeliverable,
} from "./errors.ts";
import { signReceiptToken } from "./receipt-token.ts";
import { type CallSns, createSnsCaller, type SpecialMeaning } from "./sns.ts";

const options = v.strictObject({
  // FCM takes strings only.
  data: v.optional(
    v.pipe(
      object(v.record(v.string(), v.string())),
      storedJson<Record<string, string>>(4_096),
      v.description("Handed to the app as it is: at most 4,096 characters as JSON."),
    ),
  ),
});

export const appMessaging: Channel = {
  id: "appMessaging",
  name: "App messaging",
  address: "appDevices",
  reports: ["sent", "delivered", "read"],
  // FCM and APNs say what they took, not what the phone showed: more comes only from an app that posts its receipts.
  until: "sent",
  receiptsNameThe: "providerMessageId",
  windowSeconds: 120,
  // FCM and APNs take 4,096 bytes; what is left is for the title and the data.
  limit: { max: 3000, unit: "bytes" },
  options,
  settings: {
    fcmPlatformApplicationArn: "the ARN of the SNS platform application for Firebase (GCM)",
    apnsPlatformApplicationArn: "the ARN of the SNS platform application for Apple (APNS or APNS_SANDBOX)",
  },
  secrets: { receiptKey: "at least 16 random characters, better 32: signs the receipt tokens in the pushes" },
  receiptSecrets: { receiptKey: "the same" },
  missingAccount: (settings) =>
    applicationArns(settings).length > 0
      ? undefined
      : "this deployment has no platform application (fcmPlatformApplicationArn or apnsPlatformApplicationArn)",
  identities: (settings, { appDevices = [] }) => {
    const applications = new Set(appDevices.map(({ platform }) => applicationOf(settings, platform)));
    return [...applications].filter((arn) => arn !== undefined);
  },
  permissions: (settings) => [
    { actions: ["sns:CreatePlatformEndpoint"], resources: applicationArns(settings) },
    {
      actions: ["sns:Publish"],
      resources: applicationArns(settings).map((arn) => `${arn.replace(":app/", ":endpoint/")}/*`),
      why: "each device has an endpoint of its own",
    },
  ],
};

const applicationOf = (settings: Settings, platform: AppDevice["platform"]): string | undefined =>
  settings[`${platform}PlatformApplicationArn`];

function applicationArns(settings: Settings): string[] {
  return [applicationOf(settings, "fcm"), applicationOf(settings, "apns")].filter((arn) => arn !== undefined);
}

/** The payload for every platform; each platform's value is a string of JSON itself. */
function pushPayload(
  { messageId, title, body = "", options: given }: Outbound,
  receiptToken: string,
): string {
  const notification = { ...(title === undefined ? {} : { title }), body };
  const data = { ...v.parse(options, given).data, messageId, receiptToken };
  const fcm = { fcmV1Message: { message: { notification, data, android: { priority: "high" } } } };
  const apns = JSON.stringify({ aps: { alert: notification }, ...data });
  return JSON.stringify({ default: body, GCM: JSON.stringify(fcm), APNS: apns, APNS_SANDBOX: apns });
}

/** Shorter ones can be guessed. */
const shortestKey = 16;

export const createSender: CreateSender = ({ settings, secrets }) => {
  const callSns = createSnsCaller();
  return async (message) => {
    if ((secrets.receiptKey ?? "").length < shortestKey)
      throw new ChannelMisconfigured(`the secret receiptKey must have at least ${shortestKey} characters`);
    const payload = await prepare(async () =>
      pushPayload(message, await signReceiptToken(message.messageId, secrets.receiptKey ?? "")),
    );
    const push = { ...message, payload };
    const devices = message.addresses.appDevices ?? [];
    const results = await Promise.allSettled(
      devices.map((device) => pushTo(callSns, settings, device, push)),
    );
    const [first, ...others] = results.flatMap((result) =>
      result.status === "fulfilled" ? [result.value] : [],
    );
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    if (first !== undefined) return { providerMessageIds: [first, ...others], failures };
    throw worst(failures);
  };
};

async function pushTo(
  callSns: CallSns,
  settings: Settings,
  device: AppDevice,
  push: Pick<Outbound, "timeoutSeconds" | "unusable"> & { payload: string },
): Promise<string> {
  const PlatformApplicationArn = applicationOf(settings, device.platform);
  if (PlatformApplicationArn === undefined)
    throw new ChannelMisconfigured(
      `no platform application for ${device.platform} (${device.platform}PlatformApplicationArn)`,
      // The other platform goes on.
      { speaksOf: "customer" },
    );
  if (push.unusable?.identities.has(PlatformApplicationArn))
    throw new CircuitOpen(`the platform application for ${device.platform} is known not to work`, {
      identity: PlatformApplicationArn,
    });
  // Idempotent: the same token gives the same endpoint.
  const { EndpointArn } = await callSns(
    new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: device.token }),
    ofDevice,
    PlatformApplicationArn,
  );
  const answer = await callSns(
    new PublishCommand({
      TargetArn: EndpointArn,
      MessageStructure: "json",
      Message: push.payload,
      MessageAttributes: timeToLive(device.platform, push.timeoutSeconds),
    }),
    ofDevice,
    PlatformApplicationArn,
  );
  return answer.MessageId ?? "";
}

const ofApplication = means(ChannelMisconfigured, "identity");
const ofDevice: SpecialMeaning = (code, text) => {
  // https://docs.aws.amazon.com/sns/latest/dg/mobile-push-api-error.html: 404 is also said of a platform application.
  if (code === "NotFound" && text.startsWith("PlatformApplication")) return ofApplication;
  if (["AuthorizationError", "AccessDenied"].includes(code) && text.includes(":app/")) return ofApplication;
  if (code === "EndpointDisabled" || code === "NotFound") return means(NotRegistered);
  if (code !== "InvalidParameter") return undefined;
  if (text.includes("No endpoint found")) return means(NotRegistered);
  // "Invalid parameter: Token Reason: …": the app registered something that is no token of this platform.
  return text.startsWith("Invalid parameter: Token") ? means(Undeliverable) : undefined;
};

/** A push that missed the hop's window shall die: https://docs.aws.amazon.com/sns/latest/dg/sns-ttl.html */
function timeToLive(platform: AppDevice["platform"], seconds: number) {
  const services = platform === "fcm" ? ["FCM"] : ["APNS", "APNS_SANDBOX"];
  return Object.fromEntries(
    services.map((service) => [
      `AWS.SNS.MOBILE.${service}.TTL`,
      { DataType: "String", StringValue: String(seconds) },
    ]),
  );
}

/** No device took it: unknown goes first (it may have arrived), then what may pass, then what speaks of us. */
function worst(errors: readonly unknown[]): unknown {
  const known = errors.filter((error) => error instanceof ChannelError);
  const first =
    known.find((error) => error instanceof OutcomeUnknown) ??
    known.find((error) => error.refusedForNow) ??
    known.find((error) => !(error instanceof NotRegistered)) ??
    known[0];
  if (first === undefined) return errors[0] ?? new NotRegistered("the customer has no device");
  first.others = known.filter((error) => error !== first);
  return first;
}
