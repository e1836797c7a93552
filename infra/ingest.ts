/**
 * Where messages come in: the functions of the API, the queue of batch senders, the queue of executions that could not be started
 * at once, and the schedules of those that are to go out later.
 */
import { ArnFormat, Aws, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { ScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { DeploymentFacts } from "../functions/shared/environment.ts";
import { acknowledge } from "./acknowledge.ts";
import { ServiceFunction, type ServiceFunctionProps } from "./function.ts";
import { deadLetterQueue, grantSendMessage, serviceQueue } from "./queues.ts";
import type { DeploymentSettings } from "./settings.ts";
import type { StateMachines } from "./state-machines.ts";
import type { Tables } from "./tables.ts";

export interface IngestProps {
  readonly settings: DeploymentSettings;
  readonly tables: Tables;
  readonly stateMachines: StateMachines;
  readonly facts: DeploymentFacts;
}

/** After so many tries the function itself moves a message to the dead-letter queue, with its first id. */
const messageAttempts = 5;
/**
 * When SQS moves a message, its first id is lost, so that is only for a function that cannot run at all. SQS's maximum: two
 * days of tries, longer than a broken deployment lasts, and well below the queue's 14 days.
 */
const messageReceives = 1000;
/** Everything may be down for a day: 30 hours of tries. */
const startTries = 600;
/** Six times the functions' time-out, as Lambda recommends. */
const visibilityTimeout = Duration.minutes(3);

interface Queues {
  queue: Queue;
  deadLetters: Queue;
}

export class Ingest extends Construct {
  /** `POST /messages`, `POST /messages/plan` and `POST /messages/{messageId}/resend`. */
  readonly single: ServiceFunction;
  /** `POST /messages/batch`. */
  readonly batch: ServiceFunction;
  /** Of batch senders. */
  readonly messages: Queue;
  readonly #props: IngestProps;
  readonly #starts: Queue;
  readonly #schedules: ScheduleGroup;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    this.#props = props;
    const starts = this.#queue("Starts", startTries);
    this.#starts = starts.queue;
    this.#schedules = new ScheduleGroup(this, "Schedules", {
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const messages = this.#queue("Messages", messageReceives);
    this.messages = messages.queue;

    this.single = this.#accepting("Single", {
      bundle: "ingest",
      description: "Accepts messages: stores them and starts their executions",
      // Its sender waits for it, mostly for the processor, and longest in a cold start: with 256 MB it is slower by 30 ms, or when
      // cold by a third of a second (`npm run bench -- latency`), and cheaper by at most $0.30 a million messages.
      memorySize: 1024,
    });
    this.grantStarting(this.single);
    this.batch = this.#accepting("Batch", {
      bundle: "ingest-batch",
      description: "Accepts batches of messages: stores them and queues the starts of their executions",
      // One full vCPU: 5,000 messages are 10,000 calls to DynamoDB.
      memorySize: 1769,
    });
    const fromQueue = this.#accepting("FromQueue", {
      bundle: "ingest-queue",
      description: "Accepts the messages of batch senders from their queue",
      environment: {
        DEAD_LETTER_QUEUE_URL: messages.deadLetters.queueUrl,
        QUEUE_CLIENT: props.settings.queueClient,
        QUEUE_TRIES: messageAttempts,
      },
    });
    this.grantStarting(fromQueue);
    grantSendMessage(fromQueue, messages.deadLetters);
    fromQueue.addEventSource(
      // A million queued messages must not use up the concurrency that senders over HTTPS need.
      new SqsEventSource(messages.queue, {
        batchSize: 10,
        maxConcurrency: 10,
        reportBatchItemFailures: true,
      }),
    );

    const startExecutions = new ServiceFunction(this, "StartExecutions", {
      bundle: "starts",
      description: "Starts the executions of stored messages, or schedules their start",
      logRetentionDays: props.settings.logRetentionDays,
      timeout: Duration.seconds(30),
      facts: props.facts,
    });
    props.tables.grant(startExecutions, "messages", "GetItem", "PutItem");
    this.#grantPlanning(startExecutions);
    this.#grantScheduling(startExecutions, starts);
    this.grantStarting(startExecutions);
    startExecutions.addEventSource(
      new SqsEventSource(this.#starts, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
    new CfnOutput(Stack.of(this), "MessagesQueueUrl", {
      value: messages.queue.queueUrl,
      description: "Batch senders put messages here: the API's JSON, one message per queue message",
    });
  }

  #accepting(
    name: string,
    props: Pick<ServiceFunctionProps, "bundle" | "description" | "environment" | "memorySize">,
  ): ServiceFunction {
    const { settings, facts } = this.#props;
    const target = new ServiceFunction(this, name, {
      ...props,
      logRetentionDays: settings.logRetentionDays,
      // API Gateway waits for 30 seconds.
      timeout: Duration.seconds(29),
      facts,
    });
    this.grantAccepting(target);
    return target;
  }

  /** Lets a function accept messages. */
  grantAccepting(target: ServiceFunction): void {
    const { settings, tables } = this.#props;
    this.#grantPlanning(target);
    target.setEnvironment({ IDEMPOTENCY_HOURS: settings.idempotencyHours });
    tables.grant(target, "messages", "PutItem", "GetItem");
    tables.grant(target, "profiles", "UpdateItem");
    tables.grant(target, "contacts", "PutItem");
    tables.grant(target, "idempotencyKeys", "GetItem", "PutItem");
  }

  /** Lets a function plan messages, and ask for their start. */
  #grantPlanning(target: ServiceFunction): void {
    const { settings, tables } = this.#props;
    target.setEnvironment({
      STARTS_QUEUE_URL: this.#starts.queueUrl,
      RETENTION_DAYS: settings.retentionDays,
    });
    tables.grant(target, "profiles", "GetItem");
    tables.grant(target, "contacts", "GetItem");
    tables.grant(target, "counters", "GetItem", "UpdateItem");
    tables.grant(target, "habits", "GetItem");
    tables.grant(target, "clients", "GetItem");
    grantSendMessage(target, this.#starts);
  }

  /** Lets a function make schedules, each of which puts a message on the queue. */
  #grantScheduling(target: ServiceFunction, { queue, deadLetters }: Queues): void {
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    const role = new Role(this, "SchedulerRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: {
            "aws:SourceAccount": Aws.ACCOUNT_ID,
            "aws:SourceArn": this.#schedules.scheduleGroupArn,
          },
        },
      }),
    });
    const resources = [queue.queueArn, deadLetters.queueArn];
    role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources }));
    this.#grantSchedules(target, "CreateSchedule");
    target.addToRolePolicy(
      new PolicyStatement({
        actions: ["iam:PassRole"],
        resources: [role.roleArn],
        conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
      }),
    );
    target.setEnvironment({
      SCHEDULE_TARGET: { queue: queue.queueArn, deadLetters: deadLetters.queueArn, role: role.roleArn },
    });
  }

  /** Lets it delete the schedules of messages. */
  grantUnscheduling(target: ServiceFunction): void {
    this.#grantSchedules(target, "DeleteSchedule");
  }

  #grantSchedules(target: ServiceFunction, action: "CreateSchedule" | "DeleteSchedule"): void {
    const name = this.#schedules.scheduleGroupName;
    target.setEnvironment({ SCHEDULE_GROUP: name });
    const resource = Stack.of(this).formatArn({
      service: "scheduler",
      resource: "schedule",
      resourceName: `${name}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    target.addToRolePolicy(new PolicyStatement({ actions: [`scheduler:${action}`], resources: [resource] }));
    acknowledge(target.ownRole, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${name}/*]`]:
        "each message that waits has a schedule of its own",
    });
  }

  /** Lets it start their executions at once. */
  grantStarting(target: ServiceFunction): void {
    this.#props.stateMachines.grantStartExecution(target);
  }

  #queue(name: string, maxReceiveCount: number): Queues {
    const deadLetters = deadLetterQueue(this, `${name}DeadLetterQueue`);
    const queue = serviceQueue(this, `${name}Queue`, {
      visibilityTimeout,
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
    return { queue, deadLetters };
  }
}
