/** Metrics in CloudWatch's embedded metric format, by Powertools: lines in the log, without a call to CloudWatch. */
import type { MetricGroup } from "../domain/reporting/metric-names.ts";
import { type DimensionsOf, type MetricName, metricsNamespace } from "../domain/reporting/metric-names.ts";

/** `service` is the stack's name, by POWERTOOLS_SERVICE_NAME. The library is loaded at its first use: loading it takes 15 ms of a cold start. */
async function createMetrics() {
  const { Metrics, MetricUnit } = await import("@aws-lambda-powertools/metrics");
  const metrics = new Metrics({ namespace: metricsNamespace });
  return { metrics, MetricUnit };
}

export async function emitCount<Name extends MetricName>(
  name: Name,
  dimensions: DimensionsOf<Name>,
): Promise<void> {
  await emitMetrics([{ dimensions, counts: { [name]: 1 }, seconds: {} }]);
}

export async function emitMetrics(groups: readonly MetricGroup[]): Promise<void> {
  const { metrics, MetricUnit } = await createMetrics();
  for (const { dimensions, counts, seconds } of groups) {
    metrics.addDimensions(dimensions);
    for (const [name, value] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, value);
    for (const [name, values] of Object.entries(seconds))
      for (const value of values) metrics.addMetric(name, MetricUnit.Seconds, value);
    metrics.publishStoredMetrics();
  }
}
