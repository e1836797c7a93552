/**
 * The calls of these webhooks: each event by itself or many in one list, signed as the Omnichannel API signs: `X-Comapi-Signature`,
 * HMAC-SHA1 of the body in hexadecimal. https://docs.cpaas.dotdigital.com/reference/webhooks
 */
import { createHmac } from "node:crypto";
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { inBatches } from "../../aws/batches.ts";
import { clientConfiguration } from "../../aws/client.ts";
import { asciiJson } from "../../aws/sqs-text.ts";
import type { Answer } from "../../events/webhooks/call.ts";
import type { StoredWebhook } from "./settings-table.ts";

export const delivery = v.object({
  client: v.string(),
  webhookId: v.string(),
  envelope: v.record(v.string(), v.unknown()),
  /** How many calls failed. */
  tries: v.number(),
  /** ISO 8601; it is not made before then. Absent: at once. */
  dueAt: v.exactOptional(v.string()),
});
export type Delivery = v.InferOutput<typeof delivery>;

/** Seconds before each next try: about a day in all. */
export const pauses = [
  5, 5, 30, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 14_400, 14_400, 14_400, 14_400,
] as const;
/** SQS's longest. */
const longestDelaySeconds = 900;

/** What one call carries: that many at most, where the webhook wants lists. */
export function inCalls(webhook: StoredWebhook, deliveries: readonly Delivery[]): Delivery[][] {
  const size = webhook.batch ? (webhook.maxBatchSize ?? 100) : 1;
  return Array.from({ length: Math.ceil(deliveries.length / size) }, (_, call) =>
    deliveries.slice(call * size, (call + 1) * size),
  );
}

export const bodyOf = ({ batch }: StoredWebhook, deliveries: readonly Delivery[]): string =>
  JSON.stringify(batch ? deliveries.map(({ envelope }) => envelope) : deliveries[0]?.envelope);

export const signatureHeaders = ({ secret }: StoredWebhook, body: string): Record<string, string> => ({
  "content-type": "application/json",
  ...(secret === undefined
    ? {}
    : { "x-comapi-signature": createHmac("sha1", secret).update(body).digest("hex") }),
});

export type Verdict = "done" | "park" | { waitSeconds: number };

/** `answer`: the receiver's, or the name of the error that the call ended with. A 400 is never tried again. */
export function verdictOf({ tries }: Pick<Delivery, "tries">, answer: Answer | string): Verdict {
  const status = typeof answer === "string" ? 0 : answer.status;
  if ((status >= 200 && status < 300) || status === 400) return "done";
  const waitSeconds = pauses[tries];
  return waitSeconds === undefined ? "park" : { waitSeconds };
}

export const secondsUntilDue = ({ dueAt }: Pick<Delivery, "dueAt">, now: Date): number =>
  dueAt === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(dueAt) - now.getTime()) / 1000));

/** This layer's queue: events, and deliveries that wait. */
export function createOmnichannelQueue(QueueUrl: string) {
  const sqs = new SQSClient({ ...clientConfiguration(), md5: false });
  return {
    /** Resolves when all are on the queue. Throws where any is not. */
    async enqueue(entries: readonly object[]): Promise<void> {
      const bodies = entries.map(asciiJson);
      for (const batch of inBatches(bodies, ({ length }) => length + 200)) {
        const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} entries`);
      }
    },
    async enqueueIn(seconds: number, one: Delivery): Promise<void> {
      const DelaySeconds = Math.min(longestDelaySeconds, Math.max(0, seconds));
      await sqs.send(new SendMessageCommand({ QueueUrl, DelaySeconds, MessageBody: asciiJson(one) }));
    },
  };
}
export type OmnichannelQueue = ReturnType<typeof createOmnichannelQueue>;
