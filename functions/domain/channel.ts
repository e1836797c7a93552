/**
 * The channel contract. A channel is one file that exports a `Channel` (plain facts: the API's schema, the
 * planner, the stack and the state machine are made from them) and a `createSender` (only its own Lambda function bundles
 * that), and one line in `registry.ts`. Everything around a send (load, expire, claim, record, finish) is in `hop.ts`.
 */
import type { GenericSchema } from "valibot";

/** What a provider can say of a message it took. Statuses only move forward, in this order. */
export const statuses = ["sent", "delivered", "read"] as const;
export type Status = (typeof statuses)[number];

/** Of a channel that takes free text only for a while after the customer's last message. */
export const forms = ["text", "template"] as const;
export type Form = (typeof forms)[number];

/** A device that the business's own app registered for push. */
export interface AppDevice {
  platform: "fcm" | "apns";
  token: string;
}

/** Where a channel finds the customer: one of these fields of `to` or of the profile, or any further identifier. */
export interface Addresses {
  phoneNumber?: string;
  fbMessengerId?: string;
  appDevices?: AppDevice[];
  [identifier: string]: string | AppDevice[] | undefined;
}

/** Deployment settings by name; a setting that was left out is absent. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** An IAM statement in plain words: the stack turns it into the policy of the channel's role. */
export interface Permission {
  effect?: "Allow" | "Deny";
  actions: string[];
  resources: string[];
  /** Why a resource with a wildcard is no narrower. */
  why?: string;
}

export interface Channel {
  /** As in `rules`, e.g. `fbMessenger`. Its file is named after it, in kebab-case. */
  id: string;
  /** The state's name in the Step Functions console, for people. */
  name: string;
  /** The field of `to` or of the profile that holds the customer's address. */
  address: string;
  /** What is reported of a message, by the provider or by the app. */
  reports: readonly Status[];
  /** The status that counts as reached where a rule names none. */
  until: Status;
  /**
   * How a receipt, or a customer's answer, finds its message where it does not carry the messageId back: by the address and
   * the time of the send. Costs a write for each address; absent, none.
   */
  receiptsNameThe?: "address";
  /** Free text is taken only this many seconds after the customer's own last message. */
  freeTextSeconds?: number;
  /** The window, in seconds, where a rule gives none. */
  windowSeconds: number;
  /** The longest body that the provider takes; `sizeOf`, where more than the body counts. */
  limit: {
    max: number;
    unit: "characters" | "bytes of payload";
    sizeOf?: (message: Pick<Outbound, "title" | "body" | "options">) => number;
  };
  /** What is billed: what the provider took (absent), or what reached the customer. */
  billedWhen?: "delivered";
  /** The price table's category, by the options. */
  priceCategory?: (options: Record<string, unknown>) => string;
  /** What `channelOptions.<id>` may hold. */
  options: GenericSchema<unknown, Record<string, unknown>>;
  /** Whether the options alone can be sent (a template), so that no body is needed. */
  sendsWithoutBody?: (options: Record<string, unknown>) => boolean;
  /** Settings (CDK context keys, and environment variables of the function) and what each is. */
  settings: Readonly<Record<string, string>>;
  /** Secrets of the sender: SecureString parameters `/<stack>/<channel id>/<name>`, and what each is. */
  secrets: Readonly<Record<string, string>>;
  /** The same for what receives the provider's webhooks, or the app's receipts: its sender does not get them. */
  receiptSecrets?: Readonly<Record<string, string>>;
  /** Why this deployment has no account for the channel; undefined where it has one. */
  missingAccount: (settings: Settings) => string | undefined;
  /**
   * What it sends as, for this customer: a page, a phone number, the platform applications of the customer's devices. An error
   * that speaks of one closes that one alone. Absent: the account as a whole.
   */
  identities?: (settings: Settings, addresses: Addresses) => string[];
  /** The template that the options bring: one that the provider paused closes no other. */
  templateIn?: (options: Record<string, unknown>) => string | undefined;
  /** What the function's role may do beyond its table and its task. */
  permissions: (settings: Settings) => Permission[];
}

/** What a channel's function is asked to send. */
export interface Outbound {
  messageId: string;
  addresses: Addresses;
  title?: string;
  body?: string;
  options: Record<string, unknown>;
  /** Absent: free text first, and the template where that is refused at once. */
  form?: Form;
  /** Absent: everything may be used. */
  unusable?: Unusable;
  /** The hop's window: what the provider may be told of how long the message is worth delivering. */
  timeoutSeconds: number;
  /** Where receipts name an address that only the sender knows (a device's endpoint): to be called before the send. */
  noteAddress?: (address: string) => Promise<void>;
}

/** What is known not to work now: its circuit is open. */
export interface Unusable {
  identities: ReadonlySet<string>;
  /** Whether the template of the message is. */
  template: boolean;
}

/** What the provider took; `failures`: what it refused of a message that goes to several devices. */
export interface Sent {
  providerMessageIds: [string, ...string[]];
  failures?: readonly unknown[];
  /** It has the message and does not send it yet; a receipt tells when it does. */
  isHeld?: true;
}

export interface SenderContext {
  settings: Settings;
  secrets: Readonly<Record<string, string>>;
}

/**
 * Sends once.
 * @throws {ChannelError} one of channels/errors.ts for everything that happens once a byte may have left: `OutcomeUnknown`
 * where nobody knows whether the provider took the message, `Rejected` where our own code failed before a byte left.
 */
export type Send = (message: Outbound) => Promise<Sent>;
export type CreateSender = (context: SenderContext) => Send;

/** `fbMessengerPageId` → `FB_MESSENGER_PAGE_ID`. */
export const environmentName = (name: string) => name.replace(/([A-Z])/g, "_$1").toUpperCase();
/** `fbMessenger` → `fb-messenger`: the channel's file and function. */
export const fileName = (id: string) => id.replace(/([A-Z])/g, "-$1").toLowerCase();
/** `accessToken` → `ACCESS_TOKEN_PARAMETER`: the variable that names the secret's parameter. */
export const secretVariable = (name: string) => `${environmentName(name)}_PARAMETER`;
