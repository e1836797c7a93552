/**
 * The checks, in one table: each judges what was read (reads.ts), and says what is missing or wrong, the remedy, and the command
 * where there is one. Pure.
 */
import { webhookPath } from "../../../functions/domain/channel.ts";
import type { Deployment } from "./deployment.ts";
import { type MetaAccount, metaChannels } from "./meta.ts";
import { type Answers, quotas, type ReadName } from "./reads.ts";
import { secretsOf } from "./secrets.ts";

export interface Finding {
  what: string;
  remedy: string;
  command?: string;
}

/** What a check is given besides the answers. */
export interface Subject extends Deployment {
  now: Date;
}

export interface Check {
  name: string;
  needs: readonly ReadName[];
  /** Whether the deployment has what is checked; absent: always. */
  concerns?: (deployment: Deployment) => boolean;
  judge: (answers: Answers, subject: Subject) => Finding[];
}

/** A check sees only the answers that it needs. */
const check = <const Needs extends ReadName>(
  name: string,
  needs: readonly Needs[],
  judge: (answers: Pick<Answers, Needs>, subject: Subject) => Finding[],
  concerns?: Check["concerns"],
): Check => ({ name, needs, judge, ...(concerns === undefined ? {} : { concerns }) });

const has = (channel: string) => (deployment: Deployment) =>
  deployment.channels.some(({ id }) => id === channel);
const pages = {
  sms: "infra/FIRST-SMS.md",
  secrets: "infra/README.md#secrets",
  receipts: "infra/README.md#receipts",
};
const day = 24 * 3600_000;
/** What ends within this is worth a word. */
const soon = 30 * day;
const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);

export const checks: readonly Check[] = [
  check("Secrets: each parameter is there and has the right form", ["parameters"], secretFindings),
  check("Alarms: somebody gets them", ["alarmSubscriptions"], ({ alarmSubscriptions }, { outputs }) => {
    if (alarmSubscriptions.some(({ SubscriptionArn }) => SubscriptionArn?.startsWith("arn:"))) return [];
    const waiting = alarmSubscriptions.map(({ Endpoint }) => Endpoint);
    return [
      waiting.length > 0
        ? {
            what: `nobody gets the alarms: ${waiting.join(", ")} did not confirm the subscription`,
            remedy: "follow the link in the e-mail that AWS sent there",
          }
        : {
            what: "nobody gets the alarms",
            remedy: "subscribe to their topic, or deploy with -c alarmEmail=…",
            command: `aws sns subscribe --topic-arn ${outputs.AlarmsTopicArn} --protocol email --notification-endpoint …`,
          },
    ];
  }),
  check("Queues: there are no dead letters", ["deadLetters"], ({ deadLetters }, { stackName }) =>
    deadLetters
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => ({
        what: `${name} has ${count}`,
        remedy: "infra/RUNBOOK.md says for each queue what it means",
        command: `npm run dlq -- list --stack ${stackName}`,
      })),
  ),
  check("Quotas: the account can do what the API takes in", ["quotas"], quotaFindings),
  check(
    "SMS: delivery logs are on",
    ["smsAttributes"],
    ({ smsAttributes }, { outputs }) => {
      const { DeliveryStatusIAMRole: role, DeliveryStatusSuccessSamplingRate: rate = "0" } = smsAttributes;
      const missing = [
        ...(role ? [] : ["SNS has no role to write them with"]),
        ...(Number(rate) === 100 ? [] : [`SNS logs ${rate} % of what is delivered`]),
      ];
      return missing.map((what) => ({
        what: `${what}: SMS without a log count as not delivered, and fall back`,
        remedy: `tell SNS to write them all (${pages.receipts})`,
        command: `aws sns set-sms-attributes --attributes DeliveryStatusIAMRole=${role || outputs.SmsDeliveryLogsRoleArn},DeliveryStatusSuccessSamplingRate=100`,
      }));
    },
    has("sms"),
  ),
  check(
    "SMS: the account is out of the sandbox",
    ["smsSandbox"],
    ({ smsSandbox }) =>
      smsSandbox.IsInSandbox
        ? [
            {
              what: "the account is in SNS's sandbox: SMS go to at most 10 verified numbers alone",
              remedy: `verify a number to try it, and ask to leave the sandbox (${pages.sms}#1-out-of-the-sandbox)`,
              command: "aws sns create-sms-sandbox-phone-number --phone-number +44…",
            },
          ]
        : [],
    has("sms"),
  ),
  check("SMS: the month's spend limit", ["smsAttributes", "spendLimits"], spendFindings, has("sms")),
  check(
    "SMS: senders for the countries of the price table",
    ["phoneNumbers", "senderIds"],
    originationFindings,
    has("sms"),
  ),
  ...(["whatsApp", "fbMessenger"] as const).flatMap((channel) => [
    check(
      `${channel}: the token works`,
      [channel],
      (answers, subject) => tokenFindings(answers[channel], subject),
      has(channel),
    ),
    check(
      `${channel}: the webhook is subscribed`,
      [channel],
      (answers, subject) => webhookFindings(answers[channel], subject),
      has(channel),
    ),
  ]),
  check("Push: the platform applications work", ["applications"], applicationFindings, has("appMessaging")),
  check(
    "E-mail: the sender is verified, and SES sends to everybody",
    ["emailAccount", "emailIdentities"],
    emailFindings,
    has("email"),
  ),
  check(
    "E-mail: the contact list is there",
    ["contactList"],
    ({ contactList }, { settings: { channels } }) =>
      contactList === undefined
        ? [
            {
              what: `there is no contact list ${channels.emailContactList}: marketing by e-mail is refused`,
              remedy: "make it",
              command: `aws sesv2 create-contact-list --contact-list-name ${channels.emailContactList}`,
            },
          ]
        : [],
    ({ settings: { channels } }) => channels.emailContactList !== undefined,
  ),
  check("Version: the stack is what this checkout would deploy", ["differences"], ({ differences }) =>
    differences.length === 0
      ? []
      : [
          {
            what: `${differences.length} resources are otherwise: ${listed(differences)}`,
            remedy:
              "deploy this checkout with the settings of before; or check out the version that is deployed",
            command: "npx cdk diff",
          },
        ],
  ),
];

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5);
  return `${shown.join(", ")}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ""}`;
}

function secretFindings({ parameters }: Pick<Answers, "parameters">, subject: Subject): Finding[] {
  return secretsOf(subject).flatMap(({ parameter, what, faultOf }) => {
    const { Value, Type } = parameters.get(parameter) ?? {};
    const fault =
      Value === undefined
        ? "is absent"
        : (faultOf(Value) ??
          (Type === "SecureString"
            ? undefined
            : `is a ${Type}, which anybody with read access sees: it must be a SecureString`));
    if (fault === undefined) return [];
    const how =
      Value === undefined
        ? ""
        : Type === "SecureString"
          ? " --overwrite"
          : " --overwrite --type SecureString";
    return [
      {
        what: `${parameter} (${what}) ${fault}`,
        remedy: `put it (${pages.secrets}); the functions read it within 15 minutes`,
        command: `aws ssm put-parameter --type SecureString --name ${parameter}${how.replace(" --type SecureString", "")} --value …`,
      },
    ];
  });
}

/**
 * Lambda answers at most ten requests a second for each unit of concurrency, and a message takes two invocations, its ingest and
 * its channel. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
function quotaFindings(answers: Pick<Answers, "quotas">, { resources }: Subject): Finding[] {
  const rate = Math.max(
    0,
    ...Object.values(resources)
      .filter(({ Type }) => Type === "AWS::ApiGatewayV2::Stage")
      .map(({ Properties }) =>
        Number(
          Reflect.get(
            Object(Reflect.get(Object(Properties), "DefaultRouteSettings")),
            "ThrottlingRateLimit",
          ) ?? 0,
        ),
      ),
  );
  const least = {
    concurrency: {
      value: Math.ceil((rate * 2) / 10),
      otherwise: "functions are throttled, and the API answers 503",
    },
    startExecution: { value: rate, otherwise: "what is more waits on the starts queue" },
  };
  return (["concurrency", "startExecution"] as const).flatMap((name) => {
    const { QuotaName = name, Value } = answers.quotas[name] ?? {};
    const { value, otherwise } = least[name];
    if (Value === undefined || Value >= value) return [];
    const { ServiceCode, QuotaCode } = quotas[name];
    return [
      {
        what: `${QuotaName} is ${Value}, and the API takes in ${rate} messages a second, which need ${value}: ${otherwise}`,
        remedy: "ask for more, or lower the stage's rate in infra/api.ts where there will not be so many",
        command: `aws service-quotas request-service-quota-increase --service-code ${ServiceCode} --quota-code ${QuotaCode} --desired-value ${value}`,
      },
    ];
  });
}

/** SNS's own limit may be below the account's, which End User Messaging enforces for both. */
function spendFindings(
  { smsAttributes, spendLimits }: Pick<Answers, "smsAttributes" | "spendLimits">,
  { settings: { smsMonthlySpendLimit }, stackName }: Subject,
): Finding[] {
  const ofAccount = spendLimits.find(({ Name }) => Name === "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT");
  const limits = [smsAttributes.MonthlySpendLimit, ofAccount?.EnforcedLimit, ofAccount?.MaxLimit]
    .filter((limit) => limit !== undefined)
    .map(Number);
  if (limits.length === 0) return [];
  const limit = Math.min(...limits);
  const findings: Finding[] = [];
  const most = ofAccount?.MaxLimit ?? limit;
  if (limit <= 1)
    findings.push(
      most > limit
        ? {
            what: `SNS stops sending SMS at ${limit} USD a month, although the account may spend ${most}`,
            remedy: "raise SNS's own limit",
            command: `aws sns set-sms-attributes --attributes MonthlySpendLimit=${most}`,
          }
        : {
            what: `the account may spend ${limit} USD a month on SMS, which is what new accounts have: then SNS stops`,
            remedy: `ask AWS for more (${pages.sms}#2-a-spend-limit-above-1-a-month)`,
          },
    );
  if (limit !== smsMonthlySpendLimit)
    findings.push({
      what: `the alarm of the month's spend is for a limit of ${smsMonthlySpendLimit} USD, and the account has ${limit}`,
      remedy: "deploy with the account's",
      command: `npx cdk deploy -c stackName=${stackName} -c smsMonthlySpendLimit=${limit}`,
    });
  return findings;
}

/**
 * Where a sender needs a phone number of its own, because the country has no sender ids, and where AWS registers sender ids; it
 * advises to complete also those registrations that are not required yet.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/sender-id.html https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations-country.html
 */
const needingNumber = ["US", "PR", "CA"];
const registeringSenderIds =
  "AT AU BY EG ES FI GB ID IE IN JO KE KW KZ LK PH QA RU SA SG TH TR AE VN ZM".split(" ");

function originationFindings(
  { phoneNumbers, senderIds }: Pick<Answers, "phoneNumbers" | "senderIds">,
  { settings: { prices } }: Subject,
): Finding[] {
  const countries = Object.keys(prices.sms ?? {}).filter((country) => country !== "default");
  // A number of the US is used for Puerto Rico and, where it is toll-free, for Canada.
  const numbered = new Set(
    phoneNumbers
      .filter(
        ({ Status, NumberCapabilities = [] }) => Status === "ACTIVE" && NumberCapabilities.includes("SMS"),
      )
      .flatMap(({ IsoCountryCode = "", NumberType }) =>
        IsoCountryCode === "US"
          ? ["US", "PR", ...(NumberType === "TOLL_FREE" ? ["CA"] : [])]
          : [IsoCountryCode],
      ),
  );
  const named = new Set(senderIds.map(({ IsoCountryCode }) => IsoCountryCode));
  const withoutNumber = countries.filter(
    (country) => needingNumber.includes(country) && !numbered.has(country),
  );
  const withoutSenderId = countries.filter(
    (country) => registeringSenderIds.includes(country) && !named.has(country) && !numbered.has(country),
  );
  return [
    ...(withoutNumber.length === 0
      ? []
      : [
          {
            what: `there is no active phone number for ${withoutNumber.join(", ")}, where SMS need one`,
            remedy: `request one and register it, which takes weeks (${pages.sms}#3-a-sender-for-each-country); or leave the country out of the price table, so that SMS is skipped there`,
            command: `aws pinpoint-sms-voice-v2 request-phone-number --iso-country-code ${withoutNumber[0]} --message-type TRANSACTIONAL --number-capabilities SMS --number-type TOLL_FREE`,
          },
        ]),
    ...(withoutSenderId.length === 0
      ? []
      : [
          {
            what: `there is no sender id for ${withoutSenderId.join(", ")}, where AWS registers them: carriers may refuse SMS without, or show another sender`,
            remedy: `register one for each country (${pages.sms}#3-a-sender-for-each-country)`,
            command: `aws pinpoint-sms-voice-v2 request-sender-id --iso-country-code ${withoutSenderId[0]} --sender-id …`,
          },
        ]),
  ];
}

const inAppDashboard = "Meta's app dashboard (https://developers.facebook.com/apps)";

function tokenFindings(account: MetaAccount, { stackName, settings, now }: Subject): Finding[] {
  const { channel, app, token, identity } = account;
  const { permission, setting, identity: kind } = metaChannels[channel];
  const replace = (secret: string) =>
    `aws ssm put-parameter --type SecureString --overwrite --name /${stackName}/${channel}/${secret} --value …`;
  const renew = {
    remedy:
      "make a token of a system user, which does not end, in Meta's business settings, and put it into the parameter",
    command: replace("accessToken"),
  };
  if (app === undefined) return [];
  if ("refused" in app) return [{ what: `Meta refuses the token: ${app.refused}`, ...renew }];
  const findings: Finding[] = [];
  if (token !== undefined && "refused" in token)
    findings.push({
      what: `the app secret is not that of the token's app ${app.answer.id}: ${token.refused}`,
      remedy: `copy it from ${inAppDashboard}: App settings → Basic`,
      command: replace("appSecret"),
    });
  if (token !== undefined && "answer" in token) {
    const { is_valid, error, expires_at, scopes } = token.answer;
    const ends = expires_at * 1000;
    if (!is_valid)
      findings.push({
        what: `the token is not valid: ${error?.message ?? "Meta does not say why"}`,
        ...renew,
      });
    else if (ends > 0 && ends < now.getTime() + soon)
      findings.push({ what: `the token ends on ${dateOf(ends)}`, ...renew });
    if (!scopes.includes(permission))
      findings.push({ what: `the token does not have the permission ${permission}`, ...renew });
  }
  if (identity !== undefined && "refused" in identity)
    findings.push({
      what: `the token does not reach the ${kind} ${settings.channels[setting]}: ${identity.refused}`,
      remedy: `assign the ${kind} to the system user, or correct ${setting} and deploy`,
    });
  return findings;
}

function webhookFindings(account: MetaAccount, { outputs, settings, graphApi }: Subject): Finding[] {
  const { channel, app, subscriptions, subscribedApps } = account;
  const { object, fields, setting } = metaChannels[channel];
  const url = `${outputs.ApiUrl?.replace(/\/$/, "")}${webhookPath(channel)}`;
  const findings: Finding[] = [];
  const setUp = {
    remedy: `${inAppDashboard} → Webhooks: ${object}, the address ${url}, the verify token, and the fields ${fields.join(", ")}`,
  };
  if (subscriptions !== undefined && "refused" in subscriptions)
    findings.push({ what: `Meta does not say what is subscribed: ${subscriptions.refused}`, ...setUp });
  if (subscriptions !== undefined && "answer" in subscriptions) {
    const ours = subscriptions.answer.find((one) => one.object === object);
    const missing = fields.filter((name) => !ours?.fields.includes(name));
    if (ours === undefined) findings.push({ what: `the app has no webhook for ${object}`, ...setUp });
    else if (ours.callback_url !== url)
      findings.push({ what: `the webhook goes to ${ours.callback_url}`, ...setUp });
    else if (!ours.active) findings.push({ what: "Meta has switched the webhook off", ...setUp });
    else if (missing.length > 0)
      findings.push({ what: `the webhook lacks the fields ${missing.join(", ")}`, ...setUp });
  }
  if (
    app !== undefined &&
    "answer" in app &&
    subscribedApps !== undefined &&
    "answer" in subscribedApps &&
    !subscribedApps.answer.some(({ id }) => id === app.answer.id)
  )
    findings.push({
      what: `the account of ${settings.channels[setting]} does not send its webhooks to the app ${app.answer.id}`,
      remedy: "subscribe the app to it",
      command: `curl -X POST -H "Authorization: Bearer $TOKEN" "${graphApi}/${
        channel === "fbMessenger"
          ? `${settings.channels[setting]}/subscribed_apps?subscribed_fields=${fields.join(",")}`
          : "WHATSAPP_BUSINESS_ACCOUNT_ID/subscribed_apps"
      }"`,
    });
  return findings;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_GetPlatformApplicationAttributes.html */
function applicationFindings(
  { applications }: Pick<Answers, "applications">,
  { outputs, now }: Subject,
): Finding[] {
  return Object.entries(applications).flatMap(([arn, attributes]) => {
    const { Enabled, AppleCertificateExpirationDate, EventDeliveryFailure } = attributes;
    const set = `aws sns set-platform-application-attributes --platform-application-arn ${arn} --attributes`;
    const ends = Date.parse(AppleCertificateExpirationDate ?? "");
    const credentials = {
      remedy: "put new credentials of Apple or Google",
      command: `${set} PlatformCredential=…`,
    };
    return [
      ...(Enabled === "false"
        ? [{ what: `${arn} is disabled: SNS found its credentials wrong`, ...credentials }]
        : []),
      ...(ends < now.getTime() + soon
        ? [{ what: `the certificate of ${arn} ends on ${dateOf(ends)}`, ...credentials }]
        : []),
      ...(EventDeliveryFailure === outputs.PushEventsTopicArn
        ? []
        : [
            {
              what: `${arn} does not report failed pushes to this stack: they count as sent`,
              remedy: `set EventDeliveryFailure (${pages.receipts})`,
              command: `${set} EventDeliveryFailure=${outputs.PushEventsTopicArn}`,
            },
          ]),
    ];
  });
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
function emailFindings(
  { emailAccount, emailIdentities }: Pick<Answers, "emailAccount" | "emailIdentities">,
  { settings: { channels } }: Subject,
): Finding[] {
  const { emailFrom = "" } = channels;
  const { ProductionAccessEnabled, SendingEnabled, EnforcementStatus, SendQuota } = emailAccount;
  const { Max24HourSend = -1, SentLast24Hours = 0 } = SendQuota ?? {};
  const findings: Finding[] = [];
  if (!emailIdentities.some(({ VerifiedForSendingStatus }) => VerifiedForSendingStatus))
    findings.push(
      emailIdentities.length === 0
        ? {
            what: `neither ${emailFrom} nor its domain is an identity in SES: it refuses to send`,
            remedy: "make one, and verify it",
            command: `aws sesv2 create-email-identity --email-identity ${emailFrom.slice(emailFrom.lastIndexOf("@") + 1)}`,
          }
        : {
            what: `${emailFrom} is not verified in SES yet: it refuses to send`,
            remedy: "set the DNS records that SES names for the domain, or follow the link in its e-mail",
          },
    );
  if (!ProductionAccessEnabled)
    findings.push({
      what: "the account is in SES's sandbox: e-mails go to verified addresses alone, 200 a day",
      remedy: "ask for production access",
      command:
        "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url https://…",
    });
  if (!SendingEnabled)
    findings.push({
      what: `SES does not send for this account (${EnforcementStatus ?? "switched off"})`,
      remedy:
        "read the account's health in the SES console; where you switched it off yourself, switch it on",
      command: "aws sesv2 put-account-sending-attributes --sending-enabled",
    });
  // -1: without a limit.
  if (Max24HourSend > 0 && SentLast24Hours >= 0.8 * Max24HourSend)
    findings.push({
      what: `${SentLast24Hours} of the ${Max24HourSend} e-mails that SES sends in 24 hours have gone out`,
      remedy: "ask for a higher quota: Service Quotas → Amazon SES → Sending quota",
    });
  return findings;
}
