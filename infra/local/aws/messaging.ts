/**
 * The template's queues, topics and subscriptions on fauxqs. Started by the local system; the AWS endpoint proxies SQS and
 * topics to its port, event sources call SQS through `callSqs`.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { type Resource, region, type Stack } from "../cloudformation.ts";
import { authorizationFor, callJson } from "./local-call.ts";

export interface MessagingSetup {
  clockOffset: SharedArrayBuffer;
  region: string;
}
/** Asks for the state of a queue, now or once it has a visible message. */
export interface QueueQuestion {
  id: number;
  queue: string;
  waits: boolean;
}
/** `dueAt`: when the next message becomes visible. */
export interface QueueAnswer {
  id: number;
  isVisible: boolean;
  dueAt: number | undefined;
}
export interface Messaging {
  port: number;
  look: (queue: string) => Promise<QueueAnswer>;
  /** Resolves once the queue has a visible message, or if there is no such queue. */
  untilVisible: (queue: string) => Promise<unknown>;
  stop: () => Promise<unknown>;
}

export async function startMessaging(clockOffset: SharedArrayBuffer): Promise<Messaging> {
  const setup: MessagingSetup = { clockOffset, region };
  const worker = new Worker(new URL("./messaging-worker.ts", import.meta.url), {
    workerData: setup,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const [message] = await once(worker, "message");
  const asking = new Map<number, (answer: QueueAnswer) => void>();
  let asked = 0;
  worker.on("message", (answer: QueueAnswer) => {
    asking.get(answer.id)?.(answer);
    asking.delete(answer.id);
  });
  const ask = (queue: string, waits: boolean) =>
    new Promise<QueueAnswer>((resolve) => {
      const question: QueueQuestion = { id: ++asked, queue, waits };
      asking.set(question.id, resolve);
      worker.postMessage(question);
    });
  return {
    port: v.parse(v.object({ port: v.number() }), message).port,
    look: (queue) => ask(queue, false),
    untilVisible: (queue) => ask(queue, true),
    stop: () => worker.terminate(),
  };
}

/** Replaces fauxqs's host in queue URLs by that of the AWS endpoint. */
export const rewriteQueueUrls = (body: string, host: string) =>
  body.replace(/http:\/\/sqs\.[\w-]+\.localhost(:\d+)?\//g, `http://${host}/`);

/** Actions whose responses contain queue URLs (in others the same text could be part of a message). */
export const answersQueueUrls = (action: string) =>
  ["CreateQueue", "GetQueueUrl", "ListQueues", "ListDeadLetterSourceQueues"].includes(action);

/** Calls SQS without an SDK. */
export const callSqs = (port: number, action: string, body: object, signal: AbortSignal | null = null) =>
  callJson(port, "sqs", `AmazonSQS.${action}`, body, signal);

/** Calls SNS (topics) without an SDK. */
export async function callSns(port: number, action: string, form: Record<string, string>): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: "POST",
    headers: { authorization: authorizationFor("sns") },
    body: new URLSearchParams({ Action: action, Version: "2010-03-31", ...form }),
  });
  if (!response.ok) throw new Error(`the local SNS refused ${action}: ${await response.text()}`);
}

const queueAttributes = [
  "VisibilityTimeout",
  "MessageRetentionPeriod",
  "DelaySeconds",
  "MaximumMessageSize",
  "ReceiveMessageWaitTimeSeconds",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
  "KmsMasterKeyId",
];
const topicAttributes = ["DisplayName", "FifoTopic", "ContentBasedDeduplication"];
const subscriptionAttributes = ["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope"];

export async function createQueuesAndTopics(
  port: number,
  stack: Stack,
  warn: (text: string) => void,
): Promise<void> {
  for (const { arn, properties } of stack.ofType("AWS::SQS::Queue"))
    await callSqs(port, "CreateQueue", {
      QueueName: nameIn(arn),
      Attributes: Object.fromEntries(pickAttributes(properties, queueAttributes)),
    });
  for (const { arn, properties } of stack.ofType("AWS::SNS::Topic"))
    await callSns(port, "CreateTopic", {
      Name: nameIn(arn),
      ...formEntries(pickAttributes(properties, topicAttributes)),
    });
  for (const subscription of stack.ofType("AWS::SNS::Subscription"))
    await subscribe(port, subscription, warn);
}

const subscriptionProperties = v.looseObject({
  TopicArn: v.string(),
  Protocol: v.string(),
  Endpoint: v.string(),
});

async function subscribe(
  port: number,
  { logicalId, properties }: Resource,
  warn: (text: string) => void,
): Promise<void> {
  const { TopicArn, Protocol, Endpoint } = v.parse(subscriptionProperties, properties);
  if (Protocol !== "sqs")
    return warn(`the local run has no subscriptions by ${Protocol}: ${logicalId} has no effect here`);
  await callSns(port, "Subscribe", {
    TopicArn,
    Protocol,
    Endpoint,
    ...formEntries(pickAttributes(properties, subscriptionAttributes)),
  });
}

const nameIn = (arn: string) => arn.split(":").at(-1) ?? "";

/** CloudFormation's properties as attributes of the API, which are all strings. */
const pickAttributes = (properties: Record<string, unknown>, names: readonly string[]): [string, string][] =>
  names
    .filter((name) => properties[name] !== undefined)
    .map((name) => {
      const value = properties[name];
      return [name, typeof value === "object" ? JSON.stringify(value) : String(value)];
    });

const formEntries = (attributes: [string, string][]) =>
  Object.fromEntries(
    attributes.flatMap(([key, value], index) => [
      [`Attributes.entry.${index + 1}.key`, key],
      [`Attributes.entry.${index + 1}.value`, value],
    ]),
  );
