/**
 * The doctor's findings, each from an answer as the service gives it; the policy, from the calls that are made; Meta's answers
 * from the carrier, which gives them in the same words.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { channels } from "../../../functions/channels/registry.ts";
import { checks } from "../../../infra/commands/doctor/checks.ts";
import { diagnose } from "../../../infra/commands/doctor/diagnose.ts";
import type { Subject } from "../../../infra/commands/doctor/finding.ts";
import { readMeta } from "../../../infra/commands/doctor/meta.ts";
import { partitionOf, policy } from "../../../infra/commands/doctor/policy.ts";
import { type Answers, reads } from "../../../infra/commands/doctor/reads.ts";
import { differences, resourcesHere } from "../../../infra/commands/doctor/synthesis.ts";
import { type Carrier, createCarrier } from "../../../infra/local/carrier/index.ts";
import { createClock } from "../../../infra/local/clock.ts";
import localSettings from "../../../infra/local/settings.json" with { type: "json" };
import { synthesize } from "../../stack/synthesize.ts";
import { awsEnvironment, run } from "./command.ts";

const fcm = "arn:aws:sns:eu-west-1:123456789012:app/GCM/shop";
const apns = "arn:aws:sns:eu-west-1:123456789012:app/APNS/shop";
const pushEvents = "arn:aws:sns:eu-west-1:123456789012:FallbackRouting-PushEvents";
const subject: Subject = {
  stackName: "FallbackRouting",
  outputs: {
    ApiUrl: "https://api.example/",
    AlarmsTopicArn: "arn:aws:sns:eu-west-1:123456789012:FallbackRouting-Alarms",
    PushEventsTopicArn: pushEvents,
    SmsDeliveryLogsRoleArn: "arn:aws:iam::123456789012:role/FallbackRouting-SmsDeliveryLogs",
  },
  settings: {
    stackName: "FallbackRouting",
    channels: {
      whatsAppPhoneNumberId: "106540352242922",
      fbMessengerPageId: "101044009999999",
      fcmPlatformApplicationArn: fcm,
      apnsPlatformApplicationArn: apns,
      emailFrom: "hello@shop.example",
      emailConfigurationSet: "shop",
      emailContactList: "customers",
    },
    prices: { sms: { default: "0.05", US: "0.00581", GB: "0.03878", DE: "0.0845", CA: "0.007" } },
    smsHourlyLimits: { default: 1000, CA: 0 },
    smsMonthlySpendLimit: 500,
  },
  resources: {
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 } },
    },
  },
  graphApi: "https://graph.example/v26.0",
  isLocal: false,
  channels,
  now: new Date("2030-01-31T12:00:00Z"),
};

/** What the check finds in these answers. */
function found<Name extends keyof Answers>(
  check: RegExp,
  answers: Pick<Answers, Name>,
  of: Subject = subject,
) {
  const fitting = checks.filter(({ name }) => check.test(name));
  expect(fitting).toHaveLength(1);
  return fitting.flatMap(({ judge }) => judge(answers as unknown as Answers, of));
}
const metadata = { $metadata: {} };

describe("SMS", () => {
  it("delivery logs that are off, or are a sample", () => {
    // https://docs.aws.amazon.com/sns/latest/api/API_GetSMSAttributes.html: what was never set is absent.
    expect(found(/delivery logs/, { smsAttributes: { MonthlySpendLimit: "1" } })).toEqual([
      expect.objectContaining({
        what: expect.stringMatching(/no role.*logs 0 %/),
        command: expect.stringContaining(`DeliveryStatusIAMRole=${subject.outputs.SmsDeliveryLogsRoleArn},`),
      }),
    ]);
    const role = { DeliveryStatusIAMRole: "arn:aws:iam::123456789012:role/SNSSuccessFeedback" };
    const sampled = { ...role, DeliveryStatusSuccessSamplingRate: "10" };
    expect(found(/delivery logs/, { smsAttributes: sampled })).toMatchObject([
      { what: expect.stringContaining("10 %"), command: expect.stringContaining("SNSSuccessFeedback") },
    ]);
    const all = { ...role, DeliveryStatusSuccessSamplingRate: "100" };
    expect(found(/delivery logs/, { smsAttributes: all })).toEqual([]);
  });

  it("the sandbox", () => {
    // https://docs.aws.amazon.com/sns/latest/api/API_GetSMSSandboxAccountStatus.html
    const isIn = (IsInSandbox: boolean) =>
      found(/SMS: .*sandbox/, { smsSandbox: { IsInSandbox, ...metadata } });
    expect(isIn(true)).toMatchObject([{ what: expect.stringContaining("10 verified numbers") }]);
    expect(isIn(false)).toEqual([]);
  });

  it("a spend limit of a dollar, one that was set below the account's, and one that is not the alarm's", () => {
    // https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_DescribeSpendLimits.html
    const limits = (EnforcedLimit: number, MaxLimit: number, MonthlySpendLimit?: string) =>
      found(
        /spend limit/,
        {
          smsAttributes: MonthlySpendLimit === undefined ? {} : { MonthlySpendLimit },
          spendLimits: [
            { Name: "VOICE_MESSAGE_MONTHLY_SPEND_LIMIT", EnforcedLimit: 1, MaxLimit: 1, Overridden: false },
            {
              Name: "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT",
              EnforcedLimit,
              MaxLimit,
              Overridden: EnforcedLimit < MaxLimit,
            },
          ],
        },
        { ...subject, settings: { ...subject.settings, smsMonthlySpendLimit: Math.min(EnforcedLimit, 1) } },
      );
    expect(limits(1, 1)).toMatchObject([{ what: expect.stringMatching(/new accounts/) }]);
    expect(limits(500, 500, "1")).toMatchObject([
      { command: expect.stringContaining("MonthlySpendLimit=500") },
    ]);
    expect(limits(1, 500, "500")).toMatchObject([
      { command: expect.stringContaining("spend-limit-override --monthly-limit 500") },
    ]);
    expect(limits(500, 500, "500")).toMatchObject([
      { command: "npx cdk deploy -c stackName=FallbackRouting -c smsMonthlySpendLimit=500" },
    ]);
  });

  it("no sender for countries of the price table that need one; a country that is shut needs none", () => {
    // https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_DescribePhoneNumbers.html and …DescribeSenderIds.html
    const number = {
      PhoneNumberArn: "arn:aws:sms-voice:eu-west-1:123456789012:phone-number/phone-1",
      PhoneNumberId: "phone-1",
      PhoneNumber: "+18005550100",
      Status: "ACTIVE" as const,
      IsoCountryCode: "US",
      MessageType: "TRANSACTIONAL" as const,
      NumberCapabilities: ["SMS" as const],
      NumberType: "TOLL_FREE" as const,
      MonthlyLeasingPrice: "2.00",
      TwoWayEnabled: false,
      SelfManagedOptOutsEnabled: false,
      OptOutListName: "Default",
      DeletionProtectionEnabled: false,
      CreatedTimestamp: new Date("2030-01-01T00:00:00Z"),
    };
    const senderId = {
      SenderIdArn: "arn:aws:sms-voice:eu-west-1:123456789012:sender-id/SHOP/GB",
      SenderId: "SHOP",
      IsoCountryCode: "GB",
      MessageTypes: ["TRANSACTIONAL" as const],
      MonthlyLeasingPrice: "0.00",
      DeletionProtectionEnabled: false,
      Registered: true,
    };
    const senders = /senders for the countries/;
    expect(found(senders, { phoneNumbers: [], senderIds: [] })).toMatchObject([
      { what: expect.stringContaining("number for US,"), remedy: expect.stringContaining('{"US": 0}') },
      { what: expect.stringContaining("sender id for GB,") },
    ]);
    const pending = { ...number, Status: "PENDING" as const };
    expect(found(senders, { phoneNumbers: [pending], senderIds: [senderId] })).toHaveLength(1);
    expect(found(senders, { phoneNumbers: [number], senderIds: [senderId] })).toEqual([]);
    const open = { ...subject, settings: { ...subject.settings, smsHourlyLimits: {} } };
    const longCode = { ...number, NumberType: "TEN_DLC" as const };
    expect(found(senders, { phoneNumbers: [longCode], senderIds: [senderId] }, open)).toMatchObject([
      { what: expect.stringContaining("number for CA,") },
    ]);
  });
});

describe("push and e-mail", () => {
  it("a platform application that is disabled, ends soon or does not report failed pushes", () => {
    // https://docs.aws.amazon.com/sns/latest/api/API_GetPlatformApplicationAttributes.html; the date as in a listing of real ones:
    // 2016-06-21T09:30:24Z
    const attributes = { Enabled: "true", EventDeliveryFailure: pushEvents };
    const push = /platform applications/;
    expect(found(push, { applications: { [fcm]: attributes, [apns]: attributes } })).toEqual([]);
    const ending = { ...attributes, AppleCertificateExpirationDate: "2030-02-21T09:30:24Z" };
    expect(found(push, { applications: { [fcm]: { Enabled: "false" }, [apns]: ending } })).toMatchObject([
      { what: expect.stringContaining(`${fcm} is disabled`) },
      { command: expect.stringContaining(`EventDeliveryFailure=${pushEvents}`) },
      { what: expect.stringContaining("ends on 2030-02-21") },
    ]);
    const later = { ...attributes, AppleCertificateExpirationDate: "2031-02-21T09:30:24Z" };
    expect(found(push, { applications: { [apns]: later } })).toEqual([]);
  });

  it("a sender that is no identity or not verified, SES's sandbox, its switch, its quota", () => {
    // https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html and …GetEmailIdentity.html
    const account = {
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: "HEALTHY",
      ProductionAccessEnabled: true,
      SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 12 },
      SendingEnabled: true,
      ...metadata,
    };
    const identity = {
      IdentityType: "DOMAIN" as const,
      FeedbackForwardingStatus: true,
      VerifiedForSendingStatus: true,
      ...metadata,
    };
    const email = /E-mail: the sender/;
    expect(found(email, { emailAccount: account, emailIdentities: [identity] })).toEqual([]);
    expect(found(email, { emailAccount: account, emailIdentities: [] })).toMatchObject([
      { command: "aws sesv2 create-email-identity --email-identity shop.example" },
    ]);
    const pending = { ...identity, VerifiedForSendingStatus: false };
    expect(found(email, { emailAccount: account, emailIdentities: [pending] })).toMatchObject([
      { what: expect.stringContaining("not verified") },
    ]);
    // As in the sandbox of a new account.
    const unwell = {
      ...account,
      EnforcementStatus: "SHUTDOWN",
      ProductionAccessEnabled: false,
      SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 160 },
      SendingEnabled: false,
    };
    expect(found(email, { emailAccount: unwell, emailIdentities: [identity] })).toMatchObject([
      { what: expect.stringContaining("sandbox") },
      { what: expect.stringContaining("SHUTDOWN") },
      { what: expect.stringContaining("160 of the 200") },
    ]);
    const unlimited = { ...account, SendQuota: { Max24HourSend: -1, MaxSendRate: 14, SentLast24Hours: 9 } };
    expect(found(email, { emailAccount: unlimited, emailIdentities: [identity] })).toEqual([]);
  });

  it("a contact list that is not there", () => {
    expect(found(/contact list/, { contactList: undefined })).toMatchObject([
      { command: "aws sesv2 create-contact-list --contact-list-name customers" },
    ]);
    expect(found(/contact list/, { contactList: { ContactListName: "customers", ...metadata } })).toEqual([]);
  });
});

describe("the stack", () => {
  const only = { ...subject, channels: channels.filter(({ id }) => id === "fbMessenger") };
  const parameter = (Value: string, Type: "String" | "SecureString" = "SecureString") => ({ Value, Type });
  const well = {
    "contacts/hashKey": parameter("c3VmZmljaWVudGx5IHJhbmRvbSB0ZXh0"),
    "fbMessenger/accessToken": parameter("EAAJZA"),
    "fbMessenger/appSecret": parameter("0123456789abcdef0123456789abcdef, fedcba98765432100123456789abcdef"),
    "fbMessenger/verifyToken": parameter("anything"),
  };
  const secretsFound = (changes: Record<string, ReturnType<typeof parameter> | undefined>) =>
    found(
      /Secrets/,
      {
        // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
        parameters: new Map(
          Object.entries({ ...well, ...changes }).flatMap(([name, one]) =>
            one === undefined ? [] : [[`/FallbackRouting/${name}`, one] as const],
          ),
        ),
      },
      only,
    );

  it("secrets that are absent, open to readers or cannot be what they should be; never their value", () => {
    expect(secretsFound({})).toEqual([]);
    expect(secretsFound({ "contacts/hashKey": parameter("new-key-of-thirty-characters,unkeyed") })).toEqual(
      [],
    );
    const wrong: [string, ReturnType<typeof parameter> | undefined, RegExp][] = [
      ["contacts/hashKey", undefined, /is absent/],
      ["contacts/hashKey", parameter("short"), /has 5 characters/],
      ["fbMessenger/accessToken", parameter("…"), /ellipsis/],
      ["fbMessenger/accessToken", parameter("EAAJZA\n"), /white space/],
      ["fbMessenger/accessToken", parameter('"EAAJZA"'), /quotes/],
      ["fbMessenger/appSecret", parameter("EAAJZA"), /32 hex digits/],
      ["fbMessenger/verifyToken", parameter(" "), /blank/],
      ["fbMessenger/verifyToken", parameter("anything", "String"), /is a String/],
    ];
    for (const [name, value, why] of wrong) {
      const findings = secretsFound({ [name]: value });
      expect(findings, name).toMatchObject([
        {
          what: expect.stringMatching(why),
          command: expect.stringContaining(`--name /FallbackRouting/${name} `),
        },
      ]);
      expect(JSON.stringify(findings)).not.toMatch(/EAAJZA|short|anything/);
    }
  });

  it("alarms without a subscriber, or with one who did not confirm", () => {
    // https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
    const subscription = (SubscriptionArn: string) => ({
      SubscriptionArn,
      Owner: "123456789012",
      Protocol: "email",
      Endpoint: "on-call@example.com",
      TopicArn: subject.outputs.AlarmsTopicArn,
    });
    const alarms = /Alarms/;
    expect(found(alarms, { alarmSubscriptions: [] })).toMatchObject([{ what: "nobody gets the alarms" }]);
    expect(found(alarms, { alarmSubscriptions: [subscription("PendingConfirmation")] })).toMatchObject([
      { what: expect.stringContaining("on-call@example.com did not confirm") },
    ]);
    const arn = `${subject.outputs.AlarmsTopicArn}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`;
    expect(found(alarms, { alarmSubscriptions: [subscription(arn)] })).toEqual([]);
  });

  it("dead letters", () => {
    const deadLetters = [
      { name: "FallbackRouting-ReceiptsDeadLetterQueue-1", count: 3 },
      { name: "FallbackRouting-IngestStartsDeadLetterQueue-1", count: 0 },
    ];
    expect(found(/dead letters/, { deadLetters })).toMatchObject([
      { what: "FallbackRouting-ReceiptsDeadLetterQueue-1 has 3" },
    ]);
  });

  it("quotas below what the stage takes in", () => {
    // https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ServiceQuota.html; the values of a new account.
    const quota = (ServiceCode: string, QuotaName: string, Value: number) => ({
      ServiceCode,
      QuotaName,
      Value,
      Unit: "None",
      Adjustable: true,
      GlobalQuota: false,
    });
    const rates = (concurrency: number, starts: number) =>
      found(/Quotas/, {
        quotas: {
          concurrency: quota("lambda", "Concurrent executions", concurrency),
          startExecution: quota("states", "StartExecution throttle token refill rate per second", starts),
        },
      });
    expect(rates(1000, 1000)).toEqual([]);
    expect(rates(10, 300)).toMatchObject([
      { what: expect.stringMatching(/Concurrent executions is 10,.*need 200/) },
      { command: expect.stringContaining("--quota-code L-1B55A735 --desired-value 1000") },
    ]);
    expect(found(/Quotas/, { quotas: { concurrency: undefined, startExecution: undefined } })).toEqual([]);
  });

  it("no difference where the stack is this checkout's: the template has the settings that make it again", async () => {
    const context = { ...localSettings, stackName: "Shop", smsMonthlySpendLimit: "500" };
    const deployed = synthesize(context).toJSON();
    const { settings } = deployed.Metadata;
    expect(settings).toMatchObject({ stackName: "Shop", smsMonthlySpendLimit: 500 });
    const here = await resourcesHere({ ...subject, stackName: "Shop", settings });
    expect(Object.keys(here).length).toBeGreaterThan(100);
    expect(differences(deployed.Resources, here)).toEqual([]);
  });

  it("a template that is otherwise, but for the metadata and the order of its fields", () => {
    const topic = { Type: "AWS::SNS::Topic", Properties: { DisplayName: "a", KmsMasterKeyId: "b" } };
    const here = { Topic: topic, Queue: { Type: "AWS::SQS::Queue" } };
    const same = {
      ...topic,
      Properties: { KmsMasterKeyId: "b", DisplayName: "a" },
      Metadata: { "aws:cdk:path": "a" },
    };
    const deployed = {
      Topic: same,
      Queue: { Type: "AWS::SQS::Queue" },
      CDKMetadata: { Type: "AWS::CDK::Metadata" },
    };
    expect(differences(deployed, here)).toEqual([]);
    expect(differences({ Topic: { ...topic, Properties: {} }, Old: topic }, here)).toEqual([
      "Old",
      "Queue",
      "Topic",
    ]);
    expect(found(/Version/, { differences: [..."abcdefg"] })).toMatchObject([
      { what: "7 resources are otherwise: a, b, c, d, e and 2 more" },
    ]);
    expect(found(/Version/, { differences: [] })).toEqual([]);
  });
});

describe("Meta", () => {
  const clock = createClock();
  const secretOf = (channel: string, secret: string) => `${channel} ${secret}`;
  let carrier: Carrier;
  beforeAll(async () => {
    carrier = await createCarrier({
      clock,
      port: 0,
      secretOf,
      region: "eu-west-1",
      accountId: "123456789012",
    });
    carrier.connect({
      apiUrl: "https://api.example",
      setUp: { whatsAppPhoneNumberId: "106540352242922" },
      putLog: () => {},
      publishPushFailure: async () => {},
      publishByEndUserMessaging: async () => {},
      publishEmailEvent: async () => {},
    });
  });
  afterEach(() => fetch(`${carrier.url}/carrier`, { method: "DELETE" }));
  afterAll(async () => {
    await carrier.stop();
    clock.stop();
  });

  async function findings(
    channel: "whatsApp" | "fbMessenger",
    change: object,
    secrets: Record<string, string> = {},
  ) {
    const body = JSON.stringify({ [channel]: change });
    expect((await fetch(`${carrier.url}/carrier/accounts`, { method: "PUT", body })).status).toBe(200);
    const given = {
      accessToken: secretOf(channel, "accessToken"),
      appSecret: secretOf(channel, "appSecret"),
      ...secrets,
    };
    const parameters = new Map(
      Object.entries(given).map(([name, Value]) => [`/FallbackRouting/${channel}/${name}`, { Value }]),
    );
    const account = await readMeta(channel, { ...subject, graphApi: `${carrier.url}/v26.0` }, parameters);
    const name = channel === "whatsApp" ? "WhatsApp" : "Messenger";
    const of = { ...subject, now: new Date(clock.now()) };
    const answers = { [channel]: account } as Pick<Answers, "whatsApp" | "fbMessenger">;
    return [
      ...found(new RegExp(`${name}: the token`), answers, of),
      ...found(new RegExp(`${name}: the webhook`), answers, of),
    ];
  }
  const says = (what: RegExp) => [expect.objectContaining({ what: expect.stringMatching(what) })];

  it.each(["whatsApp", "fbMessenger"] as const)(
    "nothing, where all of %s is as it should be",
    async (channel) => {
      expect(await findings(channel, {})).toEqual([]);
    },
  );

  it("a token that Meta refuses, in Meta's words and without the token", async () => {
    const refused = await findings("whatsApp", {}, { accessToken: "EAAsecret" });
    expect(refused).toEqual(says(/^Meta refuses the token: .*\(code 190\)/));
    expect(JSON.stringify(refused)).not.toContain("EAAsecret");
    const now = Math.floor(clock.now() / 1000);
    expect(await findings("whatsApp", { expiresAt: now - 1 })).toEqual(says(/Meta refuses the token/));
    expect(await findings("whatsApp", { expiresAt: now + 86_400 })).toEqual(
      says(/^the token ends on \d{4}-\d\d-\d\d$/),
    );
  });

  it("a permission that the token lacks", async () => {
    expect(await findings("whatsApp", { scopes: ["whatsapp_business_management"] })).toEqual(
      says(/does not have the permission whatsapp_business_messaging/),
    );
    expect(await findings("fbMessenger", { scopes: ["public_profile"] })).toEqual(says(/pages_messaging/));
  });

  it("an app secret of another app", async () => {
    expect(await findings("fbMessenger", {}, { appSecret: "another" })).toEqual(
      says(/the app secret is not that of the token's app/),
    );
  });

  it("a webhook that is absent, goes elsewhere, is off, or lacks fields", async () => {
    const webhook = {
      callbackUrl: "https://api.example/webhooks/fb-messenger",
      active: true,
      fields: ["messages", "message_deliveries", "message_reads", "message_echoes"],
    };
    const wrong: [object | null, RegExp][] = [
      [null, /no webhook for page/],
      [{ ...webhook, callbackUrl: "https://old.example/hook" }, /goes to https:\/\/old.example\/hook/],
      [{ ...webhook, active: false }, /switched the webhook off/],
      [
        { ...webhook, fields: ["messages"] },
        /lacks the fields message_deliveries, message_reads, message_echoes/,
      ],
    ];
    for (const [given, why] of wrong)
      expect(await findings("fbMessenger", { webhook: given })).toEqual(says(why));
    expect(await findings("fbMessenger", { webhook })).toEqual([]);
  });

  it.each(["whatsApp", "fbMessenger"] as const)(
    "an account of %s that does not send to the app",
    async (channel) => {
      expect(await findings(channel, { isSubscribed: false })).toEqual(
        says(/does not send its webhooks to the app \d+/),
      );
    },
  );
});

describe("what may not be read", () => {
  const asked = new Set<string>();
  let server: Server;
  /** Refuses every call, in the words of its protocol. */
  const refuse = async (request: IncomingMessage) => {
    const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1];
    const form = new URLSearchParams(await text(request));
    const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
    const rest = /^\/v2\/email\/([\w-]+)/.exec(request.url ?? "")?.[1] ?? "";
    const ofRest = {
      account: "GetAccount",
      identities: "GetEmailIdentity",
      "contact-lists": "GetContactList",
    }[rest];
    asked.add(`${service}:${target ?? ofRest ?? form.get("Action")}`);
    return { isXml: form.has("Action") };
  };
  beforeAll(async () => {
    server = createServer((request, answer) => {
      refuse(request).then(({ isXml }) => {
        const message = "User: arn:aws:iam::123456789012:user/ci is not authorized";
        if (isXml)
          answer
            .writeHead(403, { "content-type": "text/xml" })
            .end(
              `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
            );
        else
          answer
            .writeHead(400, {
              "content-type": "application/json",
              "x-amzn-errortype": "AccessDeniedException",
            })
            .end(JSON.stringify({ __type: "AccessDeniedException", message }));
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    for (const [name, value] of Object.entries(awsEnvironment((server.address() as AddressInfo).port)))
      vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.close();
  });

  /** The checkout's own template needs no permission. */
  const asking = checks.filter(({ name }) => !name.startsWith("Version"));

  it("is a finding of each check that needs it, with its permission", async () => {
    const denied: string[] = [];
    for await (const { name, findings } of diagnose(subject, asking)) {
      expect(findings, name).toMatchObject([
        {
          what: expect.stringMatching(/could not be read \(.*\): AWS does not allow it/),
          command: "npm run doctor -- --policy",
        },
      ]);
      denied.push(name);
    }
    expect(denied).toEqual(asking.map(({ name }) => name));
  });

  it("is in the policy: it names every call that is made, and no other", async () => {
    for (const [name, { read }] of Object.entries(reads))
      if (name !== "differences") await expect(read(subject), name).rejects.toThrow("not authorized");
    const { Statement } = policy("FallbackRouting", "aws") as { Statement: { Action: string[] }[] };
    const allowed = Statement.flatMap(({ Action }) => Action);
    expect([...asked].filter((call) => !allowed.includes(call))).toEqual([]);
    // Those that follow only on an answer, or come before the checks.
    expect(allowed.filter((action) => !asked.has(action)).sort()).toEqual([
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
      "servicequotas:GetAWSDefaultServiceQuota",
      "sqs:GetQueueAttributes",
    ]);
  });

  it("of the stack itself, ends the command with the reason", async () => {
    const environment = awsEnvironment((server.address() as AddressInfo).port);
    expect(await run("doctor", [], { environment })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("AWS does not allow it"),
    });
  });
});

describe("the command", () => {
  it("prints the least policy, of the stack and the partition, and asks nobody", async () => {
    const environment = { AWS_REGION: "us-gov-west-1" };
    const { status, stdout } = await run("doctor", ["--policy", "--stack", "Shop"], { environment });
    expect(status).toBe(0);
    const { Statement } = JSON.parse(stdout) as { Statement: { Action: string[]; Resource: string }[] };
    expect(Statement).toContainEqual({
      Effect: "Allow",
      Action: ["ssm:GetParameters"],
      Resource: "arn:aws-us-gov:ssm:*:*:parameter/Shop/*",
    });
    // Nothing but reading.
    for (const { Action } of Statement) for (const one of Action) expect(one).toMatch(/:(Get|List|Describe)/);
    expect([partitionOf("cn-north-1"), partitionOf("eu-west-1"), partitionOf()]).toEqual([
      "aws-cn",
      "aws",
      "aws",
    ]);
  });

  it("wrong usage is refused", async () => {
    expect(await run("doctor", ["now"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('unknown argument "now"'),
    });
  });
});
