/**
 * One execution: starts the engine, converts its events to AWS's history, and provides handlers for Task and Wait states that
 * wait on the local clock. Made by StartExecution (`store.ts`).
 */
import type { StateMachine as Engine } from "aws-local-stepfunctions";
import type { RewrittenDefinition } from "./definition.ts";
import { EnteredStates } from "./entered-states.ts";
import { History } from "./history.ts";
import { runTask, type TaskScope, type TaskServices } from "./task.ts";
import { readTaskCall, tokenMarker } from "./task-call.ts";
import { runWait } from "./wait-state.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" | "TIMED_OUT";

export interface Machine {
  name: string;
  arn: string;
  roleArn: string;
  /** The original text. */
  definition: string;
  createdAt: number;
  rewritten: RewrittenDefinition;
  engine: Engine;
}

export interface ExecutionServices extends TaskServices {
  changed(executionArn: string): void;
  ended(): void;
}

type Run = ReturnType<Engine["run"]>;
type Json = Parameters<Engine["run"]>[0];
type EngineEvent = Run["eventLogs"] extends AsyncGenerator<infer Event> ? Event : never;
type Result = Partial<Pick<Execution, "output" | "error" | "cause">>;

export class Execution {
  readonly machine: Machine;
  readonly name: string;
  readonly arn: string;
  readonly input: string;
  readonly startedAt: number;
  readonly history: History;
  status: ExecutionStatus = "RUNNING";
  endedAt: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  readonly #services: ExecutionServices;
  readonly #entered = new EnteredStates();
  readonly #stopping = new AbortController();
  readonly #timeLimit: { clear(): void } | undefined;
  readonly #run: Run;

  constructor(machine: Machine, name: string, input: string, services: ExecutionServices) {
    this.machine = machine;
    this.name = name;
    this.arn = executionArn(machine.arn, name);
    this.input = input;
    this.#services = services;
    this.startedAt = services.clock.now();
    this.history = new History(services.clock, () => services.changed(this.arn));
    const seconds = machine.rewritten.timeoutSeconds;
    if (seconds !== undefined)
      this.#timeLimit = services.clock.schedule(seconds * 1000, () =>
        this.#stop("TIMED_OUT", "ExecutionTimedOut", { error: "States.Timeout" }),
      );
    this.#run = machine.engine.run(JSON.parse(input), {
      noThrowOnAbort: true,
      context: this.#context(),
      overrides: { taskResourceLocalHandlers: this.#handlers() },
    });
    // The events report the same, in the order of the history.
    this.#run.result.catch(() => {});
    void this.#follow(this.#run.eventLogs);
  }

  /** StopExecution; has no effect on an execution that has ended. */
  stop(error: string | undefined, cause: string | undefined): void {
    this.#stop("ABORTED", "ExecutionAborted", { ...(error && { error }), ...(cause && { cause }) });
  }

  #stop(status: ExecutionStatus, type: string, result: Result): void {
    if (this.status !== "RUNNING") return;
    this.#end(status, type, result);
    this.#run.abort();
    this.#stopping.abort();
  }

  #end(status: ExecutionStatus, type: string, result: Result): void {
    Object.assign(this, result, { status, endedAt: this.#services.clock.now() });
    this.#timeLimit?.clear();
    this.#services.ended();
    this.history.add(type, { ...result });
  }

  #context() {
    const { arn, name, roleArn } = this.machine;
    const StartTime = new Date(this.startedAt).toISOString();
    return {
      Execution: { Id: this.arn, Name: this.name, RoleArn: roleArn, StartTime },
      StateMachine: { Id: arn, Name: name },
      Task: { Token: tokenMarker },
    };
  }

  #handlers(): Record<string, (parameters: Json) => Promise<Json>> {
    const { roleArn, rewritten } = this.machine;
    const { tasks, waits } = rewritten;
    const region = this.machine.arn.split(":")[3] ?? "";
    const signal = this.#stopping.signal;
    const { arn: executionArn, history } = this;
    const scope: TaskScope = { ...this.#services, executionArn, roleArn, region, history, signal };
    const handler =
      (name: string, handle: (parameters: Json) => Promise<unknown>) => async (parameters: Json) => {
        await this.#entered.waitFor(name);
        // A function's result or a callback's output was parsed from JSON.
        return (await handle(parameters)) as Json;
      };
    return Object.fromEntries([
      ...[...tasks].map(([name, task]) => [
        name,
        handler(name, async (given) => runTask(task, readTaskCall(task, given), scope)),
      ]),
      ...[...waits].map((name) => [name, handler(name, (given) => runWait(given, scope))]),
    ]);
  }

  async #follow(events: AsyncIterable<EngineEvent>): Promise<void> {
    for await (const event of events) if (this.status === "RUNNING") this.#record(event);
  }

  #record(event: EngineEvent): void {
    if (event.type === "ExecutionStarted")
      this.history.add(event.type, { input: this.input, roleArn: this.machine.roleArn });
    else if (event.type === "StateEntered") {
      const { name, input } = event.state;
      this.history.add(`${this.#typeOf(name)}StateEntered`, { name, input: JSON.stringify(input) });
      this.#entered.add(name);
    } else if (event.type === "StateExited") {
      const { name, output } = event.state;
      this.history.add(`${this.#typeOf(name)}StateExited`, { name, output: JSON.stringify(output) });
    } else if (event.type === "ExecutionSucceeded")
      this.#end("SUCCEEDED", event.type, { output: JSON.stringify(event.output) });
    else if (event.type === "ExecutionFailed") {
      const { Error: error, Cause } = event;
      const cause = typeof Cause === "string" ? Cause : JSON.stringify(Cause);
      this.#end("FAILED", event.type, { error, cause });
    }
  }

  #typeOf(name: string): string {
    return this.machine.rewritten.typeOf.get(name) ?? "";
  }
}

export const executionArn = (machineArn: string, name: string): string =>
  `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
