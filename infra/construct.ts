/** The service as a construct, for stacks of others and for our own (stack.ts): tables, routing, receipts, ingest, API. */
import { CfnOutput, type Duration, type RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import type { HttpApi, IDomainName } from "aws-cdk-lib/aws-apigatewayv2";
import type { IMetric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { MetricName } from "../functions/domain/reporting/metric-names.ts";
import type { DeploymentFacts } from "../functions/shared/environment.ts";
import { Api } from "./api.ts";
import { ClientWebhooks } from "./client-webhooks.ts";
import { Ingest } from "./ingest.ts";
import { MessageChanges } from "./message-changes.ts";
import { serviceMetric } from "./monitoring/metrics.ts";
import { Monitoring } from "./monitoring.ts";
import { Omnichannel } from "./omnichannel.ts";
import { settingsOf } from "./props.ts";
import { Receipts } from "./receipts.ts";
import { Routing } from "./routing.ts";
import { Tables } from "./tables.ts";

/** The accounts by which messages go out. A channel that is left out is not offered, except SMS, which needs no account. */
export interface FallbackRoutingChannels {
  /** SMS by Amazon SNS or AWS End User Messaging. @default - by SNS, without a sender id */
  readonly sms?: {
    /** `sns`, `endUserMessaging`, or both in the order in which they are tried, with a comma between them. @default "sns" */
    readonly providers?: string;
    /** The number, pool or sender id in AWS End User Messaging that SMS come from. @default - none */
    readonly originationIdentity?: string;
    /** `false` where customers cannot answer the SMS of AWS End User Messaging. @default "true" */
    readonly twoWay?: "true" | "false";
    /** The sender id that customers see, where their country allows one. @default - none */
    readonly senderId?: string;
  };
  /** WhatsApp, by Meta's Cloud API or AWS End User Messaging Social. @default - no WhatsApp */
  readonly whatsApp?: {
    /** @default "meta" */
    readonly provider?: "meta" | "aws";
    /** The phone number id of the business's WhatsApp number, Meta's or AWS's. */
    readonly phoneNumberId: string;
  };
  /** Facebook Messenger. @default - no Messenger */
  readonly fbMessenger?: {
    /** The id of the business's Facebook page. */
    readonly pageId: string;
  };
  /** Push that the app shows among its messages, by SNS's platform applications. @default - those of `nativePush` */
  readonly appMessaging?: {
    /** The ARN of the platform application for Firebase (GCM). @default - none */
    readonly fcmPlatformApplicationArn?: string;
    /** The ARN of the platform application for Apple (APNS, APNS_SANDBOX). @default - none */
    readonly apnsPlatformApplicationArn?: string;
  };
  /** Push as notifications, by the same platform applications. @default - those of `appMessaging` */
  readonly nativePush?: {
    /** The ARN of the platform application for Firebase (GCM). @default - none */
    readonly fcmPlatformApplicationArn?: string;
    /** The ARN of the platform application for Apple (APNS, APNS_SANDBOX). @default - none */
    readonly apnsPlatformApplicationArn?: string;
  };
  /** RCS, by AWS End User Messaging. @default - no RCS */
  readonly rcs?: {
    /** The ARN of the RCS agent. */
    readonly agentArn: string;
  };
  /** MMS, by AWS End User Messaging. @default - no MMS */
  readonly mms?: {
    /** The ARN of the number or the pool that sends MMS. */
    readonly originationArn: string;
    /** The S3 bucket with the files, in the same account and region. */
    readonly mediaBucket: string;
  };
  /** E-mail, by Amazon SES. @default - no e-mail */
  readonly email?: {
    /** The address that e-mails come from: it, or its domain, is verified in SES. */
    readonly from: string;
    /** The name of the configuration set that is made, and of a second one, with `-opens`. */
    readonly configurationSet: string;
    /** The contact list in SES by which customers unsubscribe; marketing needs it. @default - none */
    readonly contactList?: string;
  };
}

export interface FallbackRoutingProps {
  /** The accounts by which messages go out. @default - SMS alone */
  readonly channels?: FallbackRoutingChannels;
  /**
   * US dollars a message as decimal text, by channel, and by country or `default`; for WhatsApp also by category.
   *
   * @default - those of this version's cdk.json
   */
  readonly prices?: Readonly<
    Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>
  >;
  /** How long a channel is waited for, by its name. @default - the channel's own window */
  readonly windows?: Readonly<Record<string, Duration>>;
  /** SMS an hour from one client to one prefix, by country or `default`. @default - 1,000; `{}` for no limit */
  readonly smsHourlyLimits?: Readonly<Record<string, number>>;
  /** What the account may spend on SMS a month, in US dollars: there is an alarm at 80 %. @default 1, as AWS's */
  readonly smsMonthlySpendLimit?: number;
  /** The memory of the channels' functions, in MB: more is also more of a processor. @default 192 */
  readonly channelMemory?: number;
  /** How long messages are kept, in whole days. @default Duration.days(30) */
  readonly retention?: Duration;
  /** How long an idempotency key is remembered, in whole hours. @default Duration.hours(24) */
  readonly idempotency?: Duration;
  /** How long logs are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** The client of messages on the queue that name none. @default "queue" */
  readonly queueClient?: string;
  /**
   * What becomes of the tables when they leave the stack. Messages, opt-outs and API keys are in them.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
  /** Whether tables can be deleted only after this is `false` and deployed. @default - true, unless `removalPolicy` is DESTROY */
  readonly deletionProtection?: boolean;
  /** Whether requests of the Omnichannel API are taken as well. @default false */
  readonly omnichannelApi?: boolean;
  /**
   * SNS's log groups of SMS belong to the account: whether they are made, or SNS or another stack did.
   *
   * @default "create"
   */
  readonly deliveryLogGroups?: "create" | "existing";
  /**
   * Where alarms go. To one that is imported, `cloudwatch.amazonaws.com` must be allowed to publish.
   *
   * @default - a topic of its own
   */
  readonly alarmsTopic?: ITopic;
  /** Who gets the alarms by e-mail. @default - nobody */
  readonly alarmEmail?: string;
  /** The API's domain name; a record that leads to it is yours to make. @default - the address that AWS gives */
  readonly domainName?: IDomainName;
  /** The base URL of Meta's Graph API. @default "https://graph.facebook.com" */
  readonly graphApiUrl?: string;
  /** The version of Meta's Graph API. @default - that of this version's cdk.json */
  readonly graphApiVersion?: string;
}

/**
 * Reaches a customer by the first channel that works. A stack has one; names in the account (state machines, parameters of
 * secrets, log groups) and the dimension `service` of the metrics begin with the stack's name, and the stack's outputs are those
 * that the commands find.
 *
 * @example
 * const messages = new FallbackRouting(this, "Messages", { channels: { whatsApp: { phoneNumberId: "106540352242922" } } });
 * messages.grantSend(orders);
 */
export class FallbackRouting extends Construct {
  readonly api: HttpApi;
  /** Where messages are sent to: of `domainName`, or of AWS. */
  readonly apiUrl: string;
  /** For batch senders: one message, as JSON, for each queue message. */
  readonly messagesQueue: IQueue;
  /** The topic of what happens to messages. */
  readonly events: ITopic;
  readonly alarmsTopic: ITopic;

  /** @throws {Error} that names the property and what would be right */
  constructor(scope: Construct, id: string, props: FallbackRoutingProps = {}) {
    super(scope, id);
    const stack = Stack.of(this);
    if (Token.isUnresolved(stack.stackName))
      throw new Error("FallbackRouting needs a stack whose name is known: it cannot be in a nested one");
    if (stack.node.tryFindChild("ApiUrl"))
      throw new Error(`${stack.stackName} has an output ApiUrl already: a stack has one FallbackRouting`);
    const settings = settingsOf(props, stack.stackName);
    // For `npm run doctor`, which knows nothing else of how this was deployed.
    stack.addMetadata("settings", settings);
    const tables = new Tables(this, "Tables", settings, props.removalPolicy);
    const { stateMachines, absentChannels, enabledChannels } = new Routing(this, "Routing", {
      settings,
      tables,
    });
    const { prices, windows, smsHourlyLimits } = settings;
    const facts: DeploymentFacts = { prices, windows, smsHourlyLimits, absentChannels };
    const receipts = new Receipts(this, "Receipts", {
      settings,
      facts,
      tables,
      stateMachines,
      enabledChannels,
    });
    const clientWebhooks = new ClientWebhooks(this, "ClientWebhooks", { settings, tables });
    const messageChanges = new MessageChanges(this, "MessageChanges", {
      settings,
      tables,
      clientWebhooks,
      receipts,
    });
    messageChanges.grantPublishEvents(receipts.target, { tables, clientWebhooks });
    const ingest = new Ingest(this, "Ingest", { settings, facts, tables, stateMachines });
    const omnichannel = settings.omnichannelApi
      ? new Omnichannel(this, "Omnichannel", {
          settings,
          facts,
          tables,
          ingest,
          receipts,
          events: messageChanges.topic,
        })
      : undefined;
    const { url, http } = new Api(this, "Api", {
      settings,
      omnichannel,
      tables,
      stateMachines,
      ingest,
      receipts,
      enabledChannels,
      domainName: props.domainName,
    });
    const monitoring = new Monitoring(this, "Monitoring", {
      settings,
      enabledChannels,
      stateMachines,
      messageChanges: messageChanges.target,
      api: http,
      topic: props.alarmsTopic,
    });
    this.api = http;
    this.apiUrl = url;
    this.messagesQueue = ingest.messages;
    this.events = messageChanges.topic;
    this.alarmsTopic = monitoring.topic;
    new CfnOutput(stack, "ApiUrl", { value: url, description: "Send messages here" });
    new CfnOutput(stack, "StateMachineArnPrefix", {
      value: stateMachines.arnPrefix,
      description: "One state machine for each first channel, whose id follows; one execution a message",
    });
    new CfnOutput(stack, "MessagesTableName", { value: tables.messages.tableName });
    new CfnOutput(stack, "ClientsTableName", {
      value: tables.clients.tableName,
      description: "Rule sets and budgets, by client",
    });
    new CfnOutput(stack, "ApiKeysTableName", {
      value: tables.apiKeys.tableName,
      description: "API keys, as SHA-256",
    });
  }

  /** Lets the principal send by the queue. By HTTPS an API key is needed: `npm run keys`. */
  grantSend(grantee: IGrantable): Grant {
    return this.messagesQueue.grantSendMessages(grantee);
  }

  /** Messages that ended, by status: `sent`, `delivered`, `read`, `failed`, `expired`, … @default - sum over 5 minutes */
  metricFinished(status: string, options?: MetricOptions): IMetric {
    return this.#metric("Finished", { status }, options);
  }
  /** Messages that went on from one channel to the next. @default - sum over 5 minutes */
  metricFellBack(options?: MetricOptions): IMetric {
    return this.#metric("FellBack", {}, options);
  }
  /** Tries by a channel. @default - sum over 5 minutes */
  metricAttempts(channel: string, options?: MetricOptions): IMetric {
    return this.#metric("Attempts", { channel }, options);
  }
  /** Messages that the channel's provider took. @default - sum over 5 minutes */
  metricSent(channel: string, options?: MetricOptions): IMetric {
    return this.#metric("Sent", { channel }, options);
  }
  /** Messages delivered by a channel. @default - sum over 5 minutes */
  metricDelivered(channel: string, options?: MetricOptions): IMetric {
    return this.#metric("Delivered", { channel }, options);
  }
  /** Messages read on a channel. @default - sum over 5 minutes */
  metricRead(channel: string, options?: MetricOptions): IMetric {
    return this.#metric("Read", { channel }, options);
  }
  /** Seconds from the send to the delivery. @default - p95 over 5 minutes */
  metricTimeToDelivery(channel: string, options?: MetricOptions): IMetric {
    return this.#metric("TimeToDelivery", { channel }, { statistic: "p95", ...options });
  }
  /** What failed on a channel, by the error's name: `NotRegistered`, `Undeliverable`, … @default - sum over 5 minutes */
  metricFailures(channel: string, error: string, options?: MetricOptions): IMetric {
    return this.#metric("Failures", { channel, error }, options);
  }

  #metric(name: MetricName, dimensions: Record<string, string>, options?: MetricOptions): IMetric {
    return serviceMetric(Stack.of(this).stackName, name, dimensions, options);
  }
}
