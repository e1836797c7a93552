/** The ways by which messages come in: one by one, many in a request, and the queue; each only where the deployment has it. */
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { region } from "../../infra/local/cloudformation.ts";
import type { BenchSystem } from "./bench-system.ts";

export interface WayIn {
  name: string;
  /** Resolves when all are accepted. */
  send: (messages: readonly object[]) => Promise<void>;
}

export const accepted = v.looseObject({ messageId: v.string() });
const mostInOneSqsBatch = 10;

export const oneByOne = (system: BenchSystem): WayIn => ({
  name: "POST /messages",
  async send(messages) {
    for (const message of messages) await system.post("/messages", message);
  },
});

/** Undefined where the API does not know it. */
export async function batch(system: BenchSystem): Promise<WayIn | undefined> {
  const { status } = await fetch(`${system.api}/messages/batch`, {
    method: "POST",
    headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" },
    body: "[]",
  });
  if (status === 404) return undefined;
  return {
    name: "POST /messages/batch",
    send: async (messages) => void (await system.post("/messages/batch", messages)),
  };
}

/** Undefined where the stack has no queue for messages. */
export function queue({ aws, outputs }: BenchSystem): WayIn | undefined {
  const QueueUrl = outputs.MessagesQueueUrl;
  if (QueueUrl === undefined) return undefined;
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new SQSClient({ endpoint: aws, region, credentials });
  return {
    name: "the SQS queue",
    async send(messages) {
      for (let first = 0; first < messages.length; first += mostInOneSqsBatch) {
        const Entries = messages
          .slice(first, first + mostInOneSqsBatch)
          .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`the queue did not take ${Failed.length} messages`);
      }
    },
  };
}
