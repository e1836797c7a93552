/**
 * The calls of these webhooks: each event by itself or many in one list, signed as the Omnichannel API signs: `X-Comapi-Signature`,
 * HMAC-SHA1 of the body in hexadecimal. https://docs.cpaas.dotdigital.com/reference/webhooks
 */
import { createHmac } from "node:crypto";
import * as v from "valibot";
import { createJsonQueue } from "../../aws/json-queue.ts";
import type { Answer } from "../../events/webhooks/call.ts";
import { chunksOf } from "../../shared/chunks.ts";
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

/** What one call carries, in the order of the events: that many at most, where the webhook wants lists. */
export const inCalls = (webhook: StoredWebhook, deliveries: readonly Delivery[]): Delivery[][] =>
  chunksOf(
    deliveries.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)),
    webhook.batch ? (webhook.maxBatchSize ?? 100) : 1,
  );
const timeOf = ({ envelope }: Delivery) => String(envelope.timestamp);

/**
 * Until when a list of this webhook waits to fill (ISO 8601): the end of the period of `batchTimeout` in which the event came, so
 * that what came in it is called together, and nothing waits longer. Undefined where it is called at once.
 */
export function fullAt({ batch, batchTimeout }: StoredWebhook, now: Date): string | undefined {
  if (!batch || batchTimeout === undefined) return undefined;
  const period = batchTimeout * 1000;
  return new Date(Math.ceil(now.getTime() / period) * period).toISOString();
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

/** This layer's queue: events, and deliveries, each hidden until it is due. */
export const createOmnichannelQueue = (QueueUrl: string, now: () => Date) =>
  createJsonQueue<Record<string, unknown> & Pick<Delivery, "dueAt">>(QueueUrl, "entries", (entry) => ({
    DelaySeconds: Math.min(longestDelaySeconds, secondsUntilDue(entry, now())),
  }));
export type OmnichannelQueue = Pick<ReturnType<typeof createOmnichannelQueue>, "enqueue">;
