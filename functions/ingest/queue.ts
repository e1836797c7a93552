/**
 * The messages queue of batch senders: the API's JSON, one message per queue message. There is no API key here: IAM controls who
 * may put messages on the queue, and an attribute says which client they belong to; the event source's concurrency limits the
 * rate. A message that cannot be accepted is moved to the dead-letter queue with the reason. One that failed on our side is
 * delivered again, and is moved with its error after the last try; so is one whose tries ended without a result, because SQS's
 * own redrive policy would not keep its first id.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { createDeadLetters, type DeadLetters, firstIdAttribute } from "../aws/dead-letters.ts";
import { clientName, clientNameRule } from "../http/caller.ts";
import { parseJson } from "../http/json.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { logFault } from "../shared/log.ts";
import { accept } from "./accept.ts";
import { createStart, ingestDependencies } from "./dependencies.ts";
import type { IngestDependencies } from "./ingest-dependencies.ts";

export interface IngestQueueDependencies extends IngestDependencies {
  park: DeadLetters;
  /** The client of messages without the attribute `client`. */
  defaultClient: string;
  /** Fewer than the queue's maxReceiveCount. */
  tries: number;
}

export function createIngestQueue(dependencies: IngestQueueDependencies) {
  const { park, defaultClient, tries } = dependencies;
  const take = async (record: SQSRecord): Promise<boolean> => {
    const attribute = (name: string) => attributeOf(record, name);
    const receives = Number(record.attributes.ApproximateReceiveCount);
    if (receives > tries) {
      await park(record, "NoAnswer", `${tries} tries ended without a result: redrive it`);
      return true;
    }
    try {
      const first = firstId(attribute(firstIdAttribute));
      await accept(
        clientOf(attribute("client")) ?? defaultClient,
        parseJson(record.body),
        // SQS may deliver it more than once: by its id, or by the id that it had before it was redriven, it stays one message.
        {
          idempotencyKey: attribute("Idempotency-Key"),
          messageId: first ?? record.messageId,
          mayExist: first !== undefined || receives > 1,
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
          logFault("a message of the queue could not be moved to the dead-letter queue", error);
          return false;
        }),
      ),
    );
    const failed = Records.filter((_, index) => !taken[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const clientOf = (attribute: string | undefined) =>
  validate(v.object({ client: v.optional(v.pipe(v.string(), v.regex(clientName, clientNameRule))) }), {
    client: attribute,
  }).client;

/** The attribute by its exact name, otherwise by its name in any case. */
function attributeOf({ messageAttributes }: SQSRecord, name: string): string | undefined {
  const others = Object.entries(messageAttributes).find(
    ([other]) => other.toLowerCase() === name.toLowerCase(),
  );
  return (messageAttributes[name] ?? others?.[1])?.stringValue;
}

/** It becomes the name of the execution, and of the schedule, which has at most 64 characters. */
const messageId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "must be a message id of SQS"));

const firstId = (attribute: string | undefined) =>
  attribute === undefined
    ? undefined
    : validate(v.object({ [firstIdAttribute]: messageId }), { [firstIdAttribute]: attribute })[
        firstIdAttribute
      ];

const run = lazily(() =>
  createIngestQueue({
    ...ingestDependencies(),
    start: createStart(),
    park: createDeadLetters(environment("DEAD_LETTER_QUEUE_URL")),
    defaultClient: environment("QUEUE_CLIENT"),
    tries: environment("QUEUE_TRIES"),
  }),
);
export const handler = (event: SQSEvent) => run()(event);
