/** Lists dead letters by ids, keys and reasons; never by bodies or addresses, which are personal data. */
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as v from "valibot";
import type { Queue } from "./queues.ts";

export interface DeadMessage {
  messageId: string;
  ageSeconds: number;
  receiveCount: number;
  why: string;
  idempotencyKey: string;
  client: string;
}

/** Visibility time-out while reading: long enough to read some hundreds of messages once each. */
const hiddenSeconds = 30;

/** Reads at most `max` messages and leaves them in the queue. */
export async function listDead(
  sqs: SQSClient,
  { url }: Queue,
  max: number,
  now: number,
): Promise<DeadMessage[]> {
  const found = new Map<string, Message>();
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: Math.min(10, max - found.size),
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
          MessageAttributeNames: ["All"],
        }),
      );
      const before = found.size;
      for (const message of Messages) found.set(message.MessageId ?? "", message);
      // The queue is empty, or gives messages that were seen before.
      if (found.size === before || found.size >= max) break;
    }
  } finally {
    await showAgain(sqs, url, [...found.values()]);
  }
  return [...found.values()].map((message) => describe(message, now));
}

/** Makes them visible again, so that a redrive right afterwards finds them. */
async function showAgain(sqs: SQSClient, QueueUrl: string, messages: Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10)
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: messages.slice(start, start + 10).map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    );
}

function describe(
  { MessageId = "", Attributes = {}, MessageAttributes = {}, Body = "" }: Message,
  now: number,
) {
  const attribute = (name: string) => MessageAttributes[name]?.StringValue;
  const reasons = [attribute("Error"), attribute("Reason") ?? reasonIn(Body)];
  return {
    messageId: MessageId,
    ageSeconds: Math.max(0, Math.round((now - Number(Attributes.SentTimestamp ?? now)) / 1000)),
    receiveCount: Number(Attributes.ApproximateReceiveCount ?? 0),
    why: reasons.filter(Boolean).join(": ") || "unknown: see the function's log",
    idempotencyKey: attribute("Idempotency-Key") ?? "",
    client: attribute("client") ?? "",
  };
}

const withReason = v.object({ reason: v.string() });

function reasonIn(body: string): string | undefined {
  try {
    const found = v.safeParse(withReason, JSON.parse(body));
    return found.success ? found.output.reason : undefined;
  } catch {
    return undefined;
  }
}

export function formatAge(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
