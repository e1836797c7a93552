/**
 * SNS's delivery status logs, by their CloudWatch Logs subscription: each record becomes a receipt on the queue. A record that
 * cannot be read is logged and skipped; CloudWatch Logs retries a call that throws. The bundler writes the entry point from the
 * channels in the registry that have such logs.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
import { gunzipSync } from "node:zlib";
import type { CloudWatchLogsEvent } from "aws-lambda";
import * as v from "valibot";
import { createReceiptsQueue, type ReceiptsQueue } from "../aws/receipts-queue.ts";
import type { ReadLogRecord } from "../domain/receipt-readers.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { logFault } from "../shared/log.ts";

const delivered = v.looseObject({
  messageType: v.string(),
  logGroup: v.string(),
  logEvents: v.array(v.looseObject({ message: v.string() })),
});

/** The log groups of a channel, by the part of their names after `sns/<region>/<account>/`, and the reader of their records. */
export interface ChannelLogs {
  groups: readonly string[];
  read: ReadLogRecord;
}

export function createDeliveryLogs(logs: readonly ChannelLogs[], queue: Pick<ReceiptsQueue, "enqueue">) {
  return async ({ awslogs }: CloudWatchLogsEvent): Promise<void> => {
    const text = gunzipSync(Buffer.from(awslogs.data, "base64")).toString();
    const { messageType, logGroup, logEvents } = v.parse(delivered, JSON.parse(text));
    // A CONTROL_MESSAGE only checks that the destination is reachable.
    if (messageType !== "DATA_MESSAGE") return;
    const channelLogs = logs.find(({ groups }) => groups.some((group) => logGroup.endsWith(`/${group}`)));
    if (channelLogs === undefined) throw new Error(`no channel has the log group ${logGroup}`);
    await queue.enqueue(
      logEvents.flatMap(({ message }) => {
        try {
          return [channelLogs.read(message)];
        } catch (error) {
          logFault("a delivery log record has an unknown form", error);
          return [];
        }
      }),
    );
  };
}

export function createHandler(logs: readonly ChannelLogs[]) {
  const run = lazily(() => createDeliveryLogs(logs, createReceiptsQueue(environment("RECEIPTS_QUEUE_URL"))));
  return (event: CloudWatchLogsEvent) => run()(event);
}
