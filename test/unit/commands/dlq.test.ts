/** `npm run dlq`: what is dead, and back to where it came from, on a local SQS. */
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { formatAge } from "../../../infra/commands/dlq/list.ts";
import { redrive } from "../../../infra/commands/dlq/redrive.ts";
import { createSqsClient } from "../../../infra/commands/sqs-client.ts";
import { awsEnvironment, run } from "./command.ts";
import { type Intercept, type Queues, startProxy, startQueues } from "./queues.ts";

const body = JSON.stringify({ to: { phoneNumber: "447123123123" }, body: "Dear Anna" });
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const [messagesName, deadName] = ["FallbackRouting-Messages", "FallbackRouting-MessagesDeadLetters"];

let queues: Queues;
let messages: string;
let dead: string;
beforeEach(async () => {
  queues = await startQueues();
  dead = await queues.create(deadName);
  messages = await queues.create(messagesName, {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(deadName), maxReceiveCount: 3 }),
  });
});
afterEach(() => queues.stop());

const text = (StringValue: string) => ({ DataType: "String", StringValue });
const bury = (MessageBody: string, MessageAttributes: object = {}) =>
  queues.call("SendMessage", { QueueUrl: dead, MessageBody, MessageAttributes });
const dlq = (...args: string[]) => run("dlq", args, { environment: awsEnvironment(queues.port) });

it("`list` shows the dead messages and their reasons, without bodies and addresses, and removes none", async () => {
  await bury(body, {
    Error: text("NotValid"),
    Reason: text("rules must name a channel"),
    "Idempotency-Key": text("order-12"),
    client: text("shop"),
  });
  await bury(JSON.stringify({ reason: "no attempt has this id", number: "447123123123" }));
  await bury(body);
  const { status, stdout, stderr } = await dlq("list");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const [header, ...rows] = stdout.trimEnd().split("\n");
  expect(header).toMatch(/^QUEUE +AGE +RECEIVED +WHY +MESSAGE ID +IDEMPOTENCY KEY +CLIENT$/);
  expect(rows.sort()).toEqual([
    expect.stringMatching(
      /^\S+DeadLetters +\d+ s +1 +NotValid: rules must name a channel +\S+ +order-12 +shop$/,
    ),
    expect.stringMatching(/ no attempt has this id +[0-9a-f-]{36}$/),
    expect.stringMatching(/ unknown: see the function's log +[0-9a-f-]{36}$/),
  ]);
  expect(stdout).not.toMatch(/447123123123|Anna/);
  expect(await queues.drain(dead)).toHaveLength(3);
});

it("`list` shows no more than --max, and says how many there are", async () => {
  for (let index = 0; index < 12; index++) await bury(body);
  const { stdout, stderr } = await dlq("list", "--max", "11", "--queue", deadName);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1 + 11);
  expect(stderr).toBe(`${deadName}: 11 of about 12\n`);
});

it("`list` says when no message is dead", async () => {
  const ended = await dlq("list", "--queue", dead);
  expect(ended).toEqual({ status: 0, stderr: "", stdout: `No dead letters in ${deadName}.\n` });
});

it("`redrive` moves the dead messages back with their attributes, and says how many", async () => {
  const attributes = { Reason: text("throttled"), "Idempotency-Key": text("order-12"), client: text("shop") };
  for (let index = 0; index < 11; index++) await bury(`${index}`, attributes);
  const ended = await dlq("redrive");
  expect(ended).toEqual({ status: 0, stderr: "", stdout: `${deadName}: 11 moved back\n` });
  const back = await queues.drain(messages);
  expect(back.map(({ Body }) => Number(Body)).sort((a, b) => a - b)).toEqual([...Array(11).keys()]);
  for (const { MessageAttributes } of back)
    expect(MessageAttributes).toMatchObject({
      Reason: { StringValue: "throttled" },
      "Idempotency-Key": { StringValue: "order-12" },
      client: { StringValue: "shop" },
    });
  expect(await queues.drain(dead)).toEqual([]);
});

it("`redrive` moves messages that were just listed, and no more than --max", async () => {
  for (let index = 0; index < 5; index++) await bury(`${index}`);
  await dlq("list");
  expect((await dlq("redrive", "--max", "2")).stdout).toBe(`${deadName}: 2 moved back\n`);
  expect(await queues.drain(messages)).toHaveLength(2);
  expect(await queues.drain(dead)).toHaveLength(3);
});

it("`redrive` says that it cannot move them where no queue has this dead-letter queue", async () => {
  const other = await queues.create("FallbackRouting-OtherDeadLetters");
  await queues.call("SendMessage", { QueueUrl: other, MessageBody: body });
  await bury(body);
  const { status, stdout } = await dlq("redrive");
  expect(status).toBe(1);
  expect(stdout.trimEnd().split("\n").sort()).toEqual([
    `${deadName}: 1 moved back`,
    "FallbackRouting-OtherDeadLetters: 0 moved back, 1 not: no queue has it as its dead-letter queue, so there is nowhere to move them",
  ]);
});

it("`redrive` leaves messages that may belong to two queues, and says so", async () => {
  await queues.create("FallbackRouting-Second", {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(deadName), maxReceiveCount: 3 }),
  });
  await bury(body);
  const { status, stdout } = await dlq("redrive");
  expect(status).toBe(1);
  expect(stdout).toContain(`${deadName}: 0 moved back, 1 not: it has 2 source queues`);
});

/** The calls of the real service that the local one does not have. */
async function withMoveTask(tasks: object[], intercepted: Record<string, unknown>[] = []) {
  const intercept: Intercept = async (action, request, forward) => {
    if (action === "ListDeadLetterSourceQueues") return { status: 200, body: { queueUrls: [messages] } };
    if (action === "StartMessageMoveTask") {
      intercepted.push(request);
      return { status: 200, body: { TaskHandle: "t" } };
    }
    if (action === "ListMessageMoveTasks") return { status: 200, body: { Results: [tasks.shift()] } };
    return forward();
  };
  const proxy = await startProxy(queues, intercept);
  onTestFinished(() => proxy.stop());
  return proxy.port;
}

it("`redrive` uses SQS's message move task where it can, and waits for its end", async () => {
  const started: Record<string, unknown>[] = [];
  const tasks = [
    { Status: "RUNNING", ApproximateNumberOfMessagesMoved: 1 },
    { Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 7 },
  ];
  const port = await withMoveTask(tasks, started);
  for (const [name, value] of Object.entries(awsEnvironment(port))) process.env[name] = value;
  onTestFinished(() => {
    for (const name of Object.keys(awsEnvironment(port))) delete process.env[name];
  });
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const result = await redrive(createSqsClient(), { name: deadName, url: dead }, { max: undefined, pause });
  expect(result).toEqual({ moved: 7, left: 0 });
  expect(pauses).toEqual([1000]);
  expect(started).toEqual([{ SourceArn: arn(deadName), DestinationArn: arn(messagesName) }]);
});

it("`redrive` says what a move task that failed has moved", async () => {
  const task = {
    Status: "FAILED",
    ApproximateNumberOfMessagesMoved: 2,
    ApproximateNumberOfMessagesToMove: 5,
    FailureReason: "the destination is gone",
  };
  const port = await withMoveTask([task]);
  const ended = await run("dlq", ["redrive"], { environment: awsEnvironment(port) });
  expect(ended).toMatchObject({
    status: 1,
    stdout: `${deadName}: 2 moved back, 3 not: the destination is gone\n`,
  });
});

it.each([[[]], [["delete"]], [["list", "redrive"]], [["list", "--max", "0"]]])(
  "the arguments %j are refused with what would be right",
  async (args) => {
    const { status, stderr } = await run("dlq", args);
    expect(status).toBe(2);
    expect(stderr).toContain("npm run dlq -- redrive [--queue URL|NAME] [--max N]");
  },
);

it("a queue that does not exist is reported", async () => {
  expect(await dlq("list", "--queue", "none")).toEqual({
    status: 1,
    stdout: "",
    stderr: "the queue does not exist: `aws sqs list-queues` shows those of this region and account\n",
  });
});

it("a stack without dead-letter queues is reported", async () => {
  await queues.call("DeleteQueue", { QueueUrl: dead });
  const { status, stderr } = await dlq("list");
  expect(status).toBe(1);
  expect(stderr).toContain(
    "there is no queue whose name begins with FallbackRouting- and has DeadLetter in it",
  );
});

it.each([
  [119, "119 s"],
  [120, "2 min"],
  [7_200, "2 h"],
  [172_800, "2 d"],
])("an age of %i seconds is shown as %s", (seconds, age) => {
  expect(formatAge(seconds)).toBe(age);
});
