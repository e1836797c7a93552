/** Moves dead letters back to their source queue: by SQS's message move task, or one by one where there is none. */
import {
  DeleteMessageCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { arnOf, countIn, isUnsupported, type Queue, sourcesOf } from "./queues.ts";

/** Must match what functions/ingest/queue.ts reads. */
export const firstIdAttribute = "Message-Id";

export interface Redriven {
  moved: number;
  /** Still in the dead-letter queue. */
  left: number;
  /** Why they were left. */
  reason?: string;
}

export interface RedriveOptions {
  /** A move task has no limit: with `max`, messages are moved one by one. */
  max: number | undefined;
  pause: (milliseconds: number) => Promise<unknown>;
}

export async function redrive(
  sqs: SQSClient,
  queue: Queue,
  { max, pause }: RedriveOptions,
): Promise<Redriven> {
  const sources = await sourcesOf(sqs, queue);
  if (sources.length === 0)
    return {
      moved: 0,
      left: await countIn(sqs, queue),
      reason: "no queue has it as its dead-letter queue, so there is nowhere to move them",
    };
  if (max === undefined) {
    const moved = await moveByTask(sqs, queue, sources, pause);
    if (moved !== undefined) return moved;
  }
  return moveOneByOne(sqs, queue, sources, max);
}

async function moveByTask(
  sqs: SQSClient,
  queue: Queue,
  sources: Queue[],
  pause: RedriveOptions["pause"],
): Promise<Redriven | undefined> {
  const SourceArn = await arnOf(sqs, queue);
  const [only, ...others] = sources;
  // Without a destination the task moves only what SQS itself put there, not what a function sent with a reason.
  const destination = only && others.length === 0 ? { DestinationArn: await arnOf(sqs, only) } : {};
  try {
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...destination }));
  } catch (error) {
    if (isUnsupported(error)) return undefined;
    throw error;
  }
  for (;;) {
    const { Results: [task] = [] } = await sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }),
    );
    const {
      Status,
      ApproximateNumberOfMessagesMoved: moved = 0,
      ApproximateNumberOfMessagesToMove: all = moved,
      FailureReason: reason = `the task is ${Status}`,
    } = task ?? {};
    if (Status === "COMPLETED") return { moved, left: 0 };
    if (Status !== "RUNNING") return { moved, left: Math.max(all - moved, 1), reason };
    await pause(1000);
  }
}

async function moveOneByOne(
  sqs: SQSClient,
  queue: Queue,
  sources: Queue[],
  max = Number.POSITIVE_INFINITY,
): Promise<Redriven> {
  // No more than are there now: messages that fail again at once come back, and must not loop forever.
  const count = Math.min(max, await countIn(sqs, queue));
  const result: Redriven = { moved: 0, left: 0 };
  while (result.moved + result.left < count) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: Math.min(10, count - result.moved - result.left),
        VisibilityTimeout: 60,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) break;
    for (const message of Messages) {
      const source = sourceOf(message, sources);
      if (source === undefined) {
        result.left += 1;
        result.reason = `it has ${sources.length} source queues, and the messages do not name theirs`;
        continue;
      }
      await move(sqs, message, queue, source);
      result.moved += 1;
    }
  }
  return result;
}

/** Sends before deleting: a crash in between leaves a duplicate with the same first id. */
async function move(sqs: SQSClient, message: Message, from: Queue, to: Queue): Promise<void> {
  const { Body, ReceiptHandle } = message;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: to.url,
      MessageBody: Body,
      MessageAttributes: withFirstId(message),
    }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl: from.url, ReceiptHandle }));
}

/** Keeps the message's first id, so that what was already accepted under it is not accepted again. SQS allows ten attributes. */
function withFirstId({ MessageId, MessageAttributes = {} }: Message): Message["MessageAttributes"] {
  if (firstIdAttribute in MessageAttributes || Object.keys(MessageAttributes).length >= 10)
    return MessageAttributes;
  return { ...MessageAttributes, [firstIdAttribute]: { DataType: "String", StringValue: MessageId } };
}

function sourceOf({ Attributes }: Message, sources: Queue[]): Queue | undefined {
  const name = Attributes?.DeadLetterQueueSourceArn?.split(":").at(-1);
  return sources.find((source) => source.name === name) ?? (sources.length === 1 ? sources[0] : undefined);
}
