/** `npm run doctor -- --local`: nothing is found where nothing is wrong, and each of the faults that are put in. */
import {
  SetPlatformApplicationAttributesCommand,
  SetSMSAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  DeleteMessageCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, it, onTestFinished } from "vitest";
import { secretValue } from "../../infra/local/deploy.ts";
import localSettings from "../../infra/local/settings.json" with { type: "json" };
import { run } from "../unit/commands/command.ts";
import { rolesAreEnforced, stack } from "./deployed.ts";
import { aws, awsConfiguration, carrier } from "./service.ts";

const sns = new SNSClient(awsConfiguration);
const sqs = new SQSClient(awsConfiguration);
const ssm = new SSMClient(awsConfiguration);
const { fcmPlatformApplicationArn: fcm, apnsPlatformApplicationArn: apns } = localSettings;

const doctor = () =>
  run("doctor", ["--local"], {
    environment: { AWS_PORT: new URL(aws).port, CARRIER_PORT: new URL(carrier).port },
  });
const day = 24 * 3600_000;
/** Where a source has changed, the local run is synthesized again. */
const timeout = 240_000;

async function changeAccounts(change: object): Promise<void> {
  const answer = await fetch(`${carrier}/carrier/accounts`, { method: "PUT", body: JSON.stringify(change) });
  expect(answer.status, await answer.text()).toBe(200);
}

/** Somebody gets the alarms from now on, until the answer is called. */
async function subscribe(): Promise<() => Promise<unknown>> {
  const { QueueUrls: [url = ""] = [] } = await sqs.send(
    new ListQueuesCommand({ QueueNamePrefix: "FallbackRouting-ReceiptsQueue" }),
  );
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: stack.outputs.AlarmsTopicArn,
      Protocol: "sqs",
      Endpoint: `arn:aws:sqs:us-east-1:000000000000:${url.split("/").at(-1)}`,
      ReturnSubscriptionArn: true,
    }),
  );
  return () => sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}

async function replaceParameter(Name: string, ...put: [Value: string, Type: "String" | "SecureString"] | []) {
  await ssm.send(new DeleteParameterCommand({ Name }));
  const [Value, Type] = put;
  if (Value !== undefined) await ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
  onTestFinished(async () => {
    if (Value !== undefined) await ssm.send(new DeleteParameterCommand({ Name }));
    await ssm.send(new PutParameterCommand({ Name, Value: secretValue(Name), Type: "SecureString" }));
  });
}

/** A dead letter that nobody reads but who put it there. */
async function putDeadLetter(): Promise<string> {
  const { QueueUrls: [QueueUrl = ""] = [] } = await sqs.send(
    new ListQueuesCommand({ QueueNamePrefix: "FallbackRouting-ReceiptsDeliveryLogsDeadLetterQueue" }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
  onTestFinished(async () => {
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  });
  return QueueUrl.split("/").at(-1) ?? "";
}

describe.runIf(rolesAreEnforced)("npm run doctor -- --local", () => {
  it("finds nothing but who gets the alarms, and nothing once somebody does", { timeout }, async () => {
    const unsubscribe = await subscribe();
    onTestFinished(async () => void (await unsubscribe()));
    const { status, stdout, stderr } = await doctor();
    // Others of this suite leave dead letters on purpose.
    const lines = stdout.split("\n").filter((line) => line.startsWith("FINDING"));
    expect(
      lines.filter((line) => !line.includes("dead letters")),
      stdout + stderr,
    ).toEqual([]);
    expect(status).toBe(lines.length === 0 ? 0 : 1);
    expect(stdout).toMatch(/16 checks of FallbackRouting/);
  });

  it("finds each fault that was put in on purpose, with its remedy", { timeout }, async () => {
    onTestFinished(async () => void (await fetch(`${carrier}/carrier`, { method: "DELETE" })));
    const { now } = (await (await fetch(`${carrier}/carrier/clock`)).json()) as { now: string };
    const at = (days: number) => Date.parse(now) + days * day;

    await replaceParameter("/FallbackRouting/appMessaging/receiptKey");
    await replaceParameter("/FallbackRouting/fbMessenger/verifyToken", "anything", "String");
    const deadLetters = await putDeadLetter();
    const attributes = { DeliveryStatusSuccessSamplingRate: "0", MonthlySpendLimit: "1" };
    await sns.send(new SetSMSAttributesCommand({ attributes }));
    for (const [PlatformApplicationArn, Attributes] of [
      [fcm, { EventDeliveryFailure: "" }],
      [apns, { Enabled: "false" }],
    ] as const)
      await sns.send(new SetPlatformApplicationAttributesCommand({ PlatformApplicationArn, Attributes }));
    await changeAccounts({
      applications: {
        [apns]: { Enabled: "false", AppleCertificateExpirationDate: new Date(at(7)).toISOString() },
      },
      sms: { inSandbox: true, phoneNumbers: [], senderIds: ["IN"] },
      quotas: { "L-B99A9384": 10 },
      whatsApp: { expiresAt: Math.floor(at(-1) / 1000) },
      fbMessenger: { scopes: ["public_profile"], webhook: null, isSubscribed: false },
      email: {
        productionAccess: false,
        unverified: ["shop.example"],
        absent: ["hello@shop.example", "customers"],
      },
    });

    const { status, stdout, stderr } = await doctor();
    expect(stderr).toBe("");
    expect(status).toBe(1);
    for (const finding of [
      /\/FallbackRouting\/appMessaging\/receiptKey \(.*\) is absent/,
      /\/FallbackRouting\/fbMessenger\/verifyToken \(.*\) is a String/,
      /nobody gets the alarms/,
      new RegExp(`${deadLetters} has 1`),
      /Concurrent executions is 10/,
      /SNS logs 0 % of what is delivered/,
      /SNS's sandbox/,
      /SNS stops sending SMS at 1 USD a month, although the account may spend 1000/,
      /no active phone number for US/,
      /no sender id for GB/,
      /Meta refuses the token/,
      /permission pages_messaging/,
      /no webhook for page/,
      /101044009999999 does not send its webhooks to the app/,
      /app\/GCM\/local does not report failed pushes/,
      /app\/APNS\/local is disabled/,
      /certificate of .*app\/APNS\/local ends on/,
      /hello@shop.example is not verified in SES yet/,
      /SES's sandbox/,
      /no contact list customers/,
    ])
      expect(stdout).toMatch(finding);
    expect(stdout).toMatch(/^ok {7}Version/m);
    // Each says what to do.
    expect(stdout.match(/^ {9}→ ./gm)?.length).toBe(Number(/(\d+) findings/.exec(stdout)?.[1]));
    for (const secret of ["local-whatsApp", "local-fbMessenger", "anything"])
      expect(stdout).not.toContain(secret);
  });
});
