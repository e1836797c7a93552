/**
 * The local SQS and SNS topics (fauxqs) in a worker thread, on the local system's clock: when it is moved, messages become
 * visible again. Started by messaging.ts, which gets the port.
 */
import { parentPort, workerData } from "node:worker_threads";
import { buildApp } from "fauxqs";
import { offsetDate } from "../clock-in-worker.ts";
import { guardServer } from "../own-requests.ts";
import type { MessagingSetup, QueueAnswer, QueueQuestion } from "./messaging.ts";

const { clockOffset, region } = workerData as MessagingSetup;
offsetDate(clockOffset);
// startFauxqs would listen on every network interface.
await acceptAllPlanes();
const stores = await createStores();
const app = buildApp({ logger: false, defaultRegion: region, stores });
// As in aws-endpoint.ts.
app.server.keepAliveTimeout = 0;
guardServer(app.server);
const address = await app.listen({ port: 0, host: "127.0.0.1" });
parentPort?.postMessage({ port: Number(new URL(address).port) });

/** A module that fauxqs does not export. */
function within(file: string) {
  return import(new URL(file, import.meta.resolve("fauxqs")).href);
}

/**
 * fauxqs 2.4.1 refuses characters above U+FFFF, such as emoji, which SQS accepts.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
async function acceptAllPlanes(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR: refused } = await within("./sqs/sqsTypes.js");
  refused.compile(String.raw`[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]`, "u");
}

/** fauxqs does not expose its stores, but the clock needs to know when their messages become visible. */
async function createStores() {
  const [{ SqsStore }, { SnsStore }, { S3Store }] = await Promise.all([
    within("./sqs/sqsStore.js"),
    within("./sns/snsStore.js"),
    within("./s3/s3Store.js"),
  ]);
  type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;
  return { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() } as Stores;
}

const queueOf = (name: string) => stores.sqsStore.getQueueByName(name);
type Queue = NonNullable<ReturnType<typeof queueOf>>;
const hasMessages = (queue: Queue) => {
  queue.processTimers();
  return queue.messages.length > 0;
};
const nextDue = ({ inflightMessages, delayedMessages }: Queue): number | undefined => {
  let next: number | undefined;
  const sooner = (at: number | undefined) => {
    if (at !== undefined && (next === undefined || at < next)) next = at;
  };
  for (const { visibilityDeadline } of inflightMessages.values()) sooner(visibilityDeadline);
  for (const { delayUntil } of delayedMessages) sooner(delayUntil);
  return next;
};

/** Real time: the queue itself checks the clock meanwhile. */
const waitSeconds = 20;

parentPort?.on("message", async ({ id, queue: name, waits }: QueueQuestion) => {
  const queue = queueOf(name);
  while (waits && queue !== undefined && !hasMessages(queue)) await queue.waitForMessages(waitSeconds);
  const isVisible = queue !== undefined && hasMessages(queue);
  const answer: QueueAnswer = { id, isVisible, dueAt: queue && nextDue(queue) };
  parentPort?.postMessage(answer);
});
