/** Webhook deliveries to clients: their queue, and the function that sends them. */
import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ServiceFunction } from "./function.ts";
import { deadLetterQueue, grantSendMessage, serviceQueue } from "./queues.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { Tables } from "./tables.ts";

export interface ClientWebhooksProps {
  readonly settings: DeploymentSettings;
  readonly tables: Tables;
}

const batchSize = 10;
/** All events of a batch may be of one message: they are delivered one after another, each within 15 seconds. */
const timeoutSeconds = batchSize * 15 + 30;

export class ClientWebhooks extends Construct {
  readonly #queue: Queue;

  constructor(scope: Construct, id: string, { settings, tables }: ClientWebhooksProps) {
    super(scope, id);
    const deadLetters = deadLetterQueue(this, "DeadLetterQueue");
    this.#queue = serviceQueue(this, "Queue", {
      visibilityTimeout: Duration.seconds(6 * timeoutSeconds),
      deadLetterQueue: { maxReceiveCount: 6, queue: deadLetters },
    });
    const deliveries = new ServiceFunction(this, "Deliveries", {
      bundle: "webhook-deliveries",
      description: "Calls clients' webhooks",
      logRetentionDays: settings.logRetentionDays,
      timeout: Duration.seconds(timeoutSeconds),
      environment: {
        WEBHOOK_EXCEPTIONS: settings.webhookExceptions,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      },
    });
    deliveries.addEventSource(
      new SqsEventSource(this.#queue, { batchSize, reportBatchItemFailures: true, maxConcurrency: 50 }),
    );
    tables.grant(deliveries, "clients", "GetItem", "UpdateItem");
    tables.grant(deliveries, "counters", "UpdateItem");
    this.grantQueueDeliveries(deliveries);
    grantSendMessage(deliveries, deadLetters);
  }

  /** Lets a function queue webhook deliveries. */
  grantQueueDeliveries(target: ServiceFunction): void {
    grantSendMessage(target, this.#queue);
    target.setEnvironment({ WEBHOOK_DELIVERIES_QUEUE_URL: this.#queue.queueUrl });
  }
}
