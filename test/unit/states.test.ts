/** The states that `npm run verify -- states` has AWS run (infra/commands/verify/states.ts), on the local engine. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { channels } from "../../functions/channels/registry.ts";
import {
  definition,
  differencesOnAws,
  functionArnOf,
  type StateCase,
  stateCases,
} from "../../infra/commands/verify/states.ts";
import { type Clock, createClock } from "../../infra/local/clock.ts";
import {
  createStepFunctions,
  LambdaInvocationError,
  type StepFunctions,
} from "../../infra/local/step-functions/index.ts";

interface Event {
  type: string;
  stateEnteredEventDetails?: { name: string };
  stateExitedEventDetails?: { name: string; output: string };
  executionFailedEventDetails?: { error: string; cause: string };
}

const settled = () => new Promise(setImmediate);
let clock: Clock;
let service: StepFunctions;
/** The case that runs, and how often its state's function was called. */
let current: StateCase;
let calls: number;

/** The function of the state; absent for one that calls none. */
const functionOf = (state: string) =>
  state === "Undeliverable"
    ? functionArnOf("undeliverable")
    : functionArnOf(channels.find(({ name }) => name === state)?.id ?? "none");

beforeEach(() => {
  clock = createClock();
  calls = 0;
  service = createStepFunctions({
    clock,
    async invoke(arn, payload) {
      const { state, mock } = current;
      // What follows the state is left waiting.
      if (arn !== functionOf(state) || mock === undefined) return new Promise(() => {});
      calls += 1;
      const { taskToken } = payload as { taskToken?: string };
      if (taskToken === undefined) {
        if ("error" in mock)
          throw new LambdaInvocationError({ errorType: mock.error, errorMessage: mock.cause, trace: [] });
        return (mock.result as { Payload: object }).Payload;
      }
      await ("error" in mock
        ? service.handle("SendTaskFailure", { taskToken, ...mock })
        : service.handle("SendTaskSuccess", { taskToken, output: JSON.stringify(mock.result) }));
      return null;
    },
  });
});
afterEach(() => {
  service.stop();
  clock.stop();
});

async function run({ state, input }: StateCase) {
  const stateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:one-state";
  service.addStateMachine({
    name: "one-state",
    arn: stateMachineArn,
    definition: JSON.stringify({ ...definition, StartAt: state }),
    roleArn: "arn:aws:iam::123456789012:role/machine",
  });
  const { body } = await service.handle("StartExecution", {
    stateMachineArn,
    name: "m",
    input: JSON.stringify(input),
  });
  await settled();
  // Longer than all retries together.
  await clock.advance(2 * 3600_000);
  await settled();
  const { executionArn } = body as { executionArn: string };
  const history = await service.handle("GetExecutionHistory", { executionArn, maxResults: 1000 });
  const { events } = history.body as { events: Event[] };
  const exited = events.find(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === state);
  const [, entered] = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  const failed = events.find(({ type }) => type === "ExecutionFailed")?.executionFailedEventDetails;
  return { output: exited && JSON.parse(exited.stateExitedEventDetails?.output ?? ""), entered, failed };
}

it.each(stateCases.map((one) => [one.state, one.what, one] as const))("%s %s", async (_state, _what, one) => {
  current = one;
  const { output, entered, failed } = await run(one);
  const { status, nextState, error } = one.expected;
  const tries = (one.retried ?? 0) + 1;
  if (status === "RETRIABLE") return expect(calls).toBeGreaterThan(tries);
  if (one.mock !== undefined) expect(calls).toBe(tries);
  if (status === "FAILED") return expect(failed).toMatchObject({ error });
  expect(output).toEqual(one.expected.output);
  expect(entered).toBe(nextState);
});

it("every state of the definition is among them, and every error that it names", () => {
  expect([...new Set(stateCases.map(({ state }) => state))].sort()).toEqual(
    Object.keys(definition.States).sort(),
  );
  const named = Object.entries(definition.States).flatMap(([state, details]) => {
    const { Retry = [], Catch = [] } = details as Record<"Retry" | "Catch", { ErrorEquals: string[] }[]>;
    return [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals.map((error) => `${state} ${error}`));
  });
  const shown = new Set(
    stateCases.flatMap(({ state, mock }) => (mock && "error" in mock ? [`${state} ${mock.error}`] : [])),
  );
  expect(named.filter((one) => !one.endsWith(" States.ALL") && !shown.has(one))).toEqual([]);
});

it("compares what AWS answered, whose caught errors are beside it", () => {
  const expected = { status: "CAUGHT_ERROR", nextState: "Next channel", output: { a: 1 } } as const;
  const answer = { ...expected, output: '{"a":1}', error: "NotRegistered", cause: "no" };
  expect(differencesOnAws(answer, expected)).toEqual([]);
  expect(differencesOnAws({ status: "SUCCEEDED", output: '{"a":2}' }, expected)).toEqual([
    'status is "SUCCEEDED", not "CAUGHT_ERROR"',
    'nextState is undefined, not "Next channel"',
    'output is {"a":2}, not {"a":1}',
  ]);
});
