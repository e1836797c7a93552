/** The dead-letter queues of a deployment, and their source queues. */
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  paginateListDeadLetterSourceQueues,
  paginateListQueues,
  type QueueAttributeName,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { CommandError } from "../command-line.ts";
import { stackNameOf } from "../stack-name.ts";

export interface Queue {
  name: string;
  url: string;
}

interface QueueOptions {
  queue?: string | undefined;
  stack?: string | undefined;
}

/** `queue`: a URL or a name; without it, all of the stack. @throws {CommandError} if there is none */
export async function findDeadLetterQueues(
  sqs: SQSClient,
  { queue: given, stack }: QueueOptions,
): Promise<Queue[]> {
  if (given !== undefined) return [toQueue(/^https?:/.test(given) ? given : await urlOf(sqs, given))];
  const prefix = `${stackNameOf(stack, process.env)}-`;
  const queues = (await listQueues(sqs, prefix)).filter(({ name }) => name.includes("DeadLetter"));
  if (queues.length > 0) return queues;
  throw new CommandError(
    `there is no queue whose name begins with ${prefix} and has DeadLetter in it: check the account and AWS_REGION, or name one with --queue`,
  );
}

async function attributesOf(
  sqs: SQSClient,
  { url }: Queue,
  ...names: QueueAttributeName[]
): Promise<Partial<Record<QueueAttributeName, string>>> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }),
  );
  return Attributes;
}

export const arnOf = async (sqs: SQSClient, queue: Queue) =>
  (await attributesOf(sqs, queue, "QueueArn")).QueueArn ?? "";

/** Approximate number of messages that can be received now. */
export const countIn = async (sqs: SQSClient, queue: Queue) =>
  Number((await attributesOf(sqs, queue, "ApproximateNumberOfMessages")).ApproximateNumberOfMessages);

/** The source queues of a dead-letter queue. */
export async function sourcesOf(sqs: SQSClient, queue: Queue): Promise<Queue[]> {
  try {
    const urls: string[] = [];
    const pages = paginateListDeadLetterSourceQueues(
      { client: sqs, pageSize: 1000 },
      { QueueUrl: queue.url },
    );
    for await (const { queueUrls = [] } of pages) urls.push(...queueUrls);
    return urls.map(toQueue);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    return sourcesByPolicy(sqs, queue);
  }
}

/** For an SQS without ListDeadLetterSourceQueues: reads every queue's redrive policy. */
async function sourcesByPolicy(sqs: SQSClient, queue: Queue): Promise<Queue[]> {
  const arn = await arnOf(sqs, queue);
  const sources: Queue[] = [];
  for (const other of await listQueues(sqs)) {
    const { RedrivePolicy } = await attributesOf(sqs, other, "RedrivePolicy");
    if (RedrivePolicy?.includes(`"${arn}"`)) sources.push(other);
  }
  return sources;
}

/** A local SQS may lack some actions. */
export const isUnsupported = (error: unknown) =>
  error instanceof Error &&
  ["InvalidAction", "UnknownOperationException", "UnsupportedOperation"].includes(error.name);

async function listQueues(sqs: SQSClient, QueueNamePrefix?: string): Promise<Queue[]> {
  const urls: string[] = [];
  const pages = paginateListQueues(
    { client: sqs, pageSize: 1000 },
    QueueNamePrefix ? { QueueNamePrefix } : {},
  );
  for await (const { QueueUrls = [] } of pages) urls.push(...QueueUrls);
  return urls.map(toQueue);
}

async function urlOf(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return QueueUrl ?? "";
}

const toQueue = (url: string): Queue => ({ url, name: url.split("/").at(-1) ?? url });
