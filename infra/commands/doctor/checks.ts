/** The checks, in one table: what each reads (reads.ts), and how that is judged (findings/). */
import type { Deployment } from "./deployment.ts";
import type { Finding, Judge, Subject } from "./finding.ts";
import { tokenFindings, webhookFindings } from "./findings/meta.ts";
import { applications, contactList, emailAccount } from "./findings/push-and-email.ts";
import { deliveryLogs, sandbox, senders, spendLimit } from "./findings/sms.ts";
import { deadLetters, rateQuotas, secrets, subscribers, version } from "./findings/stack.ts";
import type { metaChannels } from "./meta.ts";
import type { Answers, ReadName } from "./reads.ts";

export interface Check {
  name: string;
  needs: readonly ReadName[];
  judge: (answers: Answers, subject: Subject) => Finding[];
  /** Whether the deployment has what is checked; absent: always. */
  concerns?: (deployment: Deployment) => boolean;
}

/** A judge sees only the answers that it names. */
const check = <const Needs extends ReadName>(
  name: string,
  needs: readonly Needs[],
  judge: Judge<Needs>,
  concerns?: Check["concerns"],
): Check => ({ name, needs, judge, ...(concerns === undefined ? {} : { concerns }) });

const has = (channel: string) => (deployment: Deployment) =>
  deployment.channels.some(({ id }) => id === channel);
const hasContactList = ({ settings }: Deployment) => settings.channels.emailContactList !== undefined;

const ofMeta = (channel: keyof typeof metaChannels, name: string): Check[] => [
  check(
    `${name}: the token works`,
    [channel],
    (answers, subject) => tokenFindings(answers[channel], subject),
    has(channel),
  ),
  check(
    `${name}: the webhook is subscribed`,
    [channel],
    (answers, subject) => webhookFindings(answers[channel], subject),
    has(channel),
  ),
];

export const checks: readonly Check[] = [
  check("Secrets: each parameter is there and has the right form", ["parameters"], secrets),
  check("Alarms: somebody gets them", ["alarmSubscriptions"], subscribers),
  check("Queues: there are no dead letters", ["deadLetters"], deadLetters),
  check("Quotas: the account can do what the API takes in", ["quotas"], rateQuotas),
  check("SMS: delivery logs are on", ["smsAttributes"], deliveryLogs, has("sms")),
  check("SMS: the account is out of the sandbox", ["smsSandbox"], sandbox, has("sms")),
  check("SMS: the month's spend limit", ["smsAttributes", "spendLimits"], spendLimit, has("sms")),
  check(
    "SMS: senders for the countries of the price table",
    ["phoneNumbers", "senderIds"],
    senders,
    has("sms"),
  ),
  ...ofMeta("whatsApp", "WhatsApp"),
  ...ofMeta("fbMessenger", "Messenger"),
  check("Push: the platform applications work", ["applications"], applications, has("appMessaging")),
  check(
    "E-mail: the sender is verified, and SES sends to everybody",
    ["emailAccount", "emailIdentities"],
    emailAccount,
    has("email"),
  ),
  check("E-mail: the contact list is there", ["contactList"], contactList, hasContactList),
  // Last, because it takes a while.
  check("Version: the stack is what this checkout would deploy", ["differences"], version),
];
