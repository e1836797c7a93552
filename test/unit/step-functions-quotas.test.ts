/**
 * Step Functions' own quotas held against us: 300 starts and 500 ends of tasks a second, and three times as much at once. What is
 * throttled comes again from its queue: nothing is lost, and nothing waits longer than the quota makes it.
 */
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startExecution, succeedTask } from "../../functions/aws/step-functions.ts";
import { executionInput, type Routed } from "../../functions/domain/message/execution-input.ts";
import type { Message } from "../../functions/domain/message/message.ts";
import { startOrEnqueue } from "../../functions/ingest/dependencies.ts";
import { createStarts } from "../../functions/ingest/start-executions.ts";
import type { MessagesTable } from "../../functions/storage/messages-table.ts";
import { createClock } from "../../infra/local/clock.ts";
import { createStepFunctions, type StepFunctions } from "../../infra/local/step-functions/index.ts";
import { accountQuotas } from "../../infra/local/step-functions/quotas.ts";
import { addStateMachines, machinePrefix } from "./fixtures/routing-in-process.ts";

// Thousands of executions: seconds of work on a free machine.
vi.setConfig({ testTimeout: 300_000 });

const realClock = createClock();
/** Moved by hand alone: the machine's speed says nothing here. */
let seconds: number;
const clock = { ...realClock, now: () => 1_900_000_000_000 + seconds * 1000 };

let machine: StepFunctions;
let waiting: string[];
let throttled: number;
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  seconds = 0;
  waiting = [];
  throttled = 0;
  machine = newMachine();
});
afterEach(() => machine.stop());

function newMachine(quotas = accountQuotas): StepFunctions {
  const made = createStepFunctions({
    clock,
    quotas,
    invoke: async (_, payload) => void waiting.push((payload as { taskToken: string }).taskToken),
  });
  addStateMachines(made);
  return made;
}

/** As the SDK, when its own tries are used up. */
const client = {
  send: async (command: { input: object }) => {
    const action = command.constructor.name.replace(/Command$/, "");
    const { status, body } = await machine.handle(action, command.input);
    if (status === 200) return body;
    throttled += 1;
    expect(body).toMatchObject({ __type: "ThrottlingException" });
    throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  },
} as unknown as SFNClient;

const route = [{ channel: "sms", timeoutSeconds: 86_400, until: "delivered" as const }];
const startNow = (message: Routed) => startExecution(client, machinePrefix, message);
const stored = (messageId: string) => ({ messageId, route, skipped: {}, attempts: {} }) as unknown as Message;
const messages = { get: async (messageId: string) => stored(messageId) } as unknown as MessagesTable;
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("executions offered at three times the StartExecution quota start once each, at the quota's own rate", async () => {
  const offered = 900;
  const offeredSeconds = 3;
  const starts = createStarts(messages, startNow, async () => undefined);
  let queue: string[] = [];
  const start = startOrEnqueue(startNow, { enqueue: async (ids) => void queue.push(...ids) });
  const all = offered * offeredSeconds;
  for (; machine.openExecutions() < all && seconds < 60; seconds++) {
    if (seconds < offeredSeconds)
      for (let number = 0; number < offered; number++) {
        const messageId = `m${seconds * offered + number}`;
        await start(stored(messageId));
      }
    const due = queue;
    queue = [];
    const Records = due.map((messageId) => ({
      messageId,
      body: JSON.stringify({ messageId }),
    })) as unknown as SQSRecord[];
    const { batchItemFailures } = await starts({ Records });
    queue.push(...batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  }
  await settled();
  expect(throttled).toBeGreaterThan(all / 4);
  expect([machine.openExecutions(), waiting.length, new Set(waiting).size]).toEqual([all, all, all]);
  // The bucket's 1,300 at once, then 300 a second, of which 95 % are to be used.
  expect(seconds).toBeLessThanOrEqual(Math.ceil((all - 1300) / 300 / 0.95) + 1);
  expect(seconds).toBeGreaterThanOrEqual(Math.floor((all - 1300) / 300));
});

it("tasks ended at three times the SendTaskSuccess quota all end", async () => {
  machine.stop();
  const [, ends] = accountQuotas.buckets;
  machine = newMachine({ ...accountQuotas, buckets: ends ? [ends] : [] });
  const all = 4500;
  for (let number = 0; number < all; number++) {
    const messageId = `m${number}`;
    await startNow(stored(messageId));
  }
  await settled();
  const begun = seconds;
  let left = [...waiting];
  for (; left.length > 0 && seconds < begun + 60; seconds++) {
    const again: string[] = [];
    const offered = 1500 * (seconds - begun + 1);
    // As many a second as come in; what was throttled is on its queue.
    for (const token of left.slice(0, offered))
      await succeedTask(client, token, {}).catch(() => again.push(token));
    left = [...again, ...left.slice(offered)];
  }
  await settled();
  expect([left.length, machine.openExecutions()]).toEqual([0, 0]);
  expect(throttled).toBeGreaterThan(0);
  expect(seconds - begun).toBeLessThanOrEqual(Math.ceil((all - 3000) / 500 / 0.95) + 1);
});

it("an execution beyond the quota of open executions is refused until one has ended", async () => {
  machine.stop();
  machine = newMachine({ ...accountQuotas, openExecutions: 1 });
  const start = (name: string) =>
    machine.handle("StartExecution", {
      stateMachineArn: `${machinePrefix}sms`,
      name,
      input: JSON.stringify(executionInput(stored(name))),
    });
  expect((await start("m1")).status).toBe(200);
  expect(await start("m2")).toMatchObject({ status: 400, body: { __type: "ExecutionLimitExceeded" } });
  await settled();
  await succeedTask(client, waiting[0] ?? "", {});
  await settled();
  expect((await start("m2")).status).toBe(200);
});
