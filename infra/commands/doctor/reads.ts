/**
 * All that the doctor reads, in one table: of AWS with the permissions that it needs, from which `--policy` is made, and of Meta.
 * Nothing here writes. A read answers what the service said, with as little of its shape changed as the checks can bear.
 */
import {
  DescribePhoneNumbersCommand,
  DescribeSenderIdsCommand,
  DescribeSpendLimitsCommand,
  PinpointSMSVoiceV2Client,
} from "@aws-sdk/client-pinpoint-sms-voice-v2";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  type ServiceQuota,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import {
  GetAccountCommand,
  GetContactListCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityCommandOutput,
  NotFoundException,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import {
  GetPlatformApplicationAttributesCommand,
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
  type Subscription,
} from "@aws-sdk/client-sns";
import { GetParametersCommand, type Parameter, SSMClient } from "@aws-sdk/client-ssm";
import { countIn, findDeadLetterQueues } from "../dlq/queues.ts";
import { createSqsClient } from "../sqs-client.ts";
import type { Deployment } from "./deployment.ts";
import { type MetaAccount, readMeta } from "./meta.ts";
import { secretsOf } from "./secrets.ts";
import { differences, resourcesHere } from "./synthesis.ts";

/** IAM actions, each with the resources by their parts of an ARN after the service: `{stack}` stands for the stack's name. */
export type Permissions = Readonly<Record<string, string>>;

interface Read<Answer> {
  permissions: Permissions;
  read: (deployment: Deployment) => Promise<Answer>;
}
const read = <Answer>(permissions: Permissions, of: Read<Answer>["read"]): Read<Answer> => ({
  permissions,
  read: of,
});

/** Some actions know no resources. */
const all = "*";

/**
 * Account-level quotas by our name. Lambda's:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; Step Functions':
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. The codes are those of `aws service-quotas
 * list-service-quotas`, as in https://github.com/gruntwork-io/terraform-aws-utilities (modules/request-quota-increase).
 */
export const quotas = {
  concurrency: { ServiceCode: "lambda", QuotaCode: "L-B99A9384" },
  startExecution: { ServiceCode: "states", QuotaCode: "L-1B55A735" },
} as const;

/** For the stack itself, before the reads. */
export const stackPermissions: Permissions = {
  "cloudformation:DescribeStacks": "stack/{stack}/*",
  "cloudformation:GetTemplate": "stack/{stack}/*",
};

const secretParameters = async (deployment: Deployment): Promise<ReadonlyMap<string, Parameter>> => {
  const ssm = new SSMClient();
  const names = secretsOf(deployment).map(({ parameter }) => parameter);
  const found = new Map<string, Parameter>();
  // It takes 10 names. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
  for (let from = 0; from < names.length; from += 10) {
    const { Parameters = [] } = await ssm.send(
      new GetParametersCommand({ Names: names.slice(from, from + 10), WithDecryption: true }),
    );
    for (const parameter of Parameters) found.set(parameter.Name ?? "", parameter);
  }
  return found;
};

const ofMeta = (channel: MetaAccount["channel"]) =>
  read({ "ssm:GetParameters": "parameter/{stack}/*" }, async (deployment) =>
    readMeta(channel, deployment, await secretParameters(deployment)),
  );

export const reads = {
  /** By name; those that do not exist are absent. */
  parameters: read({ "ssm:GetParameters": "parameter/{stack}/*" }, secretParameters),
  whatsApp: ofMeta("whatsApp"),
  fbMessenger: ofMeta("fbMessenger"),
  smsAttributes: read({ "sns:GetSMSAttributes": all }, async () => {
    const { attributes = {} } = await new SNSClient().send(new GetSMSAttributesCommand());
    return attributes;
  }),
  smsSandbox: read({ "sns:GetSMSSandboxAccountStatus": all }, () =>
    new SNSClient().send(new GetSMSSandboxAccountStatusCommand()),
  ),
  spendLimits: read({ "sms-voice:DescribeSpendLimits": all }, async () => {
    const { SpendLimits = [] } = await new PinpointSMSVoiceV2Client().send(new DescribeSpendLimitsCommand());
    return SpendLimits;
  }),
  // No account has more than the hundred of one page by default.
  phoneNumbers: read({ "sms-voice:DescribePhoneNumbers": "phone-number/*" }, async () => {
    const { PhoneNumbers = [] } = await new PinpointSMSVoiceV2Client().send(
      new DescribePhoneNumbersCommand({ MaxResults: 100 }),
    );
    return PhoneNumbers;
  }),
  senderIds: read({ "sms-voice:DescribeSenderIds": "sender-id/*" }, async () => {
    const { SenderIds = [] } = await new PinpointSMSVoiceV2Client().send(
      new DescribeSenderIdsCommand({ MaxResults: 100 }),
    );
    return SenderIds;
  }),
  /** The attributes of each platform application, by its ARN. */
  applications: read(
    { "sns:GetPlatformApplicationAttributes": "app/*" },
    async ({ settings: { channels } }) => {
      const { fcmPlatformApplicationArn: fcm, apnsPlatformApplicationArn: apns } = channels;
      const found: Record<string, Record<string, string>> = {};
      for (const PlatformApplicationArn of [fcm, apns].filter((arn) => arn !== undefined)) {
        const { Attributes = {} } = await new SNSClient().send(
          new GetPlatformApplicationAttributesCommand({ PlatformApplicationArn }),
        );
        found[PlatformApplicationArn] = Attributes;
      }
      return found;
    },
  ),
  emailAccount: read({ "ses:GetAccount": all }, () => new SESv2Client().send(new GetAccountCommand())),
  /** The address and its domain, where they are identities. */
  emailIdentities: read(
    { "ses:GetEmailIdentity": "identity/*" },
    async ({ settings: { channels } }): Promise<GetEmailIdentityCommandOutput[]> => {
      const { emailFrom = "" } = channels;
      const found = await Promise.all(
        [emailFrom, emailFrom.slice(emailFrom.lastIndexOf("@") + 1)].map((EmailIdentity) =>
          unlessNotFound(new SESv2Client().send(new GetEmailIdentityCommand({ EmailIdentity }))),
        ),
      );
      return found.filter((identity) => identity !== undefined);
    },
  ),
  /** Undefined where there is no such list. */
  contactList: read({ "ses:GetContactList": "contact-list/*" }, ({ settings: { channels } }) =>
    unlessNotFound(
      new SESv2Client().send(new GetContactListCommand({ ContactListName: channels.emailContactList })),
    ),
  ),
  quotas: read(
    { "servicequotas:GetServiceQuota": all, "servicequotas:GetAWSDefaultServiceQuota": all },
    async (): Promise<Record<keyof typeof quotas, ServiceQuota | undefined>> => ({
      concurrency: await readQuota(quotas.concurrency),
      startExecution: await readQuota(quotas.startExecution),
    }),
  ),
  deadLetters: read(
    { "sqs:ListQueues": all, "sqs:GetQueueAttributes": "{stack}-*" },
    async ({ stackName }) => {
      const sqs = createSqsClient();
      const queues = await findDeadLetterQueues(sqs, { stack: stackName });
      return Promise.all(
        queues.map(async (queue) => ({ name: queue.name, count: await countIn(sqs, queue) })),
      );
    },
  ),
  /** The resources that differ from what this checkout would deploy. */
  differences: read({}, async (deployment) =>
    differences(deployment.resources, await resourcesHere(deployment)),
  ),
  alarmSubscriptions: read({ "sns:ListSubscriptionsByTopic": "{stack}-*" }, async ({ outputs }) => {
    const found: Subscription[] = [];
    const pages = paginateListSubscriptionsByTopic(
      { client: new SNSClient() },
      { TopicArn: outputs.AlarmsTopicArn },
    );
    for await (const { Subscriptions = [] } of pages) found.push(...Subscriptions);
    return found;
  }),
} as const;
export type ReadName = keyof typeof reads;
export type Answers = { [Name in ReadName]: Awaited<ReturnType<(typeof reads)[Name]["read"]>> };

/** A quota that was never changed has no value of its own: https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html */
async function readQuota(quota: (typeof quotas)[keyof typeof quotas]): Promise<ServiceQuota | undefined> {
  const client = new ServiceQuotasClient();
  try {
    return (await client.send(new GetServiceQuotaCommand(quota))).Quota;
  } catch (error) {
    if (!(error instanceof NoSuchResourceException)) throw error;
    return (await client.send(new GetAWSDefaultServiceQuotaCommand(quota))).Quota;
  }
}

const unlessNotFound = <Answer>(answer: Promise<Answer>): Promise<Answer | undefined> =>
  answer.catch((error: unknown) => {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  });
