/**
 * `POST /messages/batch`: many messages in one request, one result an item; a bad item refuses itself, not the batch. All
 * executions start from the queue, at the pace that Step Functions takes.
 */
import pMap from "p-map";
import * as v from "valibot";
import { createStartsQueue, type StartsQueue } from "../aws/starts-queue.ts";
import type { Fault } from "../domain/fault.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { refuseMany } from "../http/json.ts";
import { firstFaults, Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import { logFault } from "../shared/log.ts";
import { accept } from "./accept.ts";
import { batch, mostMessages } from "./batch-request.ts";
import { ingestDependencies } from "./dependencies.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";

/** DynamoDB calls under way at once. */
const atOnce = 50;
/** Of 5,000 items they fit into one answer. */
const mostFaultsOfAnItem = 3;

export type BatchResult =
  | { index: number; status: 201; messageId: string }
  | { index: number; status: number; errors: readonly Fault[] };

export function createBatch(dependencies: Omit<IngestDependencies, "start">, starts: StartsQueue) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const items = validate(batch, readJson(event, Number.POSITIVE_INFINITY));
    const results = await pMap(items, (item, index) => acceptItem(client, item, index), {
      concurrency: atOnce,
    });
    const taken = results.filter((result) => "messageId" in result);
    const chunks = Array.from({ length: Math.ceil(taken.length / starts.mostInOneBatch) }, (_, chunk) =>
      taken.slice(chunk * starts.mostInOneBatch, (chunk + 1) * starts.mostInOneBatch),
    );
    await pMap(chunks, (chunk) => startAll(chunk, results), { concurrency: atOnce });
    return json(202, { results });
  };

  async function acceptItem(client: string, item: unknown, index: number): Promise<BatchResult> {
    try {
      refuseMany(item);
      const { idempotencyKey, message } = split(item);
      const { messageId } = await accept(
        client,
        message,
        { idempotencyKey },
        { ...dependencies, start: async () => {} },
      );
      return { index, status: 201, messageId };
    } catch (error) {
      if (error instanceof Problem)
        return { index, status: error.status, errors: firstFaults(error.errors, mostFaultsOfAnItem) };
      logFault("an item of a batch failed", error);
      return failed(index);
    }
  }

  /** What is not on the queue is not accepted: the same item, sent again with its key, starts the message that is stored. */
  async function startAll(
    chunk: { index: number; messageId: string }[],
    results: BatchResult[],
  ): Promise<void> {
    try {
      await starts.enqueue(chunk.map(({ messageId }) => messageId));
    } catch (error) {
      logFault("a batch's starts are not on their queue", error);
      for (const { index } of chunk) results[index] = failed(index);
    }
  }
}

const failed = (index: number): BatchResult => ({
  index,
  status: 500,
  errors: [
    {
      path: "",
      code: "failed",
      message: "something failed on our side: send it again with the same idempotencyKey",
    },
  ],
});

/** As many as it holds; what is refused as a whole counts no more than the longest batch. */
export function countItems(event: HttpEvent): number {
  let items: unknown;
  try {
    items = readJson(event, Number.POSITIVE_INFINITY);
  } catch {
    // Refused by the handler, and a request all the same.
    return 1;
  }
  return Array.isArray(items) ? Math.min(Math.max(items.length, 1), mostMessages) : 1;
}

/** An item's key travels beside the message's own fields. */
function split(item: unknown): { idempotencyKey: string | undefined; message: unknown } {
  if (typeof item !== "object" || item === null || !("idempotencyKey" in item))
    return { idempotencyKey: undefined, message: item };
  const { idempotencyKey, ...message } = item;
  return {
    idempotencyKey: validate(v.object({ idempotencyKey: v.string() }), { idempotencyKey }).idempotencyKey,
    message,
  };
}

export const handler = httpHandler(() =>
  guarded(
    { scope: "send", weight: countItems },
    createBatch(ingestDependencies(), createStartsQueue(environment("STARTS_QUEUE_URL"))),
  ),
);
