/**
 * What is worth waking somebody for. Each alarm names the heading of infra/RUNBOOK.md that says what it means and what to do;
 * test/stack/monitoring.test.ts holds the two together. Where nothing is measured, nothing is wrong: idle systems are quiet.
 */
import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Channel } from "../../functions/domain/channel.ts";
import type { ServiceFunction } from "../function.ts";
import type { StateMachines } from "../state-machines.ts";
import { fiveMinutes, functionThrottles, ofExecutions, ownMetric } from "./metrics.ts";

export interface Watched {
  /** All of the stack. */
  queues: readonly Queue[];
  enabledChannels: readonly Channel[];
  stateMachines: StateMachines;
  messageChanges: ServiceFunction;
  api: HttpApi;
}

export interface AlarmSpecification {
  id: string;
  /** In infra/RUNBOOK.md. */
  heading: string;
  /** What is about this one, where several have the heading. */
  about?: string;
  metric: IMetric;
  threshold: number;
  /** How many periods in a row. @default 1 */
  periods?: number;
}

/** By their paths in the stack. A queue that is not here stops the synthesis. */
const deadLetters: Readonly<Record<string, string>> = {
  "Ingest/MessagesDeadLetterQueue": "Dead letters: messages of batch senders",
  "Ingest/StartsDeadLetterQueue": "Dead letters: executions that could not start",
  "Receipts/DeadLetterQueue": "Dead letters: receipts",
  "Receipts/DeliveryLogsDeadLetterQueue": "Dead letters: delivery logs of SMS",
  "MessageChanges/DeadLetterQueue": "Dead letters: changes that were not told",
  "ClientWebhooks/DeadLetterQueue": "Dead letters: events for clients' webhooks",
};
/** How old a message may get there: minutes. */
const oldest: Readonly<Record<string, number>> = {
  // A million messages of a batch sender take more than an hour, and that is right.
  "Ingest/MessagesQueue": 180,
  "Ingest/StartsQueue": 15,
  "Receipts/Queue": 15,
  // An event waits 15 minutes at most, then it is a new message.
  "ClientWebhooks/Queue": 30,
};

export function alarmsOf({
  queues,
  enabledChannels,
  stateMachines,
  messageChanges,
  api,
}: Watched): AlarmSpecification[] {
  return [
    ...queues.map(ofQueue),
    ...enabledChannels.flatMap((channel) => [broken(channel), ...silent(channel)]),
    {
      id: "ExecutionsThrottled",
      heading: "Executions are throttled",
      metric: ofExecutions(stateMachines, "ExecutionThrottled"),
      threshold: 1,
      periods: 3,
    },
    {
      id: "FunctionsThrottled",
      heading: "Functions are throttled",
      metric: functionThrottles(),
      threshold: 1,
      periods: 3,
    },
    {
      id: "ApiFails",
      heading: "The API fails",
      metric: api.metricServerError({ period: fiveMinutes, statistic: Stats.SUM }),
      threshold: 5,
    },
    {
      id: "ChangesLate",
      heading: "Changes are told late",
      metric: messageChanges.metric("IteratorAge", { period: fiveMinutes, statistic: Stats.MAXIMUM }),
      threshold: Duration.minutes(10).toMilliseconds(),
    },
  ];
}

/** In the stack. */
export const pathOf = ({ node }: Queue): string => node.path.split("/").slice(1).join("/");
export const isForDeadLetters = (queue: Queue): boolean => deadLetters[pathOf(queue)] !== undefined;

function ofQueue(queue: Queue): AlarmSpecification {
  const path = pathOf(queue);
  const id = path.replaceAll("/", "");
  const heading = deadLetters[path];
  if (heading !== undefined)
    return {
      id,
      heading,
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: fiveMinutes,
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
    };
  const minutes = oldest[path];
  if (minutes === undefined)
    throw new Error(`infra/monitoring/alarms.ts knows no alarm for the queue ${path}`);
  return {
    id,
    heading: "A queue is not emptied",
    about: path,
    metric: queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, statistic: Stats.MAXIMUM }),
    threshold: minutes * 60,
  };
}

/**
 * Its circuit opened, or stays open: a probe that fails opens it again, every 10 minutes at the latest. Customers who are not
 * there open no circuit.
 */
const broken = ({ id, name }: Channel): AlarmSpecification => ({
  id: `${id}Broken`,
  heading: "A channel is broken",
  about: name,
  metric: ownMetric("CircuitOpened", { channel: id }, { period: Duration.minutes(15) }),
  threshold: 1,
});

/** Half an hour of sends with no sign of delivery, twice: a broken webhook looks like customers who are away. */
function silent({ id, name, until }: Channel): AlarmSpecification[] {
  // Of the app's receipts nobody knows whether the app sends any.
  if (until === "sent") return [];
  const period = Duration.minutes(30);
  return [
    {
      id: `${id}Silent`,
      heading: "A channel's receipts are silent",
      about: name,
      metric: new MathExpression({
        expression: "IF(FILL(sent, 0) >= 20 AND FILL(delivered, 0) == 0, 1, 0)",
        label: "Sends without a delivery",
        usingMetrics: {
          sent: ownMetric("Sent", { channel: id }, { period }),
          delivered: ownMetric("Delivered", { channel: id }, { period }),
        },
        period,
      }),
      threshold: 1,
      periods: 2,
    },
  ];
}

/** Of the heading, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
