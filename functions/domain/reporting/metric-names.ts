/**
 * The metrics that the functions write and the dashboard and alarms read, each with its dimensions besides `service`, which is
 * the stack.
 */
export const metricsNamespace = "FallbackRouting";

export const metricDimensions = {
  Attempts: ["channel"],
  Sent: ["channel"],
  Delivered: ["channel"],
  Read: ["channel"],
  /** In seconds. */
  TimeToDelivery: ["channel"],
  Failures: ["channel", "error"],
  Skipped: ["channel", "reason"],
  Finished: ["status"],
  FellBack: [],
  /** Receipts for messages that other software in the account sent: counted, and not kept. */
  ReceiptsOfOthers: ["channel"],
  CircuitOpened: ["channel"],
  CircuitProbed: ["channel"],
  CircuitClosed: ["channel"],
} as const satisfies Record<string, readonly string[]>;
export type MetricName = keyof typeof metricDimensions;
/** A value for each dimension of the metric, and for no other. */
export type DimensionsOf<Name extends MetricName> = Record<(typeof metricDimensions)[Name][number], string>;

/** The values of one set of dimensions. */
export interface MetricGroup {
  dimensions: Record<string, string>;
  counts: Partial<Record<MetricName, number>>;
  /** By metric: one value per measurement. */
  seconds: Partial<Record<MetricName, number[]>>;
}
