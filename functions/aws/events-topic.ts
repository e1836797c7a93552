/**
 * The topic `message-events`: events in batches of ten, one request each (64 KB of it are billed as one), with attributes for
 * the filter policies of subscriptions.
 */
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import type { MessageEvent } from "../message-changes/events.ts";
import { clientConfiguration } from "./client.ts";

const mostInOneBatch = 10;
/** SNS takes 256 KB a request; characters outside ASCII are up to three bytes each. */
const mostBytes = 250_000;

export function createEventsTopic(TopicArn: string) {
  const client = new SNSClient(clientConfiguration());
  return {
    /** Resolves when the topic has them all; throws where it did not take one. */
    async publish(events: readonly MessageEvent[]): Promise<void> {
      for (const batch of inBatches(events)) {
        const { Failed = [] } = await client.send(
          new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: batch }),
        );
        if (Failed.length > 0)
          throw new Error(`SNS did not take ${Failed.length} events: ${Failed[0]?.Code ?? "without a code"}`);
      }
    },
  };
}
export type EventsTopic = ReturnType<typeof createEventsTopic>;

interface Entry {
  Id: string;
  Message: string;
  MessageAttributes: Record<string, { DataType: "String"; StringValue: string }>;
}

function* inBatches(events: readonly MessageEvent[]): Generator<Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const event of events) {
    const Message = JSON.stringify(event);
    const size = Buffer.byteLength(Message) + 500;
    if (batch.length === mostInOneBatch || (batch.length > 0 && bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ Id: String(batch.length), Message, MessageAttributes: attributesOf(event) });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function attributesOf({ type, data: { channel, status, client } }: MessageEvent): Entry["MessageAttributes"] {
  const given = { type, status, client, ...(channel === undefined ? {} : { channel }) };
  return Object.fromEntries(
    Object.entries(given).map(([name, StringValue]) => [name, { DataType: "String" as const, StringValue }]),
  );
}
