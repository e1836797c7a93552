/**
 * Saved queries of CloudWatch Logs Insights, over the log groups of all functions. functions/shared/log.ts defines the format
 * of a line.
 */
export const queries = [
  {
    id: "OneMessageQuery",
    name: "one message",
    text: [
      "# Put the messageId here. A line's requestId is that of the Lambda invocation in the execution's events.",
      "fields @timestamp, @log, level, message.text, message.error, message.stack, requestId, message.apiRequestId",
      '| filter message.messageId = "…"',
      "| sort @timestamp",
    ].join("\n"),
  },
  {
    id: "FaultsQuery",
    name: "faults, by function",
    text: [
      "filter level in ['WARN', 'ERROR']",
      "| stats count() as lines, latest(@timestamp) as last by @log, message.text, message.error",
      "| sort lines desc",
    ].join("\n"),
  },
  {
    id: "FailuresQuery",
    name: "failures of channels, by error",
    text: [
      "# What the metrics count, by the minute.",
      "filter ispresent(Failures)",
      "| stats sum(Failures) as failures by bin(1m), channel, error",
    ].join("\n"),
  },
  {
    id: "SlowQuery",
    name: "time to delivery, by channel",
    text: [
      "filter ispresent(TimeToDelivery.0)",
      "| stats count() as batches, pct(TimeToDelivery.0, 50), pct(TimeToDelivery.0, 95), max(TimeToDelivery.0) by channel",
    ].join("\n"),
  },
] as const;
