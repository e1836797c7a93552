/**
 * The ways by which messages are submitted: each answers with the messageId (the queue answers none), and repeats what failed
 * under the same Idempotency-Key, as its callers should.
 */
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import type { System } from "../../infra/local/system.ts";
import type { Sender } from "./plan.ts";
import type { Queues } from "./queues.ts";

export interface Submission {
  idempotencyKey: string;
  message: object;
}
/** The queue answers neither. */
interface Answer {
  messageId?: string;
  /** Why it was refused, as the answer says. */
  refusal?: string;
}
/** In the order of the submissions. */
export type Submit = (submissions: readonly Submission[]) => Promise<Answer[]>;

const mostTries = 30;
const client = "local";

const accepted = v.looseObject({ messageId: v.string() });
const batchAnswer = v.looseObject({
  results: v.array(
    v.looseObject({ index: v.number(), status: v.number(), messageId: v.optional(v.string()) }),
  ),
});

/** The ways that the running system has. */
export async function findSenders(system: System, queues: Queues): Promise<Map<Sender, Submit>> {
  const senders = new Map<Sender, Submit>([["http", (items) => Promise.all(items.map(submitOne(system)))]]);
  const probe = await post(system, "/messages/batch", []);
  if (probe.status !== 404) senders.set("batch", submitBatch(system));
  const { MessagesQueueUrl } = system.outputs;
  if (MessagesQueueUrl !== undefined) senders.set("queue", submitToQueue(queues, MessagesQueueUrl));
  return senders;
}

/** The API's answer; a call that found nobody is status 0. */
export async function post(
  { api, apiKey }: System,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  } catch {
    return { status: 0, body: undefined };
  }
}

const mayRepeat = (status: number) => status === 0 || status >= 500;

const submitOne =
  (system: System) =>
  async ({ idempotencyKey, message }: Submission): Promise<Answer> => {
    for (let tries = 1; ; tries++) {
      const { status, body } = await post(system, "/messages", message, {
        "idempotency-key": idempotencyKey,
      });
      if (status === 201) return { messageId: v.parse(accepted, body).messageId };
      if (status === 400) return { refusal: JSON.stringify(body) };
      if (!mayRepeat(status) || tries >= mostTries)
        throw new Error(`POST /messages answered ${status}: ${JSON.stringify(body)}`);
    }
  };

const submitBatch =
  (system: System): Submit =>
  async (submissions) => {
    const answers = new Map<number, Answer>();
    for (let tries = 1; tries <= mostTries; tries++) {
      const waiting = submissions.map((_, index) => index).filter((index) => !answers.has(index));
      if (waiting.length === 0) break;
      const items = waiting.map((index) => {
        const { idempotencyKey, message } = submissions[index] as Submission;
        return { ...message, idempotencyKey };
      });
      const { status, body } = await post(system, "/messages/batch", items);
      if (mayRepeat(status)) continue;
      for (const result of v.parse(batchAnswer, body).results) {
        const index = waiting[result.index];
        if (index === undefined) continue;
        if (result.messageId !== undefined) answers.set(index, { messageId: result.messageId });
        else if (result.status === 400) answers.set(index, { refusal: JSON.stringify(result) });
        else if (!mayRepeat(result.status))
          throw new Error(`POST /messages/batch refused a message: ${JSON.stringify(result)}`);
      }
    }
    if (answers.size < submissions.length) throw new Error(`POST /messages/batch failed ${mostTries} times`);
    return submissions.map((_, index) => answers.get(index) ?? {});
  };

const submitToQueue =
  ({ client: sqs }: Queues, QueueUrl: string): Submit =>
  async (submissions) => {
    const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
    const Entries = submissions.map(({ idempotencyKey, message }, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(message),
      MessageAttributes: { "Idempotency-Key": attribute(idempotencyKey), client: attribute(client) },
    }));
    for (let first = 0; first < Entries.length; first += 10) {
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl, Entries: Entries.slice(first, first + 10) }),
      );
      if (Failed.length > 0) throw new Error(`SQS did not take a message: ${JSON.stringify(Failed)}`);
    }
    return submissions.map(() => ({}));
  };
