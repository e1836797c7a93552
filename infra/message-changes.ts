/**
 * Publishes what happens to messages: the stream of the messages table, the function that reads it, and the topic
 * `message-events`. Stream records that fail in all tries are named in the dead-letter queue.
 */
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { ClientWebhooks } from "./client-webhooks.ts";
import { ServiceFunction } from "./function.ts";
import { deadLetterQueue, grantSendMessage } from "./queues.ts";
import type { Receipts } from "./receipts.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { Tables } from "./tables.ts";
import { serviceTopic } from "./topics.ts";

export interface MessageChangesProps {
  readonly settings: DeploymentSettings;
  readonly tables: Tables;
  readonly clientWebhooks: ClientWebhooks;
  readonly receipts: Receipts;
}

export class MessageChanges extends Construct {
  readonly topic: Topic;
  readonly target: ServiceFunction;

  constructor(scope: Construct, id: string, props: MessageChangesProps) {
    super(scope, id);
    const { settings, tables } = props;
    this.topic = serviceTopic(this, "Events", "What happens to messages");
    this.target = new ServiceFunction(this, "Function", {
      bundle: "message-changes",
      description: "Publishes the events of messages",
      logRetentionDays: settings.logRetentionDays,
      timeout: Duration.seconds(60),
    });
    const deadLetters = deadLetterQueue(this, "DeadLetterQueue");
    acknowledge(deadLetters, { "AwsSolutions-SQS3": "it is the dead-letter queue of the stream" });
    acknowledge(this.target.ownRole, {
      "AwsSolutions-IAM5[Resource::*]":
        "dynamodb:ListStreams, which every reader of a stream needs, knows no resource",
    });
    this.target.addEventSource(
      // The CDK's own types do not agree under exactOptionalPropertyTypes.
      new DynamoEventSource(tables.messages as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        // Fewer and fuller batches: each is a request to Lambda and, with ten events in it, one to SNS.
        maxBatchingWindow: Duration.seconds(2),
        // Deletions by time to live are not published.
        filters: [FilterCriteria.filter({ eventName: FilterRule.or("INSERT", "MODIFY") })],
        bisectBatchOnError: true,
        retryAttempts: 20,
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    this.grantPublishEvents(this.target, props);
    // The receipts of messages of test keys.
    grantSendMessage(this.target, props.receipts.queue);
    this.target.setEnvironment({ RECEIPTS_QUEUE_URL: props.receipts.queue.queueUrl });
    tables.grant(this.target, "counters", "UpdateItem");
    tables.grant(this.target, "habits", "UpdateItem");
    new CfnOutput(Stack.of(this), "MessageEventsTopicArn", {
      value: this.topic.topicArn,
      description: "Subscribe here to what happens to messages",
    });
  }
  /** Lets a function publish events: to the topic, and to the webhooks of clients. */
  grantPublishEvents(
    target: ServiceFunction,
    { tables, clientWebhooks }: Pick<MessageChangesProps, "tables" | "clientWebhooks">,
  ): void {
    this.topic.grantPublish(target);
    target.setEnvironment({ MESSAGE_EVENTS_TOPIC: this.topic.topicArn });
    tables.grant(target, "clients", "GetItem");
    clientWebhooks.grantQueueDeliveries(target);
  }
}
