/**
 * `POST /messages/batch`: many messages in one request, with one result per item: an invalid item is refused, the others are
 * accepted. All executions start from the starts queue, at the rate that Step Functions allows.
 */
import pMap from "p-map";
import * as v from "valibot";
import { createStartsQueue, type StartsQueue } from "../aws/starts-queue.ts";
import { hashOf } from "../domain/hash-of.ts";
import type { Caller } from "../http/caller.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readParts } from "../http/handler.ts";
import { countItems, type FailedItem, failedItem, resultOfItem } from "../http/items.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import { accept, replayed } from "./accept.ts";
import { batch, maxMessages } from "./batch-request.ts";
import { ingestDependencies } from "./dependencies.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";
import { idempotencyKey } from "./request.ts";
import { startBatch } from "./start-batch.ts";

/** Messages under way at once. */
const concurrency = 50;
const remedy = "it again with the same idempotencyKey";

export type BatchResult = { index: number; status: 201; messageId: string } | FailedItem;

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
      results[index] = failedItem(index, remedy);
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
    return resultOfItem({ item, index, remedy }, async () => {
      const { idempotencyKey = ofBatch && keyOfItem(ofBatch, index), message } = split(item);
      const { accepted, isReplayed } = await accept(
        client,
        message,
        { idempotencyKey, mayReplace: scopes.includes("profiles"), isTest },
        { ...dependencies, start: async () => {} },
      );
      if (!isReplayed) isNew.add(index);
      return { index, status: 201, messageId: accepted.messageId };
    });
  }
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
    { scope: "send", weight: countItems(maxMessages) },
    createBatch(ingestDependencies(), createStartsQueue(environment("STARTS_QUEUE_URL"))),
  ),
);
