/** The metrics of alarms and dashboard: the service's own, which the functions write, and AWS's for its resources. */
import { Aws, Duration } from "aws-cdk-lib";
import { MathExpression, Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import {
  type DimensionsOf,
  type MetricName,
  metricDimensions,
  metricsNamespace,
} from "../../functions/domain/reporting/metric-names.ts";
import type { StateMachines } from "../state-machines.ts";

export const fiveMinutes = Duration.minutes(5);

export const ownMetric = <Name extends MetricName>(
  metricName: Name,
  dimensions: DimensionsOf<Name>,
  {
    label,
    color,
    statistic = "Sum",
    period = fiveMinutes,
  }: { label?: string; color?: string; statistic?: string; period?: Duration } = {},
): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service: Aws.STACK_NAME, ...dimensions },
    statistic,
    period,
    ...(label === undefined ? {} : { label }),
    ...(color === undefined ? {} : { color }),
  });

/** A metric of the stack with this name, for whoever uses the construct. */
export const serviceMetric = (
  service: string,
  metricName: MetricName,
  dimensions: Record<string, string>,
  options?: MetricOptions,
): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    statistic: "Sum",
    period: fiveMinutes,
    ...options,
    dimensionsMap: { service, ...dimensions },
  });

/** One line per value of the last dimension. Only for dashboards: alarms may not use SEARCH. */
export function ownMetricBy(metricName: MetricName): MathExpression {
  const dimensions = ["service", ...metricDimensions[metricName]].join(",");
  return new MathExpression({
    expression: `SEARCH('{${metricsNamespace},${dimensions}} MetricName="${metricName}" service="${Aws.STACK_NAME}"', 'Sum')`,
    usingMetrics: {},
    period: fiveMinutes,
  });
}

/** The sum over all state machines. */
export function ofExecutions({ all }: StateMachines, metricName: string): MathExpression {
  const machines = [...all].map(([channel, { stateMachineArn }]): [string, Metric] => [
    `${metricName.charAt(0).toLowerCase()}${metricName.slice(1)}_${channel}`,
    new Metric({
      namespace: "AWS/States",
      metricName,
      dimensionsMap: { StateMachineArn: stateMachineArn },
      statistic: "Sum",
      period: fiveMinutes,
    }),
  ]);
  return new MathExpression({
    expression: machines.map(([id]) => `FILL(${id}, 0)`).join(" + "),
    label: metricName,
    usingMetrics: Object.fromEntries(machines),
    period: fiveMinutes,
  });
}

/** For all functions of the account, which share one limit. */
export const functionThrottles = (): Metric =>
  new Metric({ namespace: "AWS/Lambda", metricName: "Throttles", statistic: "Sum", period: fiveMinutes });
