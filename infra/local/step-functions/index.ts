/**
 * The local Step Functions service: `aws-local-stepfunctions` runs the ASL; task tokens, windows, retry delays, history and
 * the API are added here. Made by the local system, which passes it the requests of the AWS endpoint.
 */
import { StateMachine as Engine } from "aws-local-stepfunctions";
import type { Clock } from "../clock.ts";
import { createActions, runAction } from "./actions.ts";
import { type RewrittenDefinition, rewriteDefinition } from "./definition.ts";
import type { ExecutionServices } from "./execution.ts";
import { accountQuotas, limitTo, type Quotas } from "./quotas.ts";
import { Store } from "./store.ts";
import { TaskTokens } from "./task-tokens.ts";

export { type LambdaFailure, LambdaInvocationError } from "./errors.ts";

export interface StepFunctionsOptions {
  clock: Clock;
  /** Invokes the local Lambda with the machine's role. Rejects with `LambdaInvocationError`. */
  invoke(functionArn: string, payload: unknown, roleArn: string): Promise<unknown>;
  /** Default: those of a new account. */
  quotas?: Quotas;
}

export interface StateMachineInput {
  name: string;
  arn: string;
  /** Amazon States Language, JSON. */
  definition: string;
  roleArn?: string;
  /** Milliseconds since the epoch. */
  createdAt?: number;
}

export interface StepFunctions {
  /** @throws {Error} if the definition is invalid, or has a task that does not run locally */
  addStateMachine(machine: StateMachineInput): void;
  /** `action` as in `X-Amz-Target`, without the prefix. Returns status 400 for an error of the caller. */
  handle(action: string, body: unknown): Promise<{ status: number; body: unknown }>;
  /** Calls the listener for each event of each execution. */
  onChange(listener: (executionArn: string) => void): void;
  /** How many executions are running. */
  openExecutions(): number;
  /** Aborts every execution and its timers. */
  stop(): void;
}

/** Cached by definition: the engine takes a tenth of a second to compile a schema for each. */
const compiled = new Map<string, { rewritten: RewrittenDefinition; engine: Engine }>();

function compile(definition: string): { rewritten: RewrittenDefinition; engine: Engine } {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const rewritten = rewriteDefinition(definition);
  const made = { rewritten, engine: new Engine(rewritten.forEngine) };
  compiled.set(definition, made);
  return made;
}

export function createStepFunctions({
  clock,
  invoke,
  quotas = accountQuotas,
}: StepFunctionsOptions): StepFunctions {
  const listeners: ((executionArn: string) => void)[] = [];
  let running = 0;
  const services = (): ExecutionServices => {
    running += 1;
    return {
      clock,
      invoke,
      tokens,
      changed: (executionArn) => {
        for (const listener of listeners) listener(executionArn);
      },
      ended: () => {
        running -= 1;
      },
    };
  };
  const store = new Store(services);
  const tokens = new TaskTokens((executionArn) => store.has(executionArn));
  const actions = createActions(store, tokens);
  const hold = limitTo(
    quotas,
    () => clock.now(),
    () => running,
  );

  return {
    addStateMachine({ name, arn, definition, roleArn = "", createdAt = clock.now() }) {
      store.add({ name, arn, definition, roleArn, createdAt, ...compile(definition) });
    },
    handle: async (action, body) => {
      const run = actions.get(action);
      return runAction(
        run &&
          ((input) => {
            hold(action);
            return run(input);
          }),
        body,
      );
    },
    onChange: (listener) => void listeners.push(listener),
    openExecutions: () => running,
    stop() {
      for (const execution of store.executions()) execution.stop(undefined, undefined);
    },
  };
}
