/** Dead messages back to the queue that they came from: by the service's own move task, or one by one where it has none. */
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

/** As functions/ingest/queue.ts reads it. */
export const firstIdAttribute = "Message-Id";

export interface Redriven {
  moved: number;
  /** Still in the dead-letter queue. */
  left: number;
  /** Why they are left. */
  reason?: string;
}

export interface RedriveOptions {
  /** The move task knows no number: with one, messages are moved one by one. */
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
      reason: "no queue has it as its dead-letter queue, so there is no way back",
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
  // Without a destination the task takes only what SQS itself put there, not what a function sent with its reason.
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
  // No more than are there now: what fails again at once comes back, and must not go round for ever.
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
        result.reason = `it has ${sources.length} sources, and the messages do not say theirs`;
        continue;
      }
      await move(sqs, message, queue, source);
      result.moved += 1;
    }
  }
  return result;
}

/** Sent before it is deleted: a crash between leaves it twice, with one first id. */
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

/** The id that it had: what was accepted under it before it died is not accepted again. SQS takes ten attributes. */
function withFirstId({ MessageId, MessageAttributes = {} }: Message): Message["MessageAttributes"] {
  if (firstIdAttribute in MessageAttributes || Object.keys(MessageAttributes).length >= 10)
    return MessageAttributes;
  return { ...MessageAttributes, [firstIdAttribute]: { DataType: "String", StringValue: MessageId } };
}

function sourceOf({ Attributes }: Message, sources: Queue[]): Queue | undefined {
  const name = Attributes?.DeadLetterQueueSourceArn?.split(":").at(-1);
  return sources.find((source) => source.name === name) ?? (sources.length === 1 ? sources[0] : undefined);
}
