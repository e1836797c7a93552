/**
 * The topic `message-events`: events in batches of ten, one request each (SNS bills each 64 KB as a request), with attributes
 * for the filter policies of subscriptions.
 */
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import type { CloudEvent } from "../domain/events/message-events.ts";
import { inBatches } from "./batches.ts";
import { clientConfiguration } from "./client.ts";

export function createEventsTopic(TopicArn: string) {
  const client = new SNSClient(clientConfiguration());
  return {
    /** Resolves when all events are published. Throws where SNS refused any of them. */
    async publish(events: readonly CloudEvent[]): Promise<void> {
      for (const batch of inBatches(events.map(entryOf), bytesOf)) {
        const PublishBatchRequestEntries = batch.map((entry, index) => ({ Id: String(index), ...entry }));
        const { Failed = [] } = await client.send(
          new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }),
        );
        if (Failed.length > 0)
          throw new Error(`SNS refused ${Failed.length} events: ${Failed[0]?.Code ?? "without a code"}`);
      }
    },
  };
}
export type EventsTopic = ReturnType<typeof createEventsTopic>;

interface Entry {
  Message: string;
  MessageAttributes: Record<string, { DataType: "String"; StringValue: string }>;
}

const entryOf = (event: CloudEvent): Entry => ({
  Message: JSON.stringify(event),
  MessageAttributes: attributesOf(event),
});
/** The attributes need less than 500 bytes. */
const bytesOf = ({ Message }: Entry) => Buffer.byteLength(Message) + 500;

function attributesOf({ type, data: { channel, status, client } }: CloudEvent): Entry["MessageAttributes"] {
  const attributes = Object.entries({ type, status, client, channel });
  return Object.fromEntries(
    attributes.flatMap(([name, StringValue]) =>
      StringValue === undefined ? [] : [[name, { DataType: "String" as const, StringValue }]],
    ),
  );
}
