/**
 * The business, to which the carrier sends webhooks, the app's posts, delivery logs and push events. If the business does not
 * accept one, it is retried on the local clock, as Meta does.
 */
import type { Pending } from "../pending.ts";
import type { Accounts, SetUp } from "./accounts.ts";
import { metaJson, metaSignature } from "./meta-signature.ts";

/** A secret that the business shares with a channel's provider: Graph's access token, Meta's app secret. */
export type SecretOf = (channel: string, secret: "accessToken" | "appSecret") => string;

export interface Connection {
  apiUrl: string;
  /** What the accounts are set up with; absent parts are set up somehow. */
  setUp?: Omit<SetUp, "apiUrl">;
  /** Writes an event to a CloudWatch Logs group. */
  putLog: (logGroupName: string, message: string) => void;
  /** Publishes an event of a platform application to the topic of its `EventDeliveryFailure`. */
  publishPushFailure: (message: string, subject: string) => Promise<void>;
  /** Publishes to the channel's topic, as End User Messaging does: what customers answer, and the events of messages. */
  publishByEndUserMessaging: (channel: EndUserMessagingChannel, message: string) => Promise<void>;
  /** Publishes an event of SES to the topic of its configuration sets. */
  publishEmailEvent: (message: string) => Promise<void>;
  /** Publishes what Meta reports of WhatsApp, as End User Messaging Social does; absent where the business has a webhook for it. */
  publishWhatsApp?: ((webhook: object) => Promise<void>) | undefined;
}

/**
 * What the carrier sends out: a provider's signed webhook, a post of the business's own app, a log record, a message to a
 * topic.
 */
export type Outgoing =
  | { by: "webhook"; channel: "whatsApp" | "fbMessenger"; path: string; body: object }
  | { by: "app"; path: string; body: object }
  | { by: "log"; logGroupName: string; record: object }
  | { by: "topic"; application: string; subject: string; event: object }
  | { by: "endUserMessaging"; channel: EndUserMessagingChannel; message: object }
  | { by: "ses"; event: object };

export type EndUserMessagingChannel = "sms" | "rcs" | "mms";

const second = 1000;
const minute = 60 * second;
/** Meta retries for days, at growing intervals. */
const retriesAfterMs = [second, 10 * second, minute, 10 * minute, 60 * minute];
/** Real time that the business has to respond. */
const answerTimeoutMs = 10_000;

export class Business {
  readonly #pending: Pending;
  readonly #secretOf: SecretOf;
  readonly #accounts: Accounts;
  #connection: Connection | undefined;

  constructor(pending: Pending, secretOf: SecretOf, accounts: Accounts) {
    this.#pending = pending;
    this.#secretOf = secretOf;
    this.#accounts = accounts;
  }

  connect(connection: Connection): void {
    this.#connection = connection;
    this.#accounts.connect({ ...connection.setUp, apiUrl: connection.apiUrl });
  }

  /** Resolves after the first try, whether it worked or not. Does nothing before `connect`, nor where it is switched off. */
  async notify(outgoing: Outgoing): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || !isOn(outgoing, this.#accounts)) return;
    await this.#pending.retry((signal) => send(outgoing, connection, this.#secretOf, signal), retriesAfterMs);
  }
}

function isOn(outgoing: Outgoing, accounts: Accounts): boolean {
  switch (outgoing.by) {
    case "webhook":
      return accounts.postsWebhooks(outgoing.channel);
    case "log":
      return accounts.logsSms(!outgoing.logGroupName.endsWith("/Failure"));
    case "topic":
      return accounts.reportsFailedPushes(outgoing.application);
    default:
      return true;
  }
}

async function send(
  outgoing: Outgoing,
  connection: Connection,
  secretOf: SecretOf,
  signal: AbortSignal,
): Promise<boolean> {
  switch (outgoing.by) {
    case "webhook": {
      if (outgoing.channel === "whatsApp" && connection.publishWhatsApp !== undefined) {
        await connection.publishWhatsApp(outgoing.body);
        return true;
      }
      const body = metaJson(outgoing.body);
      const signature = metaSignature(secretOf(outgoing.channel, "appSecret"), body);
      return post(connection.apiUrl + outgoing.path, body, signal, { "x-hub-signature-256": signature });
    }
    case "app":
      return post(connection.apiUrl + outgoing.path, JSON.stringify(outgoing.body), signal);
    case "log":
      connection.putLog(outgoing.logGroupName, JSON.stringify(outgoing.record));
      return true;
    case "topic":
      await connection.publishPushFailure(JSON.stringify(outgoing.event), outgoing.subject);
      return true;
    case "endUserMessaging":
      await connection.publishByEndUserMessaging(outgoing.channel, JSON.stringify(outgoing.message));
      return true;
    case "ses":
      await connection.publishEmailEvent(JSON.stringify(outgoing.event));
      return true;
  }
}

async function post(
  url: string,
  body: string,
  signal: AbortSignal,
  headers: Record<string, string> = {},
): Promise<boolean> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
  });
  await response.arrayBuffer();
  return response.ok;
}
