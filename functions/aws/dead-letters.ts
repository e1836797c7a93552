/** Moves a queue's message to its dead-letter queue with the reason, as attributes that `npm run dlq -- list` shows. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { clientConfiguration } from "./client.ts";
import { readableText } from "./sqs-text.ts";

/** The attribute with a message's first id: SQS assigns a new one when it is redriven. */
export const firstIdAttribute = "Message-Id";

/** In characters: SQS accepts 256 KiB with all attributes, and a reason is for people. */
const maxReasonLength = 1000;

export function createDeadLetters(QueueUrl: string) {
  const client = new SQSClient({ ...clientConfiguration(), md5: false });
  return async (record: SQSRecord, error: string, reason: string): Promise<void> => {
    const ownAttributes = ["Error", "Reason", firstIdAttribute];
    const kept = Object.entries(record.messageAttributes)
      .filter(([name, { stringValue }]) => stringValue !== undefined && !ownAttributes.includes(name))
      // SQS accepts ten attributes.
      .slice(0, 10 - ownAttributes.length);
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
          Reason: { DataType: "String", StringValue: readableText(reason.slice(0, maxReasonLength)) },
        },
      }),
    );
  };
}
export type DeadLetters = ReturnType<typeof createDeadLetters>;
