/**
 * The failures that this service knows: how the local Lambda says that a function threw, and how a task fails towards the
 * engine. How an action is refused is ../aws/service-error.ts.
 */

export interface LambdaFailure {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** What `StepFunctionsOptions.invoke` rejects with when a function threw, timed out or could not run. */
export class LambdaInvocationError extends Error {
  readonly failure: LambdaFailure;
  constructor(failure: LambdaFailure) {
    super(`${failure.errorType}: ${failure.errorMessage}`);
    this.name = "LambdaInvocationError";
    this.failure = failure;
  }
}

/** The engine takes an error's `name` as the ASL Error and its `message` as the Cause. */
export class TaskFailure extends Error {
  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
  }
}

/** A fault of the definition or its input: the engine reads the two flags, no Retry or Catch may take it. */
export class StatesRuntimeFailure extends TaskFailure {
  readonly isRetryable = false;
  readonly isCatchable = false;
  constructor(cause: string) {
    super("States.Runtime", cause);
  }
}

/** Ends what waits in an execution that was stopped; never seen outside, the engine was aborted before. */
export class ExecutionOver extends Error {}
