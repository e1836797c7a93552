/** The local Step Functions service, driven as the AWS endpoint drives it; time is moved, never slept. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Clock, createClock } from "../../infra/local/clock.ts";
import {
  createStepFunctions,
  LambdaInvocationError,
  type StepFunctions,
} from "../../infra/local/step-functions/index.ts";

const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:routing";
const channelTask = (FunctionName: string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Parameters: { FunctionName, Payload: { "taskToken.$": "$$.Task.Token", "hop.$": "$" } },
  TimeoutSecondsPath: "$.timeoutSeconds",
  Retry: [{ ErrorEquals: ["Throttled"], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 3 }],
  Catch: [
    { ErrorEquals: ["MessageExpired"], ResultPath: "$.failed", Next: "Undeliverable" },
    { ErrorEquals: ["States.ALL"], ResultPath: "$.next.failed", Next: "Next channel" },
  ],
  End: true,
});
const definition = {
  StartAt: "Next channel",
  States: {
    "Next channel": {
      Type: "Choice",
      InputPath: "$.next",
      Choices: [
        { Variable: "$.channel", StringEquals: "fbMessenger", Next: "Facebook Messenger" },
        { Variable: "$.channel", StringEquals: "sms", Next: "SMS" },
      ],
      Default: "Undeliverable",
    },
    "Facebook Messenger": channelTask("fb-function"),
    SMS: channelTask("sms-function"),
    Undeliverable: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "undeliverable-function", "Payload.$": "$" },
      ResultSelector: { "error.$": "$.Payload.error", "cause.$": "$.Payload.cause" },
      TimeoutSeconds: 60,
      Next: "Message failed",
    },
    "Message failed": { Type: "Fail", ErrorPath: "$.error", CausePath: "$.cause" },
  },
};
const route = JSON.stringify({
  next: {
    channel: "fbMessenger",
    timeoutSeconds: 300,
    next: { channel: "sms", timeoutSeconds: 600, next: { channel: "undeliverable" } },
  },
});

interface Hop {
  taskToken: string;
  hop: { failed?: { Error: string; Cause: string } };
}
interface HistoryEvent {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: string;
  taskScheduledEventDetails?: { parameters: string };
}

let clock: Clock;
let service: StepFunctions;
const invoke = vi.fn<(functionArn: string, payload: unknown) => Promise<unknown>>();

beforeEach(() => {
  clock = createClock();
  invoke.mockReset().mockResolvedValue(null);
  service = createStepFunctions({ clock, invoke });
  addMachine("routing", definition);
});
afterEach(() => {
  service.stop();
  clock.stop();
});

const addMachine = (name: string, asl: unknown) =>
  service.addStateMachine({
    name,
    arn: machineArn.replace("routing", name),
    definition: JSON.stringify(asl),
    roleArn: "arn:aws:iam::123456789012:role/machine",
  });
/** Lets everything run that waits for no timer. */
const settled = () => new Promise(setImmediate);
const call = async (action: string, body: object): Promise<unknown> => {
  const answer = await service.handle(action, body);
  await settled();
  return answer.status === 200 ? answer.body : { status: answer.status, ...(answer.body as object) };
};
const start = async (name = "m1", input = route, stateMachineArn = machineArn) => {
  const { executionArn } = (await call("StartExecution", { stateMachineArn, name, input })) as {
    executionArn: string;
  };
  return executionArn;
};
const describeExecution = (executionArn: string) => call("DescribeExecution", { executionArn });
const history = async (executionArn: string, more: object = {}) => {
  const answer = await call("GetExecutionHistory", { executionArn, maxResults: 1000, ...more });
  return (answer as { events: HistoryEvent[] }).events;
};
const types = async (executionArn: string) => (await history(executionArn)).map(({ type }) => type);
const hopOf = (invocation: number) => invoke.mock.calls[invocation]?.[1] as Hop;
const tokenOf = (invocation: number) => hopOf(invocation).taskToken;
const throws = (errorType: string) => new LambdaInvocationError({ errorType, errorMessage: "no", trace: [] });

test("the first channel succeeds by its callback, with the history of the real service", async () => {
  const executionArn = await start();
  expect(executionArn).toBe("arn:aws:states:eu-west-1:123456789012:execution:routing:m1");
  expect(await describeExecution(executionArn)).toMatchObject({ status: "RUNNING", input: route });
  expect(tokenOf(0)).toMatch(/^[\w-]{200,2048}$/);
  expect(service.openExecutions()).toBe(1);

  expect(await call("SendTaskSuccess", { taskToken: tokenOf(0), output: '{"sent":true}' })).toEqual({});

  expect(await describeExecution(executionArn)).toMatchObject({
    status: "SUCCEEDED",
    output: '{"sent":true}',
  });
  expect(service.openExecutions()).toBe(0);
  expect(await types(executionArn)).toEqual([
    "ExecutionStarted",
    "ChoiceStateEntered",
    "ChoiceStateExited",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
  ]);
});

test("the history is numbered from 1, says what was passed on, and can be read in reverse, in pages and without data", async () => {
  const executionArn = await start();
  const events = await history(executionArn);
  expect(events.map(({ id, previousEventId }) => [id, previousEventId])).toEqual(
    events.map((_, index) => [index + 1, index]),
  );
  expect(events[0]).toMatchObject({
    timestamp: expect.closeTo(clock.now() / 1000, 0),
    executionStartedEventDetails: { input: route, roleArn: "arn:aws:iam::123456789012:role/machine" },
  });
  const hop = JSON.parse(route).next;
  expect(events[2]).toMatchObject({
    stateExitedEventDetails: { name: "Next channel", output: JSON.stringify(hop) },
  });
  expect(events[4]).toMatchObject({
    taskScheduledEventDetails: {
      resourceType: "lambda",
      resource: "invoke.waitForTaskToken",
      region: "eu-west-1",
      timeoutInSeconds: 300,
    },
  });
  expect(JSON.parse(events[4]?.taskScheduledEventDetails?.parameters ?? "")).toEqual({
    FunctionName: "fb-function",
    Payload: { taskToken: tokenOf(0), hop },
  });

  expect((await history(executionArn, { reverseOrder: true })).map(({ id }) => id)).toEqual([
    7, 6, 5, 4, 3, 2, 1,
  ]);
  const first = (await call("GetExecutionHistory", { executionArn, maxResults: 5 })) as { nextToken: string };
  expect(first).toMatchObject({ events: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }, { id: 5 }] });
  const second = await call("GetExecutionHistory", {
    executionArn,
    maxResults: 5,
    nextToken: first.nextToken,
  });
  expect(second).toEqual({ events: events.slice(5) });
  expect(JSON.stringify(await history(executionArn, { includeExecutionData: false }))).not.toContain(
    "timeoutSeconds",
  );
});

test("a function that throws is retried after the backoff with a new token, then caught, and the next channel is tried", async () => {
  invoke.mockRejectedValueOnce(throws("Throttled"));
  invoke.mockRejectedValueOnce(throws("Throttled"));
  invoke.mockRejectedValueOnce(throws("Throttled"));
  const executionArn = await start();
  await clock.advance(1_900);
  expect(invoke).toHaveBeenCalledTimes(1);
  await clock.advance(200);
  expect(invoke).toHaveBeenCalledTimes(2);
  await clock.advance(5_800);
  expect(invoke).toHaveBeenCalledTimes(2);
  await clock.advance(200);
  expect(invoke.mock.calls.map(([name]) => name)).toEqual([
    "fb-function",
    "fb-function",
    "fb-function",
    "sms-function",
  ]);
  expect(new Set([0, 1, 2, 3].map(tokenOf)).size).toBe(4);
  expect(hopOf(3).hop.failed).toEqual({
    Error: "Throttled",
    Cause: JSON.stringify({ errorType: "Throttled", errorMessage: "no", trace: [] }),
  });
  const attempt = ["TaskScheduled", "TaskStarted", "TaskFailed"];
  expect((await types(executionArn)).slice(3)).toEqual([
    "TaskStateEntered",
    ...attempt,
    ...attempt,
    ...attempt,
    "TaskStateExited",
    "ChoiceStateEntered",
    "ChoiceStateExited",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
  ]);
});

test("a channel without a receipt times out after its window, and its late token is refused", async () => {
  const executionArn = await start();
  await clock.advance(299_000);
  expect(invoke).toHaveBeenCalledTimes(1);
  await clock.advance(2_000);
  expect(invoke).toHaveBeenCalledTimes(2);
  expect(hopOf(1).hop.failed).toEqual({ Error: "States.Timeout", Cause: "" });
  expect((await history(executionArn)).find(({ type }) => type === "TaskTimedOut")).toMatchObject({
    taskTimedOutEventDetails: { error: "States.Timeout", resource: "invoke.waitForTaskToken" },
  });
  const refused = { status: 400, __type: "TaskTimedOut" };
  expect(await call("SendTaskSuccess", { taskToken: tokenOf(0), output: "{}" })).toMatchObject(refused);
  expect(await call("SendTaskHeartbeat", { taskToken: tokenOf(0) })).toMatchObject(refused);
  expect(await call("SendTaskHeartbeat", { taskToken: tokenOf(1) })).toEqual({});
});

test("when no channel is left, the execution ends in the Fail state with the error of the function", async () => {
  invoke.mockImplementation(async (name) =>
    name === "undeliverable-function" ? { error: "Undeliverable", cause: "all failed" } : null,
  );
  const executionArn = await start();
  await call("SendTaskFailure", { taskToken: tokenOf(0), error: "NotRegistered", cause: "no user" });
  expect(hopOf(1).hop.failed).toEqual({ Error: "NotRegistered", Cause: "no user" });
  await call("SendTaskFailure", { taskToken: tokenOf(1), error: "Rejected" });
  expect(await describeExecution(executionArn)).toMatchObject({
    status: "FAILED",
    error: "Undeliverable",
    cause: "all failed",
  });
  expect((await types(executionArn)).slice(-7)).toEqual([
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskStateExited",
    "FailStateEntered",
    "ExecutionFailed",
  ]);
});

test("a callback that comes while the function still runs ends the task, and of two callbacks the first counts", async () => {
  let finishFunction = () => {};
  invoke.mockReturnValue(new Promise((resolve) => (finishFunction = () => resolve(null))));
  const executionArn = await start();
  const [first, second] = await Promise.all([
    service.handle("SendTaskSuccess", { taskToken: tokenOf(0), output: '"first"' }),
    service.handle("SendTaskFailure", { taskToken: tokenOf(0), error: "second" }),
  ]);
  expect(first).toEqual({ status: 200, body: {} });
  expect(second).toMatchObject({ status: 400, body: { __type: "TaskTimedOut" } });
  await settled();
  finishFunction();
  await settled();
  expect(await describeExecution(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '"first"' });
  expect((await types(executionArn)).at(-1)).toBe("ExecutionSucceeded");
});

test("a stopped execution is aborted, its token is invalid, and nothing more happens", async () => {
  const executionArn = await start();
  expect(await call("StopExecution", { executionArn, error: "Cancelled", cause: "by hand" })).toEqual({
    stopDate: expect.closeTo(clock.now() / 1000, 0),
  });
  expect(await call("SendTaskSuccess", { taskToken: tokenOf(0), output: "{}" })).toMatchObject({
    __type: "TaskTimedOut",
  });
  await clock.advance(3_600_000);
  expect(invoke).toHaveBeenCalledTimes(1);
  expect(await describeExecution(executionArn)).toMatchObject({
    status: "ABORTED",
    error: "Cancelled",
    cause: "by hand",
  });
  expect((await history(executionArn)).at(-1)).toMatchObject({
    type: "ExecutionAborted",
    executionAbortedEventDetails: { error: "Cancelled", cause: "by hand" },
  });
  expect(service.openExecutions()).toBe(0);
});

test("an execution that is stopped between two attempts makes no second attempt", async () => {
  invoke.mockRejectedValueOnce(throws("Throttled"));
  const executionArn = await start();
  await call("StopExecution", { executionArn });
  await clock.advance(60_000);
  expect(invoke).toHaveBeenCalledTimes(1);
});

test("a start is idempotent for the same name and input while the execution runs, and refused otherwise", async () => {
  const again = { stateMachineArn: machineArn, name: "m1", input: route };
  const first = await call("StartExecution", again);
  await clock.advance(1_000);
  expect(await call("StartExecution", again)).toEqual(first);
  expect(invoke).toHaveBeenCalledTimes(1);
  const refused = { status: 400, __type: "ExecutionAlreadyExists" };
  expect(await call("StartExecution", { ...again, input: "{}" })).toMatchObject(refused);
  await call("SendTaskSuccess", { taskToken: tokenOf(0), output: "{}" });
  expect(await call("StartExecution", again)).toMatchObject(refused);
});

test.for([
  ["StartExecution", { stateMachineArn: `${machineArn}-other` }, "StateMachineDoesNotExist"],
  ["StartExecution", { stateMachineArn: "routing" }, "InvalidArn"],
  ["StartExecution", { stateMachineArn: machineArn, name: "a b" }, "InvalidName"],
  ["StartExecution", { stateMachineArn: machineArn, name: "a".repeat(81) }, "InvalidName"],
  ["StartExecution", { stateMachineArn: machineArn, input: "{" }, "InvalidExecutionInput"],
  ["StartExecution", {}, "ValidationException"],
  [
    "DescribeExecution",
    { executionArn: machineArn.replace("stateMachine", "execution").concat(":m") },
    "ExecutionDoesNotExist",
  ],
  ["SendTaskSuccess", { taskToken: "not-a-token", output: "{}" }, "InvalidToken"],
  ["SendTaskSuccess", { taskToken: "not-a-token", output: "{" }, "InvalidOutput"],
  [
    "SendTaskHeartbeat",
    { taskToken: Buffer.from('["arn:of:another:life","x"]').toString("base64url") },
    "TaskDoesNotExist",
  ],
  ["CreateActivity", {}, "UnknownOperationException"],
] as const)("%s with %j is refused as %s", async ([action, body, code]) => {
  expect(await call(action, body)).toMatchObject({ status: 400, __type: code, message: expect.any(String) });
});

test("executions are listed newest first, by status and in pages", async () => {
  await start("m1");
  await start("m2");
  const m3 = await start("m3");
  await call("StopExecution", { executionArn: m3 });
  const list = async (more: object) =>
    (await call("ListExecutions", { stateMachineArn: machineArn, ...more })) as {
      executions: { name: string }[];
      nextToken?: string;
    };
  const names = (listed: { executions: { name: string }[] }) => listed.executions.map(({ name }) => name);
  const first = await list({ maxResults: 2 });
  expect(names(first)).toEqual(["m3", "m2"]);
  await start("m4");
  const second = await list({ maxResults: 2, nextToken: first.nextToken });
  expect(names(second)).toEqual(["m1"]);
  expect(second.nextToken).toBeUndefined();
  expect(names(await list({ statusFilter: "ABORTED" }))).toEqual(["m3"]);
});

test("a state machine is described as it was given", async () => {
  const executionArn = await start();
  const described = { stateMachineArn: machineArn, name: "routing", definition: JSON.stringify(definition) };
  expect(await call("DescribeStateMachine", { stateMachineArn: machineArn })).toMatchObject(described);
  expect(await call("DescribeStateMachineForExecution", { executionArn })).toMatchObject(described);
  expect(await call("ListStateMachines", {})).toMatchObject({
    stateMachines: [{ stateMachineArn: machineArn, name: "routing", type: "STANDARD" }],
  });
});

test("a listener gets every history event", async () => {
  const changed: string[] = [];
  service.onChange((executionArn) => changed.push(executionArn));
  const executionArn = await start();
  expect(changed).toEqual((await history(executionArn)).map(() => executionArn));
});

test("Wait, Pass and Succeed states run by the moved clock, and so does the machine's own time limit", async () => {
  const wait = { Type: "Wait", SecondsPath: "$.delay", Next: "Note" };
  const note = { Type: "Pass", Result: "noted", ResultPath: "$.note", Next: "Done" };
  addMachine("waiting", {
    StartAt: "Pause",
    TimeoutSeconds: 31_536_000,
    States: { Pause: wait, Note: note, Done: { Type: "Succeed" } },
  });
  const waitingArn = machineArn.replace("routing", "waiting");
  const waits = await start("short", '{"delay":90000}', waitingArn);
  const tooLong = await start("long", '{"delay":99999999}', waitingArn);
  await clock.advance(90_000_000);
  expect(await describeExecution(waits)).toMatchObject({
    status: "SUCCEEDED",
    output: '{"delay":90000,"note":"noted"}',
  });
  expect(await types(waits)).toEqual([
    "ExecutionStarted",
    "WaitStateEntered",
    "WaitStateExited",
    "PassStateEntered",
    "PassStateExited",
    "SucceedStateEntered",
    "SucceedStateExited",
    "ExecutionSucceeded",
  ]);
  await clock.advance(31_536_000_000);
  expect(await describeExecution(tooLong)).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
});

test("a missing window lets the task wait on, and one that is not a number fails the execution", async () => {
  const running = await start("patient", '{"next":{"channel":"sms"}}');
  await clock.advance(30 * 86_400_000);
  expect(await describeExecution(running)).toMatchObject({ status: "RUNNING" });
  const wrong = await start("wrong", '{"next":{"channel":"sms","timeoutSeconds":"soon"}}');
  expect(await describeExecution(wrong)).toMatchObject({ status: "FAILED", error: "States.Runtime" });
});
