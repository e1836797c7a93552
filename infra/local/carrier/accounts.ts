/**
 * The business's accounts at AWS and Meta, as far as a deployment depends on them: limits, sandboxes, senders, webhooks. All is
 * well until it is changed, by the calls that AWS has for it (account-calls.ts), or by `PUT /carrier/accounts` where a console or
 * a support case changes it. What is switched off is not sent: delivery logs, reports of failed pushes, webhooks.
 */
import * as v from "valibot";

const text = v.pipe(v.string(), v.minLength(1));
const amount = v.pipe(v.number(), v.minValue(0));
const attributes = v.record(text, v.string());
const metaAccount = v.strictObject({
  /** Of the access token. Seconds since the epoch; 0: it does not end. */
  expiresAt: amount,
  isValid: v.boolean(),
  scopes: v.array(text),
  /** The app's webhook; null: none. */
  webhook: v.nullable(v.strictObject({ callbackUrl: text, active: v.boolean(), fields: v.array(text) })),
  /** Whether our page or WhatsApp Business Account sends its webhooks to the app. */
  isSubscribed: v.boolean(),
});
const sms = v.strictObject({
  attributes,
  inSandbox: v.boolean(),
  /** US dollars a month, of the account. */
  spendLimit: amount,
  /** Countries with an active number, and with a sender id. */
  phoneNumbers: v.array(v.pipe(v.string(), v.length(2))),
  senderIds: v.array(v.pipe(v.string(), v.length(2))),
});
const email = v.strictObject({
  productionAccess: v.boolean(),
  sendingEnabled: v.boolean(),
  sentLast24Hours: amount,
  /** Identities and contact lists that do not exist; the others do. */
  absent: v.array(text),
  /** Identities that are not verified. */
  unverified: v.array(text),
});
const state = v.strictObject({
  sms,
  email,
  whatsApp: metaAccount,
  fbMessenger: metaAccount,
  /** The attributes of platform applications by ARN, where they are not the usual ones. */
  applications: v.record(text, attributes),
  /** By code. */
  quotas: v.record(text, amount),
});
type State = v.InferOutput<typeof state>;
export type MetaChannel = "whatsApp" | "fbMessenger";

export const accountsChange = v.strictObject({
  sms: v.optional(v.partial(sms)),
  email: v.optional(v.partial(email)),
  whatsApp: v.optional(v.partial(metaAccount)),
  fbMessenger: v.optional(v.partial(metaAccount)),
  applications: v.optional(state.entries.applications),
  quotas: v.optional(state.entries.quotas),
});
type Change = v.InferOutput<typeof accountsChange>;

/** What the accounts know of the deployment. */
export interface SetUp {
  apiUrl: string;
  smsDeliveryLogsRoleArn?: string | undefined;
  pushEventsTopicArn?: string | undefined;
  whatsAppPhoneNumberId?: string | undefined;
}

export class Accounts {
  /** The time, milliseconds since the epoch. */
  readonly now: () => number;
  #setUp: SetUp = { apiUrl: "" };
  #state: State = wellFor(this.#setUp);

  constructor(now: () => number) {
    this.now = now;
  }

  /** As the deployment's manual sets them up. */
  connect(setUp: SetUp): void {
    this.#setUp = setUp;
    this.forget();
  }

  get state(): State {
    return this.#state;
  }
  get whatsAppPhoneNumberId(): string | undefined {
    return this.#setUp.whatsAppPhoneNumberId;
  }

  /** Fields that the change lacks stay; so do attributes and quotas, by their names. */
  change(change: Change): State {
    const before = this.#state;
    const merged = Object.fromEntries(
      Object.entries(change).map(([group, fields]) => [
        group,
        { ...before[group as keyof State], ...fields },
      ]),
    );
    this.#state = v.parse(state, { ...before, ...merged });
    return this.#state;
  }

  applicationAt(arn: string): Record<string, string> {
    return {
      Enabled: "true",
      EventDeliveryFailure: this.#setUp.pushEventsTopicArn ?? "arn:aws:sns:us-east-1:000000000000:PushEvents",
      ...this.#state.applications[arn],
    };
  }

  /** SNS samples only what was delivered. https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html */
  logsSms(isDelivered: boolean): boolean {
    const { DeliveryStatusIAMRole, DeliveryStatusSuccessSamplingRate = "0" } = this.#state.sms.attributes;
    if (!DeliveryStatusIAMRole) return false;
    return !isDelivered || Math.random() * 100 < Number(DeliveryStatusSuccessSamplingRate);
  }

  reportsFailedPushes(application: string): boolean {
    return Boolean(this.applicationAt(application).EventDeliveryFailure);
  }

  postsWebhooks(channel: MetaChannel): boolean {
    const { webhook, isSubscribed } = this.#state[channel];
    return isSubscribed && webhook?.active === true;
  }

  forget(): void {
    this.#state = wellFor(this.#setUp);
  }
}

const noAddress = "https://not-connected.example";

function wellFor({ apiUrl, smsDeliveryLogsRoleArn }: SetUp): State {
  const meta = (path: string, scopes: string[], fields: string[]): State["whatsApp"] => ({
    expiresAt: 0,
    isValid: true,
    scopes,
    webhook: { callbackUrl: `${apiUrl || noAddress}/webhooks/${path}`, active: true, fields },
    isSubscribed: true,
  });
  return {
    sms: {
      attributes: {
        MonthlySpendLimit: "1000",
        DeliveryStatusIAMRole: smsDeliveryLogsRoleArn ?? "arn:aws:iam::000000000000:role/SmsDeliveryLogs",
        DeliveryStatusSuccessSamplingRate: "100",
      },
      inSandbox: false,
      spendLimit: 1000,
      phoneNumbers: ["US"],
      senderIds: ["GB", "IN"],
    },
    email: {
      productionAccess: true,
      sendingEnabled: true,
      sentLast24Hours: 0,
      absent: [],
      unverified: [],
    },
    whatsApp: meta(
      "whats-app",
      ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"],
      ["messages"],
    ),
    fbMessenger: meta(
      "fb-messenger",
      ["pages_messaging", "pages_manage_metadata", "pages_show_list", "public_profile"],
      ["messages", "message_deliveries", "message_reads", "message_echoes"],
    ),
    applications: {},
    quotas: { "L-B99A9384": 1000, "L-1B55A735": 1500 },
  };
}
