/**
 * The topic `message-events`: events in batches of ten, one request each (64 KB of it are billed as one), with attributes for
 * the filter policies of subscriptions.
 */
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import type { CloudEvent } from "../domain/events/message-events.ts";
import { inBatches } from "./batches.ts";
import { clientConfiguration } from "./client.ts";

export function createEventsTopic(TopicArn: string) {
  const client = new SNSClient(clientConfiguration());
  return {
    /** Resolves when the topic has them all; throws where it did not take one. */
    async publish(events: readonly CloudEvent[]): Promise<void> {
      for (const batch of inBatches(events.map(entryOf), bytesOf)) {
        const PublishBatchRequestEntries = batch.map((entry, index) => ({ Id: String(index), ...entry }));
        const { Failed = [] } = await client.send(
          new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }),
        );
        if (Failed.length > 0)
          throw new Error(`SNS did not take ${Failed.length} events: ${Failed[0]?.Code ?? "without a code"}`);
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
/** Characters outside ASCII are up to three bytes each. */
const bytesOf = ({ Message }: Entry) => Buffer.byteLength(Message) + 500;

function attributesOf({ type, data: { channel, status, client } }: CloudEvent): Entry["MessageAttributes"] {
  const given = Object.entries({ type, status, client, channel });
  return Object.fromEntries(
    given.flatMap(([name, StringValue]) =>
      StringValue === undefined ? [] : [[name, { DataType: "String" as const, StringValue }]],
    ),
  );
}
