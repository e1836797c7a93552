/**
 * The carrier: simulates the providers with the phones and accounts of customers. It serves Meta's Graph API (graph.ts) and
 * the control API (control.ts), and gets calls to SNS from the AWS endpoint. Started by the local system.
 */
import Fastify from "fastify";
import type { Clock } from "../clock.ts";
import { guardServer } from "../own-requests.ts";
import { Pending } from "../pending.ts";
import { type AccountCall, answerForAccount } from "./account-calls.ts";
import { Accounts } from "./accounts.ts";
import type { ProviderAnswer } from "./answers/fill.ts";
import { Business, type Connection, type SecretOf } from "./business.ts";
import { controlRoutes } from "./control.ts";
import { Customers } from "./customers.ts";
import { sendEmail } from "./email.ts";
import { handleSmsVoice } from "./end-user-messaging.ts";
import { graphRoutes } from "./graph.ts";
import { Identities } from "./identities.ts";
import { Phones } from "./phones.ts";
import { Receipts } from "./receipts.ts";
import { SnsEndpoints } from "./sns-endpoints.ts";
import { publishPush } from "./sns-push.ts";
import { publishSms } from "./sns-sms.ts";
import type { SmsOwner } from "./sns-sms-log.ts";
import { invalidParameter, type SnsResult } from "./sns-wire.ts";
import { sendByAws } from "./social-messaging.ts";

export type { SnsAnswer, SnsResult } from "./sns-wire.ts";

export interface CarrierOptions {
  clock: Clock;
  /** 0 picks a free one. */
  port: number;
  secretOf: SecretOf;
  /** The account and region of this SNS; platform applications of others do not exist. */
  region: string;
  accountId: string;
}

export interface Carrier {
  /** The control API, and under /v26.0/… (any version) the Graph API. */
  url: string;
  /** Handles a call to SNS; undefined if it is about a topic, which is not the carrier's. */
  handleSns(form: URLSearchParams): Promise<SnsResult>;
  /** Handles `SendEmail` of SES v2. */
  handleSes(input: unknown): Promise<ProviderAnswer | "drop-connection">;
  /** Handles a call to AWS End User Messaging (`sms-voice`). */
  handleSmsVoice(action: string, input: unknown): Promise<ProviderAnswer | "drop-connection">;
  /** Answers a call of AWS that looks at the account, or changes it; undefined if it is another. */
  answerForAccount(call: AccountCall): ProviderAnswer | undefined;
  /** Handles `SendWhatsAppMessage` of End User Messaging Social. */
  handleSocialMessaging(input: unknown): Promise<ProviderAnswer | "drop-connection">;
  /** Where receipts go from now on; earlier ones are dropped. */
  connect(connection: Connection): void;
  /** Calls the listener whenever a message arrived at a phone or account. */
  onMessage(listener: (channel: string, address: string) => void): void;
  stop(): Promise<void>;
}

export async function createCarrier(options: CarrierOptions): Promise<Carrier> {
  const { clock, port, secretOf } = options;
  const pending = new Pending(clock);
  const accounts = new Accounts(() => clock.now());
  const business = new Business(pending, secretOf, accounts);
  const receipts = new Receipts(pending, business);
  const identities = new Identities();
  const phones = new Phones(clock, pending, receipts, identities);
  const customers = new Customers({ clock, phones, receipts, business });
  const endpoints = new SnsEndpoints(phones, options);
  const forget = () => {
    pending.drop();
    phones.forget();
    identities.forget();
    accounts.forget();
    endpoints.forget();
  };
  const server = Fastify({
    forceCloseConnections: true,
    // Device tokens and page-scoped ids are longer than the router's 100 characters.
    routerOptions: { maxParamLength: 5000 },
  });
  server.register(async (scope) =>
    controlRoutes(scope, { phones, customers, identities, accounts, clock, forget }),
  );
  server.register(async (scope) => graphRoutes(scope, { phones, secretOf, accounts, work: clock.work }));
  guardServer(server.server);
  const url = await server.listen({ port, host: "127.0.0.1" });

  return {
    url,
    handleSns: (form) => handleSns(phones, endpoints, options, form),
    handleSes: (input) => sendEmail(phones, options, input),
    handleSmsVoice: (action, input) => handleSmsVoice(phones, options.accountId, action, input),
    answerForAccount: (call) => answerForAccount(accounts, call),
    handleSocialMessaging: (input) => sendByAws(phones, options.accountId, input),
    connect: (connection) => business.connect(connection),
    onMessage: (listener) => phones.onMessage(listener),
    async stop() {
      await server.close();
      forget();
    },
  };
}

async function handleSns(
  phones: Phones,
  endpoints: SnsEndpoints,
  owner: SmsOwner,
  form: URLSearchParams,
): Promise<SnsResult> {
  const action = form.get("Action") ?? "";
  if (action !== "Publish") return endpoints.handle(action, form);
  const [phoneNumber, target, topic] = ["PhoneNumber", "TargetArn", "TopicArn"].map((name) => form.get(name));
  const given = [phoneNumber, target, topic].filter((value) => typeof value === "string");
  if (given.length !== 1)
    return invalidParameter("TopicArn, TargetArn or PhoneNumber Reason: exactly one of them is required");
  if (typeof phoneNumber === "string") return publishSms(phones, owner, phoneNumber, form);
  if (typeof target !== "string") return undefined;
  if (/^arn:[^:]*:sns:[^:]*:[^:]*:endpoint\//.test(target))
    return publishPush(phones, endpoints, target, form);
  if (/^arn:[^:]*:sns:[^:]*:[^:]*:app\//.test(target))
    return invalidParameter(
      "TargetArn Reason: publish to an endpoint of the application, not to the application",
    );
  // The rest are topics, which TargetArn may name too.
  return undefined;
}
