/**
 * The receipts: what the providers and the app say of a message after it was sent, from each of their ways to one queue, and
 * the function that takes them from there. What never finds its message ends in the dead-letter queue.
 */
import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { FilterPattern, LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { LambdaDestination } from "aws-cdk-lib/aws-logs-destinations";
import { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type Channel, environmentName, secretVariable } from "../functions/domain/channel.ts";
import type { Environment } from "../functions/shared/environment.ts";
import { acknowledge } from "./acknowledge.ts";
import type { FunctionName } from "./bundle/bundle.ts";
import { ServiceFunction } from "./function.ts";
import { allowSending, deadLetterQueue, serviceQueue } from "./queues.ts";
import { grantSecrets } from "./secrets.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { StateMachines } from "./state-machines.ts";
import type { Tables } from "./tables.ts";

export interface ReceiptsProps {
  readonly settings: DeploymentSettings;
  readonly tables: Tables;
  readonly stateMachines: StateMachines;
  /** The channels that this deployment has. */
  readonly enabledChannels: readonly Channel[];
}

/** Meta's channels: their receipts come by webhook. */
const webhookChannels = ["whatsApp", "fbMessenger"];

export class Receipts extends Construct {
  readonly queue: Queue;
  /** Takes what is on the queue, and tells what customers answer. */
  readonly target: ServiceFunction;
  /** Serves Meta's webhooks, by channel: only those that this deployment has. */
  readonly webhooks: ServiceFunction;
  readonly webhookChannels: readonly Channel[];
  /** Serves the app's own receipts; undefined without App messaging. */
  readonly appReceipts: ServiceFunction | undefined;
  readonly #settings: DeploymentSettings;

  constructor(
    scope: Construct,
    id: string,
    { settings, tables, stateMachines, enabledChannels }: ReceiptsProps,
  ) {
    super(scope, id);
    this.#settings = settings;
    this.queue = serviceQueue(this, "Queue", {
      // Six times the function's time-out, as Lambda asks for.
      visibilityTimeout: Duration.minutes(2),
      deadLetterQueue: { maxReceiveCount: 6, queue: deadLetterQueue(this, "DeadLetterQueue") },
    });

    this.target = this.#function("Receipts", "receipts", "Takes receipts: records them, ends waiting tasks", {
      RETENTION_DAYS: settings.retentionDays,
      PRICES: settings.prices,
      RECEIPTS_QUEUE_URL: this.queue.queueUrl,
    });
    this.target.addEventSource(
      // A storm of webhooks waits on the queue: 50 at once take some 3,000 receipts a second, ten times what executions can start.
      // That bounds it without reserved concurrency, which would be taken from all others for good, and which an account that
      // may run 10 functions at once (a new one) cannot reserve at all.
      new SqsEventSource(this.queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 50 }),
    );
    tables.grant(this.target, "messages", "GetItem", "UpdateItem");
    tables.grant(this.target, "contacts", "GetItem", "Query", "UpdateItem", "PutItem");
    this.target.addToRolePolicy(stateMachines.endingTasks("SendTaskSuccess", "SendTaskFailure"));
    // A failure that is reported after a channel's "sent" had ended the message: the rest of the route is started.
    stateMachines.allowStarting(this.target);
    // A failure of an account that is reported later opens its circuit too.
    tables.grant(this.target, "circuits", "GetItem", "PutItem");

    this.webhookChannels = enabledChannels.filter((channel) => webhookChannels.includes(channel.id));
    this.webhooks = this.#function(
      "Webhooks",
      "webhooks",
      "Takes Meta's webhooks: checks them, queues their receipts",
    );
    this.#feedsQueue(this.webhooks);
    // By them it knows our numbers and pages from others of the same app.
    for (const name of this.webhookChannels.flatMap((channel) => Object.keys(channel.settings))) {
      const value = settings.channels[name];
      if (value !== undefined) this.webhooks.addEnvironment(environmentName(name), value);
    }
    grantSecrets(
      this.webhooks,
      this.webhookChannels.flatMap((channel) =>
        Object.keys(channel.receiptSecrets ?? {}).map((secret) => ({
          channel: channel.id,
          secret,
          variable: `${environmentName(channel.id)}_${secretVariable(secret)}`,
        })),
      ),
    );
    this.#smsDeliveryLogs();
    this.#smsAnswers();
    this.appReceipts = this.#appMessaging(tables, stateMachines, enabledChannels);
  }

  /** SNS writes what became of an SMS to these log groups: made here, so that there is something to subscribe to. */
  #smsDeliveryLogs(): void {
    const deadLetters = deadLetterQueue(this, "DeliveryLogsDeadLetterQueue");
    acknowledge(deadLetters, { "AwsSolutions-SQS3": "it is the dead-letter queue of a function" });
    const deliveryLogs = new ServiceFunction(this, "DeliveryLogs", {
      bundle: "delivery-logs",
      description: "Turns SNS's delivery logs into receipts",
      logRetentionDays: this.#settings.logRetentionDays,
      // CloudWatch Logs invokes it asynchronously.
      deadLetterQueue: deadLetters,
    });
    this.#feedsQueue(deliveryLogs);
    const { region, account } = Stack.of(this);
    const role = new Role(this, "SmsDeliveryLogsRole", {
      assumedBy: new ServicePrincipal("sns.amazonaws.com"),
      description: "With it SNS writes the delivery status of SMS",
    });
    const groups = { Success: "", Failure: "/Failure" };
    for (const [name, suffix] of Object.entries(groups)) {
      const group = new LogGroup(this, `SmsDeliveryLogs${name}`, {
        logGroupName: `sns/${region}/${account}/DirectPublishToPhoneNumber${suffix}`,
        retention: this.#settings.logRetentionDays as RetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      group.addSubscriptionFilter("Receipts", {
        destination: new LambdaDestination(deliveryLogs),
        filterPattern: FilterPattern.allEvents(),
      });
      group.grantWrite(role);
    }
    new CfnOutput(Stack.of(this), "SmsDeliveryLogsRoleArn", {
      value: role.roleArn,
      description: "For aws sns set-sms-attributes: see infra/README.md",
    });
  }

  /** A number of AWS End User Messaging with two-way SMS tells here what customers answer: set up by hand, where there is one. */
  #smsAnswers(): void {
    const topic = new Topic(this, "SmsAnswers", {
      displayName: "What customers answer to SMS",
      enforceSSL: true,
    });
    topic.addSubscription(new SqsSubscription(this.queue, { rawMessageDelivery: true }));
    topic.grantPublish(
      new ServicePrincipal("sms-voice.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    new CfnOutput(Stack.of(this), "SmsAnswersTopicArn", {
      value: topic.topicArn,
      description: "For two-way SMS of an origination number: see infra/README.md",
    });
  }

  /** Push failures come as events of the platform applications, the app's receipts by HTTP. */
  #appMessaging(
    tables: Tables,
    stateMachines: StateMachines,
    enabledChannels: readonly Channel[],
  ): ServiceFunction | undefined {
    const channel = enabledChannels.find(({ id }) => id === "appMessaging");
    if (channel === undefined) return undefined;
    const topic = new Topic(this, "PushEvents", {
      displayName: "Events of the platform applications",
      enforceSSL: true,
    });
    topic.addSubscription(new SqsSubscription(this.queue, { rawMessageDelivery: true }));
    new CfnOutput(Stack.of(this), "PushEventsTopicArn", {
      value: topic.topicArn,
      description: "For EventDeliveryFailure of the platform applications: see infra/README.md",
    });
    const appReceipts = this.#function("AppReceipts", "app-receipts", "Takes the app's receipts");
    tables.grant(appReceipts, "messages", "GetItem", "UpdateItem");
    // A failure that is recorded and not yet told may be met here too.
    appReceipts.addToRolePolicy(stateMachines.endingTasks("SendTaskSuccess", "SendTaskFailure"));
    grantSecrets(
      appReceipts,
      Object.keys(channel.receiptSecrets ?? {}).map((secret) => ({
        channel: channel.id,
        secret,
        variable: secretVariable(secret),
      })),
    );
    return appReceipts;
  }

  #function(
    name: string,
    bundle: FunctionName,
    description: string,
    environment: Partial<Environment> = {},
  ): ServiceFunction {
    const { logRetentionDays } = this.#settings;
    return new ServiceFunction(this, name, { bundle, description, environment, logRetentionDays });
  }

  #feedsQueue(target: ServiceFunction): void {
    allowSending(target, this.queue);
    target.setEnvironment({ RECEIPTS_QUEUE_URL: this.queue.queueUrl });
  }
}
