/**
 * The failures of this service: how the local Lambda reports that a function threw, and how a task fails in the engine.
 * Refused actions are in ../aws/service-error.ts.
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

/** The engine uses an error's `name` as the ASL Error and its `message` as the Cause. */
export class TaskFailure extends Error {
  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
  }
}

/** A fault of the definition or its input: by the two flags the engine lets no Retry or Catch match it. */
export class StatesRuntimeFailure extends TaskFailure {
  readonly isRetryable = false;
  readonly isCatchable = false;
  constructor(cause: string) {
    super("States.Runtime", cause);
  }
}

/** Ends what waits in a stopped execution; not visible outside, because the engine was aborted before. */
export class ExecutionOver extends Error {}
