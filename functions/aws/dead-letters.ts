/** Parks a queue's message in its dead-letter queue with the reason, as attributes that `npm run dlq -- list` shows. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { clientConfiguration } from "./client.ts";
import { readableText } from "./sqs-text.ts";

/** The attribute with the id that a message first had: redriven, SQS gives it another. */
export const firstIdAttribute = "Message-Id";

/** SQS takes 256 KiB with all attributes; a reason is for people. */
const longestReason = 1000;

export function createDeadLetters(QueueUrl: string) {
  const client = new SQSClient({ ...clientConfiguration(), md5: false });
  return async (record: SQSRecord, error: string, reason: string): Promise<void> => {
    const own = ["Error", "Reason", firstIdAttribute];
    const kept = Object.entries(record.messageAttributes)
      .filter(([name, { stringValue }]) => stringValue !== undefined && !own.includes(name))
      .slice(0, 7);
    const firstId = record.messageAttributes[firstIdAttribute]?.stringValue ?? record.messageId;
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: record.body,
        MessageAttributes: {
          ...Object.fromEntries(
            kept.map(([name, { dataType, stringValue }]) => [
              name,
              { DataType: dataType, StringValue: stringValue },
            ]),
          ),
          [firstIdAttribute]: { DataType: "String", StringValue: firstId },
          Error: { DataType: "String", StringValue: error },
          Reason: { DataType: "String", StringValue: readableText(reason.slice(0, longestReason)) },
        },
      }),
    );
  };
}
export type DeadLetters = ReturnType<typeof createDeadLetters>;
