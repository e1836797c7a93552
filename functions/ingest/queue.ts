/**
 * The messages queue of batch senders: the API's JSON, one message a queue message. There is no key here: IAM says who may put
 * messages on the queue, and they say whose these are; the event source's concurrency is their rate limit. What cannot be
 * accepted is parked in the dead-letter queue with the reason; what failed on our side comes again, and is parked with its
 * error after the last try. So is what was never answered: SQS's own move would not keep its first id.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { createDeadLetters, type DeadLetters, firstIdAttribute } from "../aws/dead-letters.ts";
import { parseJson } from "../http/json.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { logFault } from "../shared/log.ts";
import { accept } from "./accept.ts";
import { ingestDependencies, startNowOrLater } from "./dependencies.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";

export interface IngestQueueDependencies extends IngestDependencies {
  park: DeadLetters;
  /** Whose messages these are, where the attribute `client` does not say. */
  defaultClient: string;
  /** Below the queue's maxReceiveCount. */
  tries: number;
}

export function createIngestQueue(dependencies: IngestQueueDependencies) {
  const { park, defaultClient, tries } = dependencies;
  const take = async (record: SQSRecord): Promise<boolean> => {
    const attribute = (name: string) => record.messageAttributes[name]?.stringValue;
    const receives = Number(record.attributes.ApproximateReceiveCount);
    if (receives > tries) {
      await park(record, "NoAnswer", `its ${tries} tries ended without an answer: redrive it`);
      return true;
    }
    try {
      const first = firstId(attribute(firstIdAttribute));
      await accept(
        attribute("client") ?? defaultClient,
        parseJson(record.body),
        // SQS delivers more than once: its own id, or the one before it was redriven, makes it one message.
        {
          idempotencyKey: attribute("Idempotency-Key"),
          messageId: first ?? record.messageId,
          mayBeStored: first !== undefined || receives > 1,
        },
        dependencies,
      );
      return true;
    } catch (error) {
      if (error instanceof Problem) {
        const faults = error.errors.map(({ path, message }) => `${path} ${message}`.trim());
        await park(record, "NotAccepted", [error.message, ...faults].join("; "));
        return true;
      }
      logFault("a message of the queue failed", error);
      if (receives < tries) return false;
      const name = error instanceof Error ? error.name : "Error";
      await park(record, name, `failed on our side ${tries} times: redrive it`);
      return true;
    }
  };
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const taken = await Promise.all(
      Records.map((record) =>
        take(record).catch((error: unknown) => {
          logFault("a message of the queue could not be parked", error);
          return false;
        }),
      ),
    );
    const failed = Records.filter((_, index) => !taken[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** It becomes the execution's name. */
const messageId = v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, "must be an id that SQS gave"));

const firstId = (given: string | undefined) =>
  given === undefined
    ? undefined
    : validate(v.object({ [firstIdAttribute]: messageId }), { [firstIdAttribute]: given })[firstIdAttribute];

const run = lazily(() =>
  createIngestQueue({
    ...ingestDependencies(),
    start: startNowOrLater(),
    park: createDeadLetters(environment("DEAD_LETTER_QUEUE_URL")),
    defaultClient: environment("QUEUE_CLIENT"),
    tries: environment("QUEUE_TRIES"),
  }),
);
export const handler = (event: SQSEvent) => run()(event);
