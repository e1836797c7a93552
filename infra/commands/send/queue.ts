/** The SQS queue as a destination: SendMessageBatch, with key and client as attributes of each message. */
import { type BatchResultErrorEntry, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { explainError, isTransient, isUnreachable } from "../explain-error.ts";
import { type Destination, type Outcome, Unavailable, unanswered } from "./destination.ts";
import { type Entry, maxMessageBytes } from "./message.ts";

export function createQueueDestination(sqs: SQSClient, queueUrl: string, client: string): Destination {
  const attributes = ({ idempotencyKey }: Entry) => ({ "Idempotency-Key": idempotencyKey, client });
  return {
    name: `${queueUrl} for ${client}`,
    maxEntries: 10,
    maxBytes: maxMessageBytes,
    sizeOf: (entry) =>
      Object.entries(attributes(entry)).reduce(
        (sum, [name, value]) => sum + Buffer.byteLength(`${name}String${value}`),
        Buffer.byteLength(entry.json),
      ),
    async send(entries) {
      const { Successful = [], Failed = [] } = await sqs
        .send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: entries.map((entry, index) => ({
              Id: String(index),
              MessageBody: entry.json,
              MessageAttributes: Object.fromEntries(
                Object.entries(attributes(entry)).map(([name, StringValue]) => [
                  name,
                  { DataType: "String", StringValue },
                ]),
              ),
            })),
          }),
        )
        .catch((error: unknown) => {
          if (!isTransient(error)) throw error;
          throw new Unavailable(explainError(error), { unreachable: isUnreachable(error) });
        });
      const taken = new Set(Successful.map(({ Id }) => Id));
      const failed = new Map(Failed.map((failure) => [failure.Id, failure]));
      return entries.map((_, index): Outcome => {
        const id = String(index);
        return taken.has(id) ? { status: "accepted" } : outcomeOf(failed.get(id));
      });
    },
  };
}

function outcomeOf(failure: BatchResultErrorEntry | undefined): Outcome {
  if (failure === undefined) return unanswered;
  const { Code = "", Message = "was refused", SenderFault = false } = failure;
  // Throttling (by KMS, for instance) is reported as the sender's fault, but passes.
  const isFinal = SenderFault && !/throttl/i.test(Code);
  return { status: isFinal ? "refused" : "again", faults: [{ path: "", code: Code, message: Message }] };
}
