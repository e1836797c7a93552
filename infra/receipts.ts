/**
 * Receipts: what providers and the app report of a message after it was sent. They arrive by webhook, topic or log group in
 * one queue, from which a function records them. A receipt whose message is never found ends in the dead-letter queue.
 */
import { ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { FilterPattern, type ILogGroup, LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { LambdaDestination } from "aws-cdk-lib/aws-logs-destinations";
import { ConfigurationSet, type EmailSendingEvent, EventDestination } from "aws-cdk-lib/aws-ses";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { channels } from "../functions/channels/registry.ts";
import {
  type Channel,
  secretVariable,
  type TopicFacts,
  webhookSecretVariable,
} from "../functions/domain/channel.ts";
import type { DeploymentFacts, Environment } from "../functions/shared/environment.ts";
import { acknowledge } from "./acknowledge.ts";
import type { FunctionName } from "./bundle/bundle.ts";
import { addConfigurationSet } from "./configuration-sets.ts";
import { ServiceFunction } from "./function.ts";
import { addSettings } from "./permissions.ts";
import { deadLetterQueue, grantSendMessage, serviceQueue } from "./queues.ts";
import { grantSecrets } from "./secrets.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { StateMachines } from "./state-machines.ts";
import type { Tables } from "./tables.ts";
import { serviceTopic } from "./topics.ts";

export interface ReceiptsProps {
  readonly settings: DeploymentSettings;
  readonly facts: DeploymentFacts;
  readonly tables: Tables;
  readonly stateMachines: StateMachines;
  /** The channels that this deployment has. */
  readonly enabledChannels: readonly Channel[];
}

/** With pauses of 2, 8 and 32 seconds and the visibility time-out in between: some five minutes. */
const tries = 6;

/** The providers of all channels: the function's bundle reads them all. */
const webhookProviders = [...new Set(channels.flatMap(({ receipts }) => receipts?.webhook?.by ?? []))];

export class Receipts extends Construct {
  readonly queue: Queue;
  /** Records the receipts from the queue, and publishes customers' answers. */
  readonly target: ServiceFunction;
  /** Serves the webhooks of the enabled channels' providers. */
  readonly webhooks: ServiceFunction;
  /** Serves the app's own receipts; undefined if no enabled channel has such. */
  readonly appReceipts: ServiceFunction | undefined;
  readonly #settings: DeploymentSettings;

  constructor(
    scope: Construct,
    id: string,
    { settings, facts, tables, stateMachines, enabledChannels }: ReceiptsProps,
  ) {
    super(scope, id);
    this.#settings = settings;
    this.queue = serviceQueue(this, "Queue", {
      // Six times the function's time-out, as Lambda recommends.
      visibilityTimeout: Duration.minutes(2),
      deadLetterQueue: { maxReceiveCount: tries, queue: deadLetterQueue(this, "DeadLetterQueue") },
    });

    this.target = new ServiceFunction(this, "Receipts", {
      bundle: "receipts",
      description: "Records receipts and ends waiting tasks",
      logRetentionDays: settings.logRetentionDays,
      environment: {
        RETENTION_DAYS: settings.retentionDays,
        RECEIPTS_QUEUE_URL: this.queue.queueUrl,
        QUEUE_TRIES: tries,
      },
      facts,
    });
    this.target.addEventSource(
      // A flood of webhooks waits in the queue: 50 invocations handle some 3,000 receipts a second, ten times the rate at
      // which executions can start. This limits it without reserved concurrency, which other functions could never use, and
      // which a new account (10 concurrent executions) cannot reserve at all.
      new SqsEventSource(this.queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 50 }),
    );
    tables.grant(this.target, "messages", "GetItem", "UpdateItem");
    tables.grant(this.target, "contacts", "GetItem", "Query", "UpdateItem", "PutItem");
    // A customer who came by a link gets the address into their profile.
    tables.grant(this.target, "profiles", "GetItem", "UpdateItem");
    this.target.addToRolePolicy(stateMachines.endTasksPolicy("SendTaskSuccess", "SendTaskFailure"));
    // A failure reported after "sent" had finished the message starts the rest of the route.
    stateMachines.grantStartExecution(this.target);
    // A failure of a whole account that is reported later opens its circuit too.
    tables.grant(this.target, "circuits", "GetItem", "PutItem");

    this.webhooks = this.#function(
      "Webhooks",
      "webhooks",
      `Receives ${webhookProviders.join("'s and ")}'s webhooks: checks them, queues their receipts`,
    );
    this.#feedsQueue(this.webhooks);
    // It tells our number or page from others of the same app.
    const ours = (source: "webhook" | "topic") =>
      enabledChannels.flatMap(({ receipts }) => receipts?.[source]?.identitySetting ?? []);
    addSettings(this.webhooks, ours("webhook"), settings.channels);
    addSettings(this.target, ours("topic"), settings.channels);
    grantSecrets(
      this.webhooks,
      enabledChannels.flatMap(({ id: channel, receipts }) =>
        Object.keys(receipts?.webhook?.secrets ?? {}).map((secret) => ({
          channel,
          secret,
          variable: webhookSecretVariable(channel, secret),
        })),
      ),
    );
    this.#deliveryLogs(enabledChannels);
    // In the order of earlier releases: another order would change the queue's policy.
    for (const channel of enabledChannels.toReversed())
      if (channel.receipts?.topic)
        addConfigurationSet(this, channel, settings, this.#topic(channel.receipts.topic));
    this.appReceipts = this.#appReceipts(tables, stateMachines, enabledChannels);
  }

  /** The log groups to which SNS writes the delivery status of messages; created here to subscribe to them. */
  #deliveryLogs(enabledChannels: readonly Channel[]): void {
    const withLogs = enabledChannels.flatMap(({ name: channel, receipts }) =>
      receipts?.deliveryLogs ? [{ channel, ...receipts.deliveryLogs }] : [],
    );
    if (withLogs.length === 0) return;
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
    const stack = Stack.of(this);
    for (const { channel, name, use, groups } of withLogs) {
      const role = new Role(this, `${name}Role`, {
        assumedBy: new ServicePrincipal("sns.amazonaws.com"),
        description: `The role by which SNS logs the delivery status of ${channel}`,
      });
      for (const [outcome, groupName] of Object.entries(groups)) {
        const group = this.#deliveryLogGroup(
          `${name}${outcome}`,
          `sns/${stack.region}/${stack.account}/${groupName}`,
        );
        group.addSubscriptionFilter("Receipts", {
          destination: new LambdaDestination(deliveryLogs),
          filterPattern: FilterPattern.allEvents(),
        });
      }
      // As in AWS's own role: SNS creates the groups if they do not exist.
      // https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSNSRole.html
      role.addToPolicy(
        new PolicyStatement({
          actions: [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:PutMetricFilter",
            "logs:PutRetentionPolicy",
          ],
          resources: [
            stack.formatArn({
              service: "logs",
              resource: "log-group",
              resourceName: "sns/*",
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ],
        }),
      );
      acknowledge(role, {
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:sns/*]":
          "SNS names its log groups and streams itself",
      });
      new CfnOutput(Stack.of(this), `${name}RoleArn`, { value: role.roleArn, description: use });
    }
  }

  /** The log group belongs to the account: sends of other software are logged there too, so it outlives the stack. */
  #deliveryLogGroup(id: string, logGroupName: string): ILogGroup {
    if (this.#settings.deliveryLogGroups === "existing")
      return LogGroup.fromLogGroupName(this, id, logGroupName);
    return new LogGroup(this, id, {
      logGroupName,
      retention: this.#settings.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /** The topic's publisher is set up by hand, where it is not a configuration set of SES. */
  #topic({ name, displayName, use, publisher, publisherNamesNoAccount, sesEvents }: TopicFacts): Topic {
    const topic = serviceTopic(this, name, displayName);
    topic.addSubscription(new SqsSubscription(this.queue, { rawMessageDelivery: true }));
    if (publisher !== undefined)
      topic.grantPublish(
        new ServicePrincipal(
          publisher,
          publisherNamesNoAccount
            ? {}
            : { conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } } },
        ),
      );
    for (const [index, [configurationSetName, events]] of Object.entries(
      sesEvents?.(this.#settings.channels) ?? {},
    ).entries()) {
      const set = new ConfigurationSet(this, `${name}Set${index}`, { configurationSetName });
      set.addEventDestination("Topic", {
        destination: EventDestination.snsTopic(topic),
        events: events.map((event) => event as EmailSendingEvent),
      });
      // SES publishes a first message to it at once: it must be allowed by then.
      set.node.findChild("Topic").node.addDependency(topic);
    }
    new CfnOutput(Stack.of(this), `${name}TopicArn`, { value: topic.topicArn, description: use });
    return topic;
  }

  #appReceipts(
    tables: Tables,
    stateMachines: StateMachines,
    enabledChannels: readonly Channel[],
  ): ServiceFunction | undefined {
    const secrets = enabledChannels.flatMap(({ id: channel, receipts }) =>
      Object.keys(receipts?.app?.secrets ?? {}).map((secret) => ({
        channel,
        secret,
        variable: secretVariable(secret),
      })),
    );
    if (secrets.length === 0) return undefined;
    const appReceipts = this.#function("AppReceipts", "app-receipts", "Receives the app's receipts");
    tables.grant(appReceipts, "messages", "GetItem", "UpdateItem");
    // It may find a recorded failure whose task has not been ended yet.
    appReceipts.addToRolePolicy(stateMachines.endTasksPolicy("SendTaskSuccess", "SendTaskFailure"));
    grantSecrets(appReceipts, secrets);
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
    grantSendMessage(target, this.queue);
    target.setEnvironment({ RECEIPTS_QUEUE_URL: this.queue.queueUrl });
  }
}
