/**
 * SNS's delivery status logs for SMS, by their CloudWatch Logs subscription: each record becomes a receipt on the queue. A
 * record that cannot be read is logged and left; CloudWatch Logs repeats what throws.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
import { gunzipSync } from "node:zlib";
import type { CloudWatchLogsEvent } from "aws-lambda";
import * as v from "valibot";
import { createReceiptsQueue, type ReceiptsQueue } from "../aws/receipts-queue.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { logFault } from "../shared/log.ts";
import { readSmsDeliveryLog } from "./sms-delivery-log.ts";

const delivered = v.looseObject({
  messageType: v.string(),
  logEvents: v.array(v.looseObject({ message: v.string() })),
});

export function createDeliveryLogs(queue: Pick<ReceiptsQueue, "enqueue">) {
  return async ({ awslogs }: CloudWatchLogsEvent): Promise<void> => {
    const text = gunzipSync(Buffer.from(awslogs.data, "base64")).toString();
    const { messageType, logEvents } = v.parse(delivered, JSON.parse(text));
    // A CONTROL_MESSAGE only asks whether anybody is there.
    if (messageType !== "DATA_MESSAGE") return;
    await queue.enqueue(
      logEvents.flatMap(({ message }) => {
        try {
          return [readSmsDeliveryLog(message)];
        } catch (error) {
          logFault("a delivery log record has a form that we do not know", error);
          return [];
        }
      }),
    );
  };
}

const run = lazily(() => createDeliveryLogs(createReceiptsQueue(environment("RECEIPTS_QUEUE_URL"))));
export const handler = (event: CloudWatchLogsEvent) => run()(event);
