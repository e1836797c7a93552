/** The ways by which messages come in: one by one, many in a request, and the queue; each only where the deployment has it. */
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import pMap from "p-map";
import * as v from "valibot";
import { region } from "../../infra/local/cloudformation.ts";
import type { BenchSystem } from "./bench-system.ts";

export interface WayIn {
  name: string;
  short: string;
  /** Resolves when all are accepted. */
  send: (messages: readonly object[]) => Promise<void>;
}

export const accepted = v.looseObject({ messageId: v.string() });
const batchAnswer = v.object({ results: v.array(v.looseObject({ status: v.number() })) });
const mostInOneSqsBatch = 10;

/** So few that a busy machine answers each in time. */
const inFlight = 4;

export const oneByOne = (system: BenchSystem): WayIn => ({
  name: "POST /messages",
  short: "HTTP",
  async send(messages) {
    await pMap(messages, (message) => system.post("/messages", message), { concurrency: inFlight });
  },
});

/** Undefined where the API has no such route. */
export function batch(system: BenchSystem): WayIn | undefined {
  if (!system.routes.has("POST /messages/batch")) return undefined;
  return {
    name: "POST /messages/batch",
    short: "batch",
    async send(messages) {
      const { results } = v.parse(batchAnswer, await system.post("/messages/batch", messages));
      const refused = results.find(({ status }) => status !== 201);
      if (refused) throw new Error(`the batch refused a message: ${JSON.stringify(refused)}`);
    },
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
    short: "SQS",
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
