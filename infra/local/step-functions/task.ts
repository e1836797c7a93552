/**
 * Runs a Task state for the engine: calls the function, waits for the callback, enforces the window and retries by the Retry
 * field, all on the local clock. Called by `execution.ts`, once for each visit of the state.
 */
import type { Clock, TimerKind } from "../clock.ts";
import type { TaskDefinition } from "./definition.ts";
import { ExecutionOver, LambdaInvocationError, TaskFailure } from "./errors.ts";
import type { History } from "./history.ts";
import { Retries } from "./retries.ts";
import { type TaskCall, withToken } from "./task-call.ts";
import type { TaskTokens } from "./task-tokens.ts";

export interface TaskServices {
  clock: Clock;
  tokens: TaskTokens;
  /** With the permissions of the machine's role. */
  invoke(functionArn: string, payload: unknown, roleArn: string): Promise<unknown>;
}

export interface TaskScope extends TaskServices {
  executionArn: string;
  roleArn: string;
  region: string;
  history: History;
  /** Aborted when the execution is stopped. */
  signal: AbortSignal;
}

export async function runTask(task: TaskDefinition, call: TaskCall, scope: TaskScope): Promise<unknown> {
  const retries = new Retries(task.retriers);
  for (;;) {
    try {
      return await attempt(task, call, scope);
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      const delayMs = retries.delayAfter(error.name);
      if (delayMs === undefined) throw error;
      await wait(delayMs, scope, "retry");
    }
  }
}

export function wait(
  delayMs: number,
  { clock, signal }: Pick<TaskScope, "clock" | "signal">,
  kind: TimerKind,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = clock.schedule(Math.max(delayMs, 0), resolve, kind);
  const abort = () => reject(new ExecutionOver());
  signal.addEventListener("abort", abort);
  return promise.finally(() => {
    timer.clear();
    signal.removeEventListener("abort", abort);
  });
}

async function attempt(task: TaskDefinition, call: TaskCall, scope: TaskScope): Promise<unknown> {
  const { clock, tokens, history, signal } = scope;
  const resource = task.waitsForToken ? "invoke.waitForTaskToken" : "invoke";
  const what = { resourceType: "lambda", resource };
  const outcome = Promise.withResolvers<unknown>();
  let isOver = false;
  // The first outcome counts at once: a second callback in the same tick finds the token closed.
  const settle = (how: () => void) => {
    if (isOver) return;
    isOver = true;
    tokens.close(token);
    how();
  };
  const succeed = (output: unknown) => settle(() => outcome.resolve(output));
  const fail = (error: Error) => settle(() => outcome.reject(error));

  const token = tokens.open(scope.executionArn, {
    succeed,
    fail: (error, cause) => fail(new TaskFailure(error, cause)),
  });
  const end = () => fail(new TaskFailure("States.Timeout", ""));
  const timer = clock.schedule(call.windowSeconds * 1000, end, "window");
  const abort = () => fail(new ExecutionOver());
  signal.addEventListener("abort", abort);

  const parameters = withToken(call.parameters, token);
  history.add("TaskScheduled", {
    ...what,
    region: scope.region,
    parameters: JSON.stringify(parameters),
    ...(call.isWindowGiven ? { timeoutInSeconds: call.windowSeconds } : {}),
  });
  history.add("TaskStarted", what);
  invokeFunction(parameters, scope).then((result) => {
    if (isOver) return;
    if (task.waitsForToken) history.add("TaskSubmitted", { ...what, output: JSON.stringify(result) });
    else succeed(result);
  }, fail);

  try {
    const output = await outcome.promise;
    history.add("TaskSucceeded", { ...what, output: JSON.stringify(output) });
    return output;
  } catch (error) {
    if (error instanceof TaskFailure) {
      const type = error.name === "States.Timeout" ? "TaskTimedOut" : "TaskFailed";
      history.add(type, { ...what, error: error.name, ...(error.message && { cause: error.message }) });
    }
    throw error;
  } finally {
    timer.clear();
    signal.removeEventListener("abort", abort);
  }
}

async function invokeFunction(
  { FunctionName, Payload }: TaskCall["parameters"],
  { invoke, roleArn }: TaskScope,
) {
  try {
    const result = await invoke(FunctionName, Payload ?? {}, roleArn);
    return { ExecutedVersion: "$LATEST", Payload: result ?? null, StatusCode: 200 };
  } catch (error) {
    if (error instanceof LambdaInvocationError)
      throw new TaskFailure(error.failure.errorType, JSON.stringify(error.failure));
    throw new TaskFailure("Lambda.Unknown", error instanceof Error ? error.message : String(error));
  }
}
