/**
 * The channel contract. A channel is one file and one line in `enabled.ts`. The file exports a `Channel` (plain facts, from which
 * the API's schema, the planner, the stack and the state machine are made), a `createSender`, which is bundled only into the
 * channel's own Lambda function, and the readers of its receipts (receipt-readers.ts), which are bundled only into the functions
 * that receive them. Everything around a send (claim, expiry, record, end) is in `functions/hop/hop.ts`.
 */
import type { GenericSchema } from "valibot";
import type { Render } from "./route/rich-content.ts";

/** What a provider can report about a message that it accepted. Statuses only move forward, in this order. */
export const statuses = ["sent", "delivered", "read"] as const;
export type Status = (typeof statuses)[number];

/** The forms of a message on a channel that accepts free text only for a while after the customer's last message. */
export const forms = ["text", "template"] as const;
export type Form = (typeof forms)[number];

/** What a message is for. */
export const categories = ["transactional", "marketing", "authentication"] as const;
export type Category = (typeof categories)[number];

/** A device that the business's own app registered for push. */
export interface AppDevice {
  platform: "fcm" | "apns";
  token: string;
}

/** The customer's addresses: these fields of `to` or of the profile, and any further identifier. */
export interface Addresses {
  phoneNumber?: string;
  fbMessengerId?: string;
  appDevices?: AppDevice[];
  email?: string;
  [identifier: string]: string | AppDevice[] | undefined;
}

/** Deployment settings by name; a setting that was left out is absent. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** An IAM statement in plain words: the stack turns it into the policy of the channel's role. */
export interface Permission {
  effect?: "Allow" | "Deny";
  actions: string[];
  /** ARNs; `{region}` and `{account}` are the stack's own. */
  resources: string[];
  /** Why a resource needs a wildcard. */
  why?: string;
}

/** A webhook at `GET` and `POST /webhooks/<the file's name>`; the file exports a `webhook`. */
export interface WebhookFacts {
  /** Who calls it. */
  by: string;
  /** The header with the signature or the secret, as the OpenAPI document shows it; `scheme` is its name there. */
  proof: { scheme: string; header: string; description: string };
  /** The query parameters of the GET by which the provider verifies the webhook; absent where it does not. */
  handshake?: Readonly<Record<string, string>>;
  /** The setting that names our account at the provider (a number, a page): it may post about others too. */
  identitySetting?: string;
  /** The webhook's secrets by name, each with a description. The sender does not get them. */
  secrets: Readonly<Record<string, string>>;
  /** The documentation of the events. */
  reference: string;
  /** What the provider posts when a message was delivered. */
  example: object;
}

/** As CloudFormation calls them: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ses-configurationseteventdestination-eventdestination.html */
export type SesEvent =
  | "send"
  | "reject"
  | "bounce"
  | "complaint"
  | "delivery"
  | "open"
  | "renderingFailure"
  | "subscription";

/** An SNS topic whose messages go to the receipts queue; the file exports `readTopicMessage`. */
export interface TopicFacts {
  /** The topic's name in the stack; with the suffix `TopicArn`, the name of the stack's output. */
  name: string;
  displayName: string;
  /** What has to be configured to publish to the topic. */
  use: string;
  /** The AWS service that publishes, where it is the service's own principal that does. */
  publisher?: string;
  /** It does not say for which account, so the topic's policy cannot ask. */
  publisherNamesNoAccount?: true;
  /** The setting that names our account at the provider: the topic may be about others too. */
  identitySetting?: string;
  /** The configuration sets of Amazon SES that publish to it, which the stack makes too: by name, the types of their events. */
  sesEvents?: (settings: Settings) => Readonly<Record<string, readonly SesEvent[]>>;
  /** The stack makes a configuration set in AWS End User Messaging, whose name the sender gets, and whose events go to it. */
  configurationSet?: ConfigurationSetFacts;
}

export interface ConfigurationSetFacts {
  /** The types of the events that are wanted. */
  events: readonly string[];
  /** The sender id of messages that name no origination identity, where the country has sender ids. */
  defaultSenderId?: string | undefined;
}

/** SNS's delivery status logs in CloudWatch Logs; the file exports `readLogRecord`. */
export interface DeliveryLogFacts {
  /** The logs' name in the stack; with the suffix `RoleArn`, the name of the stack's output. */
  name: string;
  /** What has to be configured with the role by which SNS writes them. */
  use: string;
  /** The log groups, by the part of their names after `sns/<region>/<account>/`. */
  groups: { Success: string; Failure: string };
}

/** Where a channel's receipts come from, besides the provider's answer to a send. The stack creates it. */
export interface ReceiptSources {
  webhook?: WebhookFacts;
  topic?: TopicFacts;
  deliveryLogs?: DeliveryLogFacts;
  /**
   * `POST /receipts/<the file's name>`: called by the business's own app, with the token from the push. The secrets are those
   * that check the token.
   */
  app?: { secrets: Readonly<Record<string, string>> };
}

/** A setting that says who sends: one of the known providers, or several, in the order in which they are tried. */
export interface Providers {
  setting: string;
  /** The first sends where the setting is absent. The channel's file exports a sender of each (`senderOf`). */
  known: readonly [string, ...string[]];
  /** The setting may name several: the next is tried where the one before clearly refused for itself. */
  inOrder?: true;
}

export interface Channel {
  /** As in `rules`, e.g. `fbMessenger`. The file has the same name in kebab-case. */
  id: string;
  /** The state's name in the Step Functions console, for people. */
  name: string;
  /** The field of `to` or of the profile that holds the customer's address. */
  address: string;
  /** The statuses that the provider, or the app, reports. */
  reports: readonly Status[];
  /** The status at which the customer counts as reached, where a rule names none. */
  until: Status;
  /**
   * How the message of a receipt, or of a customer's answer, is found where it does not carry our messageId: by the address and
   * the time of the send, or by the provider's message id. Each costs one write per message. Absent: neither is needed.
   */
  receiptsNameThe?: "address" | undefined;
  /** Free text is accepted only within this many seconds after the customer's last message. */
  freeTextSeconds?: number;
  /** The window, in seconds, where a rule sets none. */
  windowSeconds: number;
  /** The longest body that the provider accepts. */
  limit: {
    max: number;
    unit: "characters" | "bytes of payload";
    /** Where it is less for some messages. */
    maxOf?: (message: Pick<Outbound, "body" | "options">) => number;
    /** The size that the limit applies to, where it is more than the body's. */
    sizeOf?: (message: Pick<Outbound, "title" | "body" | "options">) => number;
  };
  /** When the provider bills a message: when it is delivered, or (absent) when the provider accepts it. */
  billedWhen?: "delivered";
  /** The unit that the provider bills: a part of a split text, or a device of the customer. Absent: the message. */
  billedPer?: "SMS part" | "device";
  /** Carriers earn from each message to their numbers: `smsHourlyLimits` protects the channel from pumping. */
  hasPrefixLimit?: true;
  /** The price table's category for these options. */
  priceCategory?: (options: Record<string, unknown>) => string;
  /** What `channelOptions.<id>` may hold. */
  options: GenericSchema<unknown, Record<string, unknown>>;
  /** The options that a message's category sets, where the request sets none. */
  categoryOptions?: Readonly<Partial<Record<Category, Record<string, unknown>>>>;
  /**
   * The provider's error codes for a customer who opted out: of everything that the client sends, or of marketing from any
   * client.
   */
  optOutCodes?: Readonly<Record<string, "all" | "marketing">>;
  /** Whether the channel's rules allow a login code to a customer who opted out. */
  authenticationDespiteOptOut?: true;
  /**
   * How it says the media and buttons of a request, in its own text and options. Absent: they are left out, and its text stays.
   */
  render?: Render;
  /** Whether these options (a template, a file) can be sent without a body. */
  sendsWithoutBody?: (options: Record<string, unknown>) => boolean;
  /** The settings by name, each with a description: CDK context keys, and environment variables of the function. */
  settings: Readonly<Record<string, string>>;
  /** The sender's secrets by name, each with a description: SecureString parameters `/<stack>/<channel id>/<name>`. */
  secrets: Readonly<Record<string, string>>;
  /** The channel whose secrets it shares; absent: it has its own. */
  secretsOf?: string;
  /** Absent where nothing is ever reported after a send. */
  receipts?: ReceiptSources;
  /** Absent: there is one provider, and the file exports `createSender`. */
  providers?: Providers;
  /**
   * What these settings make of the facts, above all their providers. The facts themselves are what any deployment may have: the
   * readers of receipts are bundled for all of it.
   */
  deployedAs?: (settings: Settings) => Partial<Channel>;
  /** Why this deployment has no account for the channel; undefined where it has one. */
  missingAccount: (settings: Settings) => string | undefined;
  /**
   * The identities from which it sends to this customer: a page, a phone number, the platform applications of the customer's
   * devices, or the providers where there are several. An error about one of them opens the circuit of that one alone. Absent: the account as a whole.
   */
  identities?: (settings: Settings, addresses: Addresses) => string[];
  /** The template in the options. One that the provider paused opens no circuit but its own. */
  templateIn?: (options: Record<string, unknown>) => string | undefined;
  /** What the function's role may do, besides using its tables and ending its task. */
  permissions: (settings: Settings) => Permission[];
  /** What the function that deletes profiles needs, where the provider stores something for the customer's addresses. */
  profileDeletion?: { settings: readonly string[]; permissions: (settings: Settings) => Permission[] };
}

/** What a channel's sender is given to send. */
export interface Outbound {
  messageId: string;
  addresses: Addresses;
  title?: string;
  body?: string;
  options: Record<string, unknown>;
  /** Absent: transactional. */
  category?: Category;
  /** The status that the message's rule asks for; absent: the channel's own. */
  until?: Status;
  /** Absent: free text first, and the template where that is refused at once. */
  form?: Form;
  /** Absent: everything can be used. */
  unusable?: Unusable;
  /** The hop's window: how long the message is worth delivering, where the provider takes it. */
  timeoutSeconds: number;
  /** US dollars as decimal text: more it may not cost, where the provider takes that. */
  mostCost?: string;
  /** Records an address that receipts name and only the sender knows (a device's endpoint); to be called before the send. */
  noteAddress?: (address: string) => Promise<void>;
}

/** What is known not to work now, because its circuit is open. */
export interface Unusable {
  identities: ReadonlySet<string>;
  /** Whether the message's template is unusable. */
  template: boolean;
}

/**
 * What the provider accepted; `failures`: what was refused of a message that goes to several devices, or by the providers that were
 * tried before.
 */
export interface Sent {
  providerMessageIds: [string, ...string[]];
  failures?: readonly unknown[];
  /** Of several. */
  provider?: string;
  /** The provider accepted the message and holds it back; a receipt reports when it is sent. */
  isHeld?: true;
  /** The id under which the customer may answer, where it is not the address that was sent to. */
  knownAs?: string;
}

export interface SenderContext {
  settings: Settings;
  secrets: Readonly<Record<string, string>>;
  /** Of AWS End User Messaging: where the channel's topic gets its events. */
  configurationSet?: string | undefined;
}

/**
 * Sends once.
 * @throws {ChannelError} one of channels/errors.ts: `OutcomeUnknown` where it is not known whether the provider accepted the
 * message, `Rejected` where our own code failed before anything was sent, otherwise by what the provider answered.
 */
export type Send = (message: Outbound) => Promise<Sent>;
export type CreateSender = (context: SenderContext) => Send;

/**
 * Who sends in this deployment, in the order in which they are tried; empty where the channel has one provider.
 * @throws {Error} where the setting names others
 */
export function providersOf(
  { providers }: Pick<Channel, "providers">,
  settings: Settings,
): readonly string[] {
  if (providers === undefined) return [];
  const { setting, known, inOrder } = providers;
  const given = settings[setting]?.split(",").map((name) => name.trim()) ?? [known[0]];
  const isRight = given.every((name) => known.includes(name)) && new Set(given).size === given.length;
  if (isRight && (inOrder || given.length === 1)) return given;
  throw new Error(
    `the setting ${setting} is "${settings[setting]}": it must be ${known.join(" or ")}${inOrder ? ", or several in the order in which they are tried" : ""}`,
  );
}
/**
 * The channel as a deployment with these settings has it. Several providers are identities: each has circuits of its own. Throws as
 * `providersOf`.
 */
export function asDeployed(channel: Channel, settings: Settings): Channel {
  const names = [...providersOf(channel, settings)];
  return {
    ...channel,
    ...channel.deployedAs?.(settings),
    ...(names.length > 1 ? { identities: () => names } : {}),
  };
}
/** The export of the channel's file that sends by this provider: `createSenderBySns`. */
export const senderOf = (provider: string) =>
  `createSenderBy${provider.charAt(0).toUpperCase()}${provider.slice(1)}`;

/** `fbMessengerPageId` → `FB_MESSENGER_PAGE_ID`. */
export const environmentName = (name: string) => name.replace(/([A-Z])/g, "_$1").toUpperCase();
/** `fbMessenger` → `fb-messenger`: the channel's file and function. */
export const fileName = (id: string) => id.replace(/([A-Z])/g, "-$1").toLowerCase();
/** `accessToken` → `ACCESS_TOKEN_PARAMETER`: the variable that names the secret's parameter. */
export const secretVariable = (name: string) => `${environmentName(name)}_PARAMETER`;
/** The same in the function that receives the webhooks of all channels. */
export const webhookSecretVariable = (id: string, name: string) =>
  `${environmentName(id)}_${secretVariable(name)}`;
/** `fbMessenger` → `/webhooks/fb-messenger`. */
export const webhookPath = (id: string) => `/webhooks/${fileName(id)}`;
/** `appMessaging` → `/receipts/app-messaging`. */
export const appReceiptsPath = (id: string) => `/receipts/${fileName(id)}`;
