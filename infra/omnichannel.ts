/**
 * The Omnichannel API for those who come from it (functions/api/omnichannel/README.md): one function for its routes, for the
 * events of messages, and for the calls of the webhooks that were made by it. Only with the setting `omnichannelApi`.
 */
import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { channels } from "../functions/channels/registry.ts";
import type { DeploymentFacts } from "../functions/shared/environment.ts";
import { ServiceFunction } from "./function.ts";
import type { Ingest } from "./ingest.ts";
import { addSettings, grantPermissions } from "./permissions.ts";
import { deadLetterQueue, grantSendMessage, serviceQueue } from "./queues.ts";
import type { Receipts } from "./receipts.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { Tables } from "./tables.ts";

export interface OmnichannelProps {
  readonly settings: DeploymentSettings;
  readonly facts: DeploymentFacts;
  readonly tables: Tables;
  readonly ingest: Ingest;
  readonly receipts: Receipts;
  /** The topic `message-events`. */
  readonly events: Topic;
}

/** API Gateway waits for 30 seconds; a hundred calls of webhooks, fifty at a time, take 20. */
const timeoutSeconds = 29;

export class Omnichannel extends Construct {
  readonly target: ServiceFunction;

  constructor(scope: Construct, id: string, props: OmnichannelProps) {
    super(scope, id);
    const { settings, facts, tables, ingest, receipts, events } = props;
    const deadLetters = deadLetterQueue(this, "DeadLetterQueue");
    const queue = serviceQueue(this, "Queue", {
      visibilityTimeout: Duration.seconds(6 * timeoutSeconds),
      deadLetterQueue: { maxReceiveCount: 6, queue: deadLetters },
    });
    events.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }));
    this.target = new ServiceFunction(this, "Function", {
      bundle: "omnichannel",
      description: "Takes the requests of the Omnichannel API, and calls its webhooks",
      logRetentionDays: settings.logRetentionDays,
      timeout: Duration.seconds(timeoutSeconds),
      // One full vCPU, for batches: as that of our own.
      memorySize: 1769,
      facts,
      environment: {
        WEBHOOK_EXCEPTIONS: settings.webhookExceptions,
        OMNICHANNEL_QUEUE_URL: queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        RECEIPTS_QUEUE_URL: receipts.queue.queueUrl,
      },
    });
    ingest.grantAccepting(this.target);
    ingest.grantStarting(this.target);
    tables.grant(this.target, "messages", "UpdateItem");
    tables.grant(this.target, "profiles", "PutItem", "DeleteItem");
    tables.grant(this.target, "contacts", "Query", "UpdateItem", "DeleteItem");
    tables.grant(this.target, "clients", "Query", "PutItem", "DeleteItem");
    tables.grant(this.target, "habits", "DeleteItem");
    for (const { profileDeletion } of channels) {
      if (profileDeletion === undefined) continue;
      addSettings(this.target, profileDeletion.settings, settings.channels);
      grantPermissions(this.target, profileDeletion.permissions(settings.channels));
    }
    for (const one of [queue, deadLetters, receipts.queue]) grantSendMessage(this.target, one);
    this.target.addEventSource(
      new SqsEventSource(queue, {
        // Lists for webhooks that want them: what came within a second.
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: 20,
        reportBatchItemFailures: true,
      }),
    );
  }
}
