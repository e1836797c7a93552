/**
 * App messaging: push to the business's own app by Amazon SNS platform endpoints, to each device of the customer. One
 * device that took it is enough. https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
 */
import { CreatePlatformEndpointCommand, PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import * as v from "valibot";
import { createSnsClient, fromSnsError } from "../aws/sns.ts";
import type { AppDevice, Channel, CreateSender, Outbound, Settings } from "./channel.ts";
import { ChannelError, ChannelMisconfigured, NotRegistered, OutcomeUnknown } from "./errors.ts";

const options = v.strictObject({
  /** Handed to the app as it is; FCM takes strings only. */
  data: v.optional(v.record(v.string(), v.string())),
});

export const appMessaging: Channel = {
  id: "appMessaging",
  name: "App messaging",
  address: "appDevices",
  reports: ["sent", "delivered", "read"],
  windowSeconds: 120,
  // FCM and APNs take 4,096 bytes; what is left is for the title and the data.
  limit: { max: 3000, unit: "bytes" },
  options,
  settings: {
    fcmPlatformApplicationArn: "the ARN of the SNS platform application for Firebase (GCM)",
    apnsPlatformApplicationArn: "the ARN of the SNS platform application for Apple (APNS or APNS_SANDBOX)",
  },
  secrets: {},
  missingAccount: (settings) =>
    applicationArns(settings).length > 0
      ? undefined
      : "this deployment has no platform application (fcmPlatformApplicationArn or apnsPlatformApplicationArn)",
  permissions: (settings) => [
    { actions: ["sns:CreatePlatformEndpoint"], resources: applicationArns(settings) },
    {
      actions: ["sns:Publish"],
      resources: applicationArns(settings).map((arn) => `${arn.replace(":app/", ":endpoint/")}/*`),
    },
  ],
};

function applicationArns(settings: Settings): string[] {
  return [settings.fcmPlatformApplicationArn, settings.apnsPlatformApplicationArn].filter(
    (arn) => arn !== undefined,
  );
}

/** The payload for every platform; each platform's value is a string of JSON itself. */
function pushPayload({ messageId, title, body = "", options: given }: Outbound): string {
  const { data } = v.parse(options, given);
  const notification = { ...(title === undefined ? {} : { title }), body };
  const fcm = {
    fcmV1Message: { message: { notification, data: { ...data, messageId }, android: { priority: "high" } } },
  };
  const apns = JSON.stringify({ aps: { alert: notification }, ...data, messageId });
  return JSON.stringify({ default: body, GCM: JSON.stringify(fcm), APNS: apns, APNS_SANDBOX: apns });
}

export const createSender: CreateSender = ({ settings }) => {
  const client = createSnsClient();
  return async (message) => {
    const payload = pushPayload(message);
    const devices = message.addresses.appDevices ?? [];
    const results = await Promise.allSettled(
      devices.map((device) => pushTo(client, settings, device, payload)),
    );
    const accepted = results.filter((result) => result.status === "fulfilled").map((result) => result.value);
    const [first, ...others] = accepted;
    if (first !== undefined) return { providerMessageIds: [first, ...others] };
    throw worst(results.map((result) => (result.status === "rejected" ? result.reason : undefined)));
  };
};

async function pushTo(
  client: SNSClient,
  settings: Settings,
  device: AppDevice,
  payload: string,
): Promise<string> {
  const PlatformApplicationArn = settings[`${device.platform}PlatformApplicationArn`];
  if (PlatformApplicationArn === undefined)
    throw new ChannelMisconfigured(
      `no platform application for ${device.platform} (${device.platform}PlatformApplicationArn)`,
    );
  try {
    // Idempotent: the same token gives the same endpoint.
    const { EndpointArn } = await client.send(
      new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: device.token }),
    );
    const answer = await client.send(
      new PublishCommand({ TargetArn: EndpointArn, MessageStructure: "json", Message: payload }),
    );
    return answer.MessageId ?? "";
  } catch (error) {
    throw fromSnsError(error, (code, text) => {
      if (code === "EndpointDisabled" || code === "NotFound") return NotRegistered;
      return code === "InvalidParameter" && text.includes("No endpoint found") ? NotRegistered : undefined;
    });
  }
}

/** No device took it: unknown goes first (it may have arrived), then what may pass, then what speaks of the account. */
function worst(errors: unknown[]): unknown {
  const known = errors.filter((error) => error instanceof ChannelError);
  return (
    known.find((error) => error instanceof OutcomeUnknown) ??
    known.find((error) => error.refusedForNow) ??
    known.find((error) => !(error instanceof NotRegistered)) ??
    known[0] ??
    errors[0] ??
    new NotRegistered("the customer has no device")
  );
}
