/**
 * Push by Amazon SNS platform endpoints, to each device of the customer: what the channels App messaging and Push share. It is
 * sent if one device gets it. https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
 */
import {
  CreatePlatformEndpointCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
} from "@aws-sdk/client-sns";
import type { AppDevice, Channel, CreateSender, Outbound, Permission, Settings } from "../domain/channel.ts";
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
import { payloadSize, pushAttributes, pushPayloads } from "./push-payload.ts";
import { type PushChannel, signReceiptToken } from "./receipt-token.ts";
import { type CallSns, createSnsCaller, type SpecialMeaning } from "./sns.ts";

/** The facts of a channel that sends pushes. */
export const pushFacts = (id: PushChannel) =>
  ({
    id,
    address: "appDevices",
    reports: ["sent", "delivered", "read"],
    // FCM and APNs report what they accepted, not what the phone showed; only an app that posts receipts reports more.
    until: "sent",
    // The business's own app: neither a carrier nor Meta forbids it, as both do after a STOP.
    // https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html
    // https://www.tyntec.com/docs/whatsapp-business-api-security-gdpr-opt-out
    authenticationDespiteOptOut: true,
    receiptsNameThe: "address",
    windowSeconds: 120,
    limit: { max: 4096, unit: "bytes of payload", sizeOf: (push) => payloadSize(id, push) },
    billedPer: "device",
    settings: {
      fcmPlatformApplicationArn: "the ARN of the SNS platform application for Firebase (GCM)",
      apnsPlatformApplicationArn: "the ARN of the SNS platform application for Apple (APNS or APNS_SANDBOX)",
    },
    secrets: {
      receiptKey: "at least 16 random characters, better 32: signs the receipt tokens in the pushes",
    },
    missingAccount: (settings) =>
      applicationArns(settings).length > 0
        ? undefined
        : "this deployment has no platform application (fcmPlatformApplicationArn or apnsPlatformApplicationArn)",
    identities: (settings, { appDevices = [] }) => {
      const applications = new Set(appDevices.map(({ platform }) => applicationOf(settings, platform)));
      return [...applications].filter((arn) => arn !== undefined);
    },
    permissions: (settings) => endpointPermissions(settings, "sns:Publish", "sns:SetEndpointAttributes"),
  }) satisfies Partial<Channel>;

export function endpointPermissions(settings: Settings, ...actions: string[]): Permission[] {
  const applications = applicationArns(settings);
  if (applications.length === 0) return [];
  return [
    { actions: ["sns:CreatePlatformEndpoint"], resources: applications },
    {
      actions,
      resources: applications.map((arn) => `${arn.replace(":app/", ":endpoint/")}/*`),
      why: "each device has an endpoint of its own",
    },
  ];
}

const applicationOf = (settings: Settings, platform: AppDevice["platform"]): string | undefined =>
  settings[`${platform}PlatformApplicationArn`];

function applicationArns(settings: Settings): string[] {
  return [applicationOf(settings, "fcm"), applicationOf(settings, "apns")].filter((arn) => arn !== undefined);
}

/** Shorter keys can be guessed. */
const shortestKey = 16;

export const createPushSender =
  (channel: PushChannel): CreateSender =>
  ({ settings, secrets }) => {
    const callSns = createSnsCaller();
    return async (message) => {
      if ((secrets.receiptKey ?? "").length < shortestKey)
        throw new ChannelMisconfigured(`the secret receiptKey must have at least ${shortestKey} characters`);
      const push = await prepare(async () => {
        const token = await signReceiptToken(
          { messageId: message.messageId, channel },
          secrets.receiptKey ?? "",
        );
        return { ...message, payload: messageOf(message, pushPayloads(channel, message, token)) };
      });
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

/** SNS takes the payload of each platform as a string in one JSON object. */
const messageOf = ({ body = "" }: Outbound, { fcm, apns }: ReturnType<typeof pushPayloads>): string =>
  JSON.stringify({ default: body, GCM: fcm, APNS: apns, APNS_SANDBOX: apns });

async function pushTo(
  callSns: CallSns,
  settings: Settings,
  device: AppDevice,
  push: Outbound & { payload: string },
): Promise<string> {
  const PlatformApplicationArn = applicationOf(settings, device.platform);
  if (PlatformApplicationArn === undefined)
    throw new ChannelMisconfigured(
      `no platform application for ${device.platform} (${device.platform}PlatformApplicationArn)`,
      // The other platform still works.
      { speaksOf: "customer" },
    );
  if (push.unusable?.identities.has(PlatformApplicationArn))
    throw new CircuitOpen(`the platform application for ${device.platform} is known not to work`, {
      identity: PlatformApplicationArn,
    });
  const endpointArn = await endpointOf(callSns, PlatformApplicationArn, device.token);
  // A failure that SNS reports later names the endpoint, and the function may die before it knows the push's id.
  await push.noteAddress?.(endpointArn);
  const answer = await callSns(
    new PublishCommand({
      TargetArn: endpointArn,
      MessageStructure: "json",
      Message: push.payload,
      MessageAttributes: pushAttributes(device.platform, push),
    }),
    ofDevice,
    PlatformApplicationArn,
  );
  return answer.MessageId ?? "";
}

/** The same token gives the same endpoint, unless somebody gave that endpoint other attributes than ours. */
async function endpointOf(callSns: CallSns, application: string, Token: string): Promise<string> {
  try {
    const made = await callSns(
      new CreatePlatformEndpointCommand({ PlatformApplicationArn: application, Token }),
      ofDevice,
      application,
    );
    return made.EndpointArn ?? "";
  } catch (error) {
    const known = error instanceof ChannelError ? sameToken.exec(error.message)?.[1] : undefined;
    if (known === undefined) throw error;
    await callSns(
      new SetEndpointAttributesCommand({ EndpointArn: known, Attributes: { Token, Enabled: "true" } }),
      ofDevice,
      application,
    );
    return known;
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html */
const sameToken = /Endpoint (arn:\S+) already exists with the same Token/;

const ofApplication = means(ChannelMisconfigured, "identity");
const ofDevice: SpecialMeaning = (code, text) => {
  // https://docs.aws.amazon.com/sns/latest/dg/mobile-push-api-error.html: a missing platform application is a 404 too.
  if (code === "NotFound" && text.startsWith("PlatformApplication")) return ofApplication;
  if (["AuthorizationError", "AccessDenied"].includes(code) && text.includes(":app/")) return ofApplication;
  if (code === "EndpointDisabled" || code === "NotFound") return means(NotRegistered);
  if (code !== "InvalidParameter") return undefined;
  if (text.includes("No endpoint found")) return means(NotRegistered);
  // "Invalid parameter: Token Reason: …": what the app registered is not a token of this platform.
  return text.startsWith("Invalid parameter: Token") ? means(Undeliverable) : undefined;
};

/**
 * The error of a push that no device got: first an unknown outcome (it may have arrived), then what is temporary, then what is
 * about our account.
 */
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
