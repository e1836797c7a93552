/**
 * The local Step Functions service: the ASL runs on `aws-local-stepfunctions`, task tokens, windows, retry waits, history
 * and the API are added here. Made by the local system, which hands it the requests of the AWS endpoint.
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
  /** The local Lambda, as the machine's role: answers the function's result, rejects with `LambdaInvocationError`. */
  invoke(functionArn: string, payload: unknown, roleArn: string): Promise<unknown>;
  /** An account's own, where nothing else is said. */
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
  /** Throws when the definition is not valid, or has a task that does not run locally. */
  addStateMachine(machine: StateMachineInput): void;
  /** `action` as in `X-Amz-Target`, without the prefix. A fault of the caller is an answer with status 400. */
  handle(action: string, body: unknown): Promise<{ status: number; body: unknown }>;
  /** Tells of each event of each execution. */
  onChange(listener: (executionArn: string) => void): void;
  /** How many executions are running. */
  openExecutions(): number;
  /** Aborts every execution, and with it every timer. */
  stop(): void;
}

/** Kept by definition: the engine compiles a schema for a tenth of a second to check each. */
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
