/**
 * `POST /messages/batch`: many messages in one request, with one result per item: an invalid item is refused, the others are
 * accepted. All executions start from the starts queue, at the rate that Step Functions allows.
 */
import pMap from "p-map";
import * as v from "valibot";
import { createStartsQueue, type StartsQueue } from "../aws/starts-queue.ts";
import type { Fault } from "../domain/fault.ts";
import { hashOf } from "../domain/hash-of.ts";
import type { Caller } from "../http/caller.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readParts } from "../http/handler.ts";
import { checkPart } from "../http/json.ts";
import { Problem, truncateFaults } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import { logFault } from "../shared/log.ts";
import { accept, replayed } from "./accept.ts";
import { batch, maxMessages } from "./batch-request.ts";
import { ingestDependencies } from "./dependencies.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import { idempotencyKey } from "./request.ts";
import { failedItem, startBatch } from "./start-batch.ts";

/** Messages under way at once. */
const concurrency = 50;
/** Few enough that the faults of 5,000 items fit into one answer. */
const maxFaultsPerItem = 3;

export type BatchResult =
  | { index: number; status: 201; messageId: string }
  | { index: number; status: number; errors: readonly Fault[] };

export function createBatch(dependencies: Omit<IngestDependencies, "start">, starts: StartsQueue) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const caller = event.requestContext.authorizer.lambda;
    const items = validate(batch, readParts(event));
    const ofBatch = event.headers["idempotency-key"];
    if (ofBatch !== undefined)
      validate(v.object({ "Idempotency-Key": idempotencyKey }), { "Idempotency-Key": ofBatch });
    const isNew = new Set<number>();
    const results = await pMap(items, (item, index) => acceptItem({ caller, ofBatch, isNew }, item, index), {
      concurrency,
    });
    const accepted = results.filter((result) => "messageId" in result);
    await startBatch(starts, accepted, ({ index }) => {
      results[index] = failed(index);
    });
    const isReplayed = accepted.length > 0 && isNew.size === 0;
    return json(202, { results }, isReplayed ? replayed : {});
  };

  /** `isNew`: collects the indexes of items whose message was not stored before. */
  async function acceptItem(
    {
      caller: { client, scopes, test: isTest },
      ofBatch,
      isNew,
    }: { caller: Caller; ofBatch: string | undefined; isNew: Set<number> },
    item: unknown,
    index: number,
  ): Promise<BatchResult> {
    try {
      checkPart(item);
      const { idempotencyKey = ofBatch && keyOfItem(ofBatch, index), message } = split(item);
      const { accepted, isReplayed } = await accept(
        client,
        message,
        { idempotencyKey, mayReplace: scopes.includes("profiles"), isTest },
        { ...dependencies, start: async () => {} },
      );
      if (!isReplayed) isNew.add(index);
      return { index, status: 201, messageId: accepted.messageId };
    } catch (error) {
      if (error instanceof Problem)
        return { index, status: error.status, errors: truncateFaults(error.errors, maxFaultsPerItem) };
      logFault("an item of a batch failed", error);
      return failed(index);
    }
  }
}

const failed = (index: number): BatchResult => failedItem(index, "it again with the same idempotencyKey");

/** The number of its messages, and at most that of the largest batch. */
export function countItems(event: HttpEvent): number {
  let items: unknown;
  try {
    items = readParts(event);
  } catch {
    // The handler refuses it, and it counts as one request.
    return 1;
  }
  return Array.isArray(items) ? Math.min(Math.max(items.length, 1), maxMessages) : 1;
}

/** A key that no sender would choose for a message. */
const keyOfItem = (ofBatch: string, index: number): string => hashOf([ofBatch, index]);

/** An item has its key beside the fields of the message. */
function split(item: unknown): { idempotencyKey?: string | undefined; message: unknown } {
  if (typeof item !== "object" || item === null || !("idempotencyKey" in item))
    return { idempotencyKey: undefined, message: item };
  const { idempotencyKey: given, ...message } = item;
  const schema = v.object({ idempotencyKey: v.optional(v.string()) });
  return { ...validate(schema, { idempotencyKey: given ?? undefined }), message };
}

export const handler = httpHandler(() =>
  guarded(
    { scope: "send", weight: countItems },
    createBatch(ingestDependencies(), createStartsQueue(environment("STARTS_QUEUE_URL"))),
  ),
);
