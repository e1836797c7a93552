/** The dashboard: whether the service is healthy, which channel is slow, how many messages fall back and why. */
import { Duration } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  PeriodOverride,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { statusColours } from "../../functions/domain/reporting/status-colours.ts";
import { isForDeadLetters, pathOf, type Watched } from "./alarms.ts";
import { fiveMinutes, ofExecutions, ownMetric, ownMetricBy } from "./metrics.ts";

const third = 8;
const graph = (title: string, left: IMetric[], options: { seconds?: true; stacked?: true } = {}) =>
  new GraphWidget({
    title,
    left,
    width: third,
    height: 6,
    stacked: options.stacked ?? false,
    leftYAxis: { min: 0, showUnits: false, ...(options.seconds ? { label: "seconds" } : {}) },
  });

export function makeDashboard(
  scope: Construct,
  dashboardName: string,
  watched: Watched,
  alarms: Alarm[],
): Dashboard {
  const { queues, enabledChannels, stateMachines, api } = watched;
  const byChannel = (name: "Attempts" | "Delivered" | "Read") =>
    enabledChannels.map((channel) => ownMetric(name, { channel: channel.id }, { label: channel.name }));
  const age = (queue: Queue) =>
    queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, label: pathOf(queue) });
  const waiting = (queue: Queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, label: pathOf(queue) });
  const working = queues.filter((queue) => !isForDeadLetters(queue));
  return new Dashboard(scope, "Dashboard", {
    dashboardName,
    defaultInterval: Duration.hours(3),
    periodOverride: PeriodOverride.AUTO,
    widgets: [
      [
        new TextWidget({
          width: 24,
          height: 1,
          markdown:
            "What an alarm means and what to do: infra/RUNBOOK.md. One message: its trace links to its execution.",
        }),
      ],
      [new AlarmStatusWidget({ title: "Alarms", alarms, width: 24, height: 4 })],
      [
        graph(
          "Messages that ended, by status",
          Object.entries(statusColours).map(([status, color]) =>
            ownMetric("Finished", { status }, { label: status, color }),
          ),
          { stacked: true },
        ),
        graph("Attempts, by channel", byChannel("Attempts"), { stacked: true }),
        graph("Messages that fell back", [ownMetric("FellBack", {}, { label: "FellBack" })]),
      ],
      [
        graph("Delivered, by channel", byChannel("Delivered")),
        graph("Read, by channel", byChannel("Read")),
        graph(
          "Time to delivery: half and 95 % of the messages",
          enabledChannels.flatMap(({ id, name }) =>
            ["p50", "p95"].map((statistic) =>
              ownMetric("TimeToDelivery", { channel: id }, { label: `${name} ${statistic}`, statistic }),
            ),
          ),
          { seconds: true },
        ),
      ],
      [
        graph("Failures, by channel and error", [ownMetricBy("Failures")], { stacked: true }),
        graph("Channels that were skipped, by reason", [ownMetricBy("Skipped")], { stacked: true }),
        graph(
          "Circuits that opened",
          enabledChannels.map(({ id, name }) => ownMetric("CircuitOpened", { channel: id }, { label: name })),
        ),
      ],
      [
        graph("API: requests and faults", [
          api.metricCount({ period: fiveMinutes, label: "requests" }),
          api.metricClientError({ period: fiveMinutes, label: "4xx" }),
          api.metricServerError({ period: fiveMinutes, label: "5xx" }),
        ]),
        graph("API: latency, 50 % and 99 %, ms", [
          api.metricLatency({ period: fiveMinutes, statistic: "p50", label: "p50" }),
          api.metricLatency({ period: fiveMinutes, statistic: "p99", label: "p99" }),
        ]),
        graph(
          "Executions",
          [
            "ExecutionsStarted",
            "ExecutionsSucceeded",
            "ExecutionsFailed",
            "ExecutionsAborted",
            "ExecutionThrottled",
          ].map((name) => ofExecutions(stateMachines, name)),
        ),
      ],
      [
        graph("Age of the oldest message", working.map(age), { seconds: true }),
        graph("Messages waiting", working.map(waiting)),
        graph("Dead letters", queues.filter(isForDeadLetters).map(waiting)),
      ],
    ],
  });
}
