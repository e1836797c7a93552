/** The construct's properties as settings, and back: a channel's setting `whatsAppPhoneNumberId` is `channels.whatsApp.phoneNumberId`. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import cdkJson from "../cdk.json" with { type: "json" };
import { channels } from "../functions/channels/registry.ts";
import { checkSettings, type DeploymentSettings } from "./settings.ts";

/** What is another type than the setting; construct.ts has all, with their documentation. */
interface Props {
  readonly channels?: object;
  readonly windows?: Readonly<Record<string, Duration>>;
  readonly retention?: Duration;
  readonly idempotency?: Duration;
  readonly logRetention?: RetentionDays;
  readonly removalPolicy?: RemovalPolicy;
  readonly deletionProtection?: boolean;
}
type ByChannel = Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;

/** What several channels share (`graphApiUrl`) has the name of none, and is a property of the construct itself too. */
const ownSettings = channels.map(({ id, settings }) => ({
  id,
  names: Object.keys(settings).map((setting) => ({
    setting,
    property: setting.startsWith(id)
      ? setting.charAt(id.length).toLowerCase() + setting.slice(id.length + 1)
      : setting,
  })),
}));

/** @throws {Error} that names the property and what would be right */
export function settingsOf(props: Props, stackName: string): DeploymentSettings {
  const { retention, idempotency, logRetention, removalPolicy, windows } = props;
  const accounts: ByChannel = { ...props.channels };
  const unknown = Object.keys(accounts).filter((id) => !channels.some((channel) => channel.id === id));
  if (unknown.length > 0)
    throw new Error(
      `FallbackRouting: channels has ${unknown.join(", ")}: it must be of ${channels.map(({ id }) => id).join(", ")}`,
    );
  const named: Record<string, unknown> = {
    ...props,
    stackName,
    retentionDays: retention?.toDays(),
    idempotencyHours: idempotency?.toHours(),
    logRetentionDays: logRetention,
    deletionProtection: props.deletionProtection ?? removalPolicy !== RemovalPolicy.DESTROY,
    windows:
      windows &&
      Object.fromEntries(Object.entries(windows).map(([channel, window]) => [channel, window.toSeconds()])),
  };
  for (const { id, names } of ownSettings)
    for (const { setting, property } of names) named[setting] ??= accounts[id]?.[property];
  const usual: Readonly<Record<string, unknown>> = cdkJson.context;
  return checkSettings(
    (key) => named[key] ?? usual[key],
    (key) => `FallbackRouting: ${key}`,
  );
}

export function propsOf(settings: DeploymentSettings) {
  const {
    channels: accounts,
    retentionDays,
    idempotencyHours,
    logRetentionDays,
    windows,
    ...same
  } = settings;
  return {
    ...same,
    channels: Object.fromEntries(
      ownSettings.map(({ id, names }) => [
        id,
        Object.fromEntries(names.map(({ setting, property }) => [property, accounts[setting]])),
      ]),
    ),
    retention: Duration.days(retentionDays),
    idempotency: Duration.hours(idempotencyHours),
    logRetention: logRetentionDays as RetentionDays,
    windows: Object.fromEntries(
      Object.entries(windows).map(([channel, seconds]) => [channel, Duration.seconds(seconds)]),
    ),
  };
}
