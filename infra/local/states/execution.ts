/**
 * One execution: runs the definition on `aws-local-stepfunctions` and adds what that library lacks: task tokens, windows
 * and retry waits on the local clock, and the history in the real service's event types.
 */
import { StateMachine as Engine, ExecutionError, type StateMachineDefinition } from "aws-local-stepfunctions";
import type { LambdaFailure } from "../aws/lambda.ts";
import { LambdaInvocationError } from "../aws/lambda.ts";
import type { Clock, Timer } from "../clock.ts";
import { type Retrier, type TaskDefinition, timeoutParameter, withToken } from "./definition.ts";
import { TaskFailure, type TaskTokens } from "./task-tokens.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";

export interface HistoryEvent {
  id: number;
  previousEventId: number;
  /** Unix seconds, as on the wire. */
  timestamp: number;
  type: string;
  [details: string]: unknown;
}

export interface Machine {
  name: string;
  arn: string;
  roleArn: string;
  /** As in the template; what the API shows. */
  definition: string;
  createdAt: number;
  engine: StateMachineDefinition;
  tasks: TaskDefinition[];
}

export interface ExecutionServices {
  clock: Clock;
  tokens: TaskTokens;
  invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  changed: (executionArn: string) => void;
}

type EngineEvent = { type: string; state?: { name: string; type: string; input: unknown; output?: unknown } };

export class Execution {
  readonly arn: string;
  readonly startedAt: number;
  readonly history: HistoryEvent[] = [];
  readonly ended: Promise<void>;
  status: ExecutionStatus = "RUNNING";
  stoppedAt: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;

  readonly #abort: () => void;
  readonly #openTasks = new Set<() => void>();
  readonly #entered = new Map<string, number>();
  #wakeOnEntry: (() => void) | undefined;

  readonly machine: Machine;
  readonly name: string;
  readonly input: string;
  readonly #services: ExecutionServices;

  constructor(machine: Machine, name: string, input: string, services: ExecutionServices) {
    this.machine = machine;
    this.name = name;
    this.input = input;
    this.#services = services;
    this.arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
    this.startedAt = services.clock.now();
    this.#record("ExecutionStarted", { executionStartedEventDetails: { input, roleArn: machine.roleArn } });
    const handlers = Object.fromEntries(machine.tasks.map((task) => [task.name, this.#taskHandler(task)]));
    const run = new Engine(machine.engine, { validationOptions: { noValidate: true } }).run(
      JSON.parse(input),
      {
        noThrowOnAbort: true,
        overrides: {
          taskResourceLocalHandlers: handlers as never,
          retryIntervalOverrides: Object.fromEntries(machine.tasks.map(({ name: state }) => [state, 0])),
        },
        context: {
          Execution: {
            Id: this.arn,
            Name: name,
            RoleArn: machine.roleArn,
            StartTime: new Date(this.startedAt).toISOString(),
          },
          StateMachine: { Id: machine.arn, Name: machine.name },
        },
      },
    );
    this.#abort = run.abort;
    const logged = this.#follow(run.eventLogs as AsyncIterable<EngineEvent>);
    this.ended = run.result.then(
      async (result) => {
        await logged;
        if (this.status === "RUNNING")
          this.#end("SUCCEEDED", "ExecutionSucceeded", { output: JSON.stringify(result) });
      },
      async (failure: unknown) => {
        await logged;
        const reason =
          failure instanceof ExecutionError && failure.cause instanceof Error ? failure.cause : undefined;
        this.#end("FAILED", "ExecutionFailed", {
          error: reason?.name ?? "States.Runtime",
          cause: reason?.message ?? String(failure),
        });
      },
    );
  }

  /** `StopExecution`: whatever waits is over. */
  stop(error: string | undefined, cause: string | undefined): void {
    if (this.status !== "RUNNING") return;
    this.#end("ABORTED", "ExecutionAborted", { ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
    for (const close of this.#openTasks) close();
    this.#abort();
  }

  #end(
    status: ExecutionStatus,
    type: string,
    details: { output?: string; error?: string; cause?: string },
  ): void {
    this.status = status;
    this.stoppedAt = this.#services.clock.now();
    this.output = details.output;
    this.error = details.error;
    this.cause = details.cause;
    this.#record(type, { [`${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`]: details });
  }

  #record(type: string, details: Record<string, unknown> = {}): void {
    const id = this.history.length + 1;
    this.history.push({
      id,
      previousEventId: id - 1,
      timestamp: this.#services.clock.now() / 1000,
      type,
      ...details,
    });
    this.#services.changed(this.arn);
  }

  /** The library's log says when states are entered and left; the rest of the history is recorded where it happens. */
  async #follow(events: AsyncIterable<EngineEvent>): Promise<void> {
    for await (const { type, state } of events) {
      if (state === undefined || this.status !== "RUNNING") continue;
      if (type === "StateEntered") {
        this.#record(`${state.type}StateEntered`, {
          stateEnteredEventDetails: { name: state.name, input: JSON.stringify(state.input) },
        });
        this.#entered.set(state.name, (this.#entered.get(state.name) ?? 0) + 1);
        this.#wakeOnEntry?.();
      }
      // A Fail state has no exit event on AWS.
      if (type === "StateExited" && state.type !== "Fail")
        this.#record(`${state.type}StateExited`, {
          stateExitedEventDetails: { name: state.name, output: JSON.stringify(state.output) },
        });
    }
  }

  #taskHandler(task: TaskDefinition): (input: unknown) => Promise<unknown> {
    const visits = { entries: 0, attempts: task.retriers.map(() => 0), pauseMs: 0 };
    return async (input) => {
      if (visits.pauseMs > 0) {
        await new Promise<void>((resolve) => this.#services.clock.schedule(visits.pauseMs, resolve));
        visits.pauseMs = 0;
      } else await this.#untilEntered(task.name, ++visits.entries);
      try {
        return await this.#attempt(task, input);
      } catch (failure) {
        visits.pauseMs = retryPause(task.retriers, visits.attempts, failure);
        throw failure;
      }
    };
  }

  /** The library's log is asynchronous: its entry comes before what happens inside the state. */
  async #untilEntered(state: string, times: number): Promise<void> {
    while ((this.#entered.get(state) ?? 0) < times)
      await new Promise<void>((resolve) => (this.#wakeOnEntry = resolve));
  }

  async #attempt(task: TaskDefinition, input: unknown): Promise<unknown> {
    const { [timeoutParameter]: window, ...given } = input as Record<string, unknown>;
    const waiting = this.#services.tokens.issue();
    const parameters = withToken(given, waiting.token) as { FunctionName: string; Payload: unknown };
    const timeoutSeconds = typeof window === "number" ? window : task.timeoutSeconds;
    const resource = {
      resourceType: "lambda",
      resource: task.waitsForToken ? "invoke.waitForTaskToken" : "invoke",
    };
    this.#record("TaskScheduled", {
      taskScheduledEventDetails: {
        ...resource,
        region: this.machine.arn.split(":")[3],
        parameters: JSON.stringify(parameters),
        ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
      },
    });
    this.#record("TaskStarted", { taskStartedEventDetails: resource });
    let timer: Timer | undefined;
    if (timeoutSeconds !== undefined)
      timer = this.#services.clock.schedule(timeoutSeconds * 1000, () =>
        waiting.fail(new TaskFailure("States.Timeout", "")),
      );
    this.#openTasks.add(waiting.close);
    try {
      const output = await this.#run(task, parameters, waiting.result, resource);
      this.#record("TaskSucceeded", {
        taskSucceededEventDetails: { ...resource, output: JSON.stringify(output) },
      });
      return output;
    } catch (thrown) {
      const { name: error, message: cause } = thrown as TaskFailure;
      if (this.status === "RUNNING") {
        if (error === "States.Timeout")
          this.#record("TaskTimedOut", { taskTimedOutEventDetails: { ...resource, error } });
        else this.#record("TaskFailed", { taskFailedEventDetails: { ...resource, error, cause } });
      }
      throw thrown;
    } finally {
      timer?.clear();
      waiting.close();
      this.#openTasks.delete(waiting.close);
    }
  }

  /** A callback may come while the function still runs, and then wins; a function that fails fails the task at once. */
  async #run(
    task: TaskDefinition,
    { FunctionName, Payload }: { FunctionName: string; Payload: unknown },
    callback: Promise<unknown>,
    resource: object,
  ): Promise<unknown> {
    const returned = this.#services.invoke(FunctionName, Payload).catch((error: unknown) => {
      throw error instanceof LambdaInvocationError
        ? new TaskFailure(error.failure.errorType, causeOf(error.failure))
        : new TaskFailure("Lambda.Unknown", String(error));
    });
    if (!task.waitsForToken) {
      const result = await Promise.race([returned, callback]);
      return { ExecutedVersion: "$LATEST", Payload: result ?? null, StatusCode: 200 };
    }
    const submitted = returned.then((result) => {
      if (this.status === "RUNNING")
        this.#record("TaskSubmitted", {
          taskSubmittedEventDetails: {
            ...resource,
            output: JSON.stringify({ Payload: result ?? null, StatusCode: 200 }),
          },
        });
      return callback;
    });
    return Promise.race([callback, submitted]);
  }
}

const causeOf = ({ errorType, errorMessage, trace }: LambdaFailure) =>
  JSON.stringify({ errorType, errorMessage, ...(trace ? { trace } : {}) });

/** How long the real service would wait before the retry that the engine is about to make; 0 where it makes none. */
function retryPause(retriers: readonly Retrier[], attempts: number[], failure: unknown): number {
  const name = failure instanceof Error ? failure.name : "";
  const index = retriers.findIndex(({ ErrorEquals }) =>
    ErrorEquals.some(
      (error) =>
        error === name ||
        error === "States.ALL" ||
        (error === "States.TaskFailed" && name !== "States.Timeout"),
    ),
  );
  const retrier = retriers[index];
  const attempt = attempts[index];
  if (retrier === undefined || attempt === undefined || attempt >= retrier.MaxAttempts) return 0;
  attempts[index] = attempt + 1;
  const seconds = Math.min(
    retrier.IntervalSeconds * retrier.BackoffRate ** attempt,
    retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  );
  return Math.max(1, seconds * 1000 * (retrier.JitterStrategy === "FULL" ? Math.random() : 1));
}
