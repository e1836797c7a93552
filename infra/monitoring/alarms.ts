/**
 * The alarms. Each names the heading of infra/RUNBOOK.md that says what it means and what to do;
 * test/stack/monitoring.test.ts checks that they match. Missing data raises no alarm, because an idle system has none.
 */
import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Channel } from "../../functions/domain/channel.ts";
import type { ServiceFunction } from "../function.ts";
import type { StateMachines } from "../state-machines.ts";
import { fiveMinutes, functionThrottles, ofExecutions, ownMetric } from "./metrics.ts";

export interface Watched {
  /** All of the construct. */
  queues: readonly Queue[];
  enabledChannels: readonly Channel[];
  stateMachines: StateMachines;
  messageChanges: ServiceFunction;
  api: HttpApi;
  /** US dollars. */
  smsMonthlySpendLimit: number;
}

export interface AlarmSpecification {
  id: string;
  /** In infra/RUNBOOK.md. */
  heading: string;
  /** What this alarm concerns, if several have the heading. */
  about?: string;
  metric: IMetric;
  threshold: number;
  /** How many periods in a row. @default 1 */
  periods?: number;
}

/** By path in the construct. A queue that has no entry here fails the synthesis. */
const deadLetters: Readonly<Record<string, string>> = {
  "Ingest/MessagesDeadLetterQueue": "Dead letters: messages of batch senders",
  "Ingest/StartsDeadLetterQueue": "Dead letters: executions that could not start",
  "Receipts/DeadLetterQueue": "Dead letters: receipts",
  "Receipts/DeliveryLogsDeadLetterQueue": "Dead letters: delivery logs of SMS",
  "MessageChanges/DeadLetterQueue": "Dead letters: status changes that were not published",
  "ClientWebhooks/DeadLetterQueue": "Dead letters: events for clients' webhooks",
  "Omnichannel/DeadLetterQueue": "Dead letters: events of the Omnichannel API",
};
/** How old, in minutes, a message may become in a queue. */
const oldest: Readonly<Record<string, number>> = {
  // A million messages of a batch sender take more than an hour, which is normal.
  "Ingest/MessagesQueue": 180,
  // A start of the next quarter of an hour waits in the queue.
  "Ingest/StartsQueue": 30,
  "Receipts/Queue": 15,
  // An event waits at most 15 minutes before it is queued again as a new message.
  "ClientWebhooks/Queue": 30,
  "Omnichannel/Queue": 30,
};

export function alarmsOf({
  queues,
  enabledChannels,
  stateMachines,
  messageChanges,
  api,
  smsMonthlySpendLimit,
}: Watched): AlarmSpecification[] {
  return [
    ...queues.map(ofQueue),
    ...enabledChannels.flatMap((channel) => [broken(channel), ...silent(channel)]),
    ...(enabledChannels.some(({ id }) => id === "sms") ? ofSms(smsMonthlySpendLimit) : []),
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
      heading: "Status changes are published late",
      metric: messageChanges.metric("IteratorAge", { period: fiveMinutes, statistic: Stats.MAXIMUM }),
      threshold: Duration.minutes(10).toMilliseconds(),
    },
  ];
}

/** The queue's path in the construct. */
export const pathOf = ({ node }: Queue): string => node.path.split("/").slice(-2).join("/");
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
    throw new Error(`infra/monitoring/alarms.ts has no alarm for the queue ${path}: add it there`);
  return {
    id,
    heading: "A queue is not emptied",
    about: path,
    metric: queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, statistic: Stats.MAXIMUM }),
    threshold: minutes * 60,
  };
}

/**
 * The channel's circuit opened, or stays open: a probe that fails opens it again, at least every 10 minutes. Customers who
 * cannot be reached open no circuit.
 */
const broken = ({ id, name }: Channel): AlarmSpecification => ({
  id: `${id}Broken`,
  heading: "A channel is broken",
  about: name,
  metric: ownMetric("CircuitOpened", { channel: id }, { period: Duration.minutes(15) }),
  threshold: 1,
});

/**
 * SNS stops sending within minutes once the month's spend has reached the account's limit, which no metric tells; the failures
 * are those of the account, such as "No quota left for account", by the answer to a send or by the delivery log.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 */
const ofSms = (spendLimit: number): AlarmSpecification[] => [
  {
    id: "SmsSpend",
    heading: "The month's SMS are almost spent",
    metric: new Metric({
      namespace: "AWS/SNS",
      metricName: "SMSMonthToDateSpentUSD",
      statistic: Stats.MAXIMUM,
      period: fiveMinutes,
    }),
    threshold: spendLimit * 0.8,
  },
  {
    id: "SmsRefused",
    heading: "SMS are refused for the account",
    metric: ownMetric("Failures", { channel: "sms", error: "ChannelMisconfigured" }),
    threshold: 1,
  },
];

/** Half an hour with sends but no delivery, twice in a row: the receipts' webhook may be broken. */
function silent({ id, name, until }: Channel): AlarmSpecification[] {
  // The app may not report receipts at all.
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

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
