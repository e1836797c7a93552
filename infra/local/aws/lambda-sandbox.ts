/**
 * One sandbox of the local Lambda: starts its worker thread as Lambda starts an execution environment, and runs one
 * invocation in it. A function that throws, runs out of time or memory, or exits is reported as Lambda reports it.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { type LambdaFailure, LambdaInvocationError } from "../step-functions/errors.ts";

export interface FunctionConfiguration {
  name: string;
  arn: string;
  /** The bundle's directory, with `handler` in `index.mjs` or `index.cjs`. */
  directory: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Record<string, string>;
  /** How many invocations may run at once; others queue. */
  concurrency: number;
}

export interface WorkerRequest {
  requestId: string;
  payload: unknown;
  deadline: number;
}
export type WorkerAnswer =
  | { requestId: string; result: unknown }
  | { requestId: string; failure: LambdaFailure };
export interface WorkerSetup {
  handlerFile: string;
  clockOffset: SharedArrayBuffer;
  context: {
    functionName: string;
    functionVersion: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    logGroupName: string;
    logStreamName: string;
  };
}

/** Failures that end the sandbox. */
const fatal = new Set(["Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"]);
/** A time-out or an exit ends the sandbox; a thrown error does not. */
export const isFatal = (error: unknown) =>
  !(error instanceof LambdaInvocationError) || fatal.has(error.failure.errorType);

const version = "$LATEST";

export function startSandbox(
  { name, arn, directory, memoryMb, environment }: FunctionConfiguration,
  clockOffset: SharedArrayBuffer,
  onLog: (line: string) => void,
): Worker {
  const logGroupName = `/aws/lambda/${name}`;
  const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[${version}]${randomUUID().replaceAll("-", "")}`;
  const setup: WorkerSetup = {
    // In Lambda's order.
    handlerFile: existsSync(`${directory}/index.mjs`) ? `${directory}/index.mjs` : `${directory}/index.cjs`,
    clockOffset,
    context: {
      functionName: name,
      functionVersion: version,
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      logGroupName,
      logStreamName,
    },
  };
  const worker = new Worker(new URL("./lambda-worker.ts", import.meta.url), {
    workerData: setup,
    env: {
      ...environment,
      TZ: ":UTC",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: version,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
      AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
      LAMBDA_TASK_ROOT: directory,
    },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    stdout: true,
    stderr: true,
  });
  worker.setMaxListeners(0);
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line !== "") onLog(line);
    });
  // Without a listener a crashing worker would end the process; the invocation reports it.
  worker.on("error", () => {});
  return worker;
}

export function runInSandbox(
  { timeoutSeconds }: FunctionConfiguration,
  worker: Worker,
  payload: unknown,
): Promise<unknown> {
  const requestId = randomUUID();
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const fail = (errorType: string, what: string) =>
    reject(new LambdaInvocationError({ errorType, errorMessage: `RequestId: ${requestId} Error: ${what}` }));
  const timer = setTimeout(() => {
    fail("Sandbox.Timedout", `Task timed out after ${timeoutSeconds}.00 seconds`);
    void worker.terminate();
  }, timeoutSeconds * 1000);
  const onMessage = (answer: WorkerAnswer) => {
    if (answer.requestId !== requestId) return;
    if ("failure" in answer) reject(new LambdaInvocationError(answer.failure));
    else resolve(answer.result);
  };
  const onError = (error: Error & { code?: string }) =>
    error.code === "ERR_WORKER_OUT_OF_MEMORY"
      ? fail("Runtime.OutOfMemory", "Runtime exited with error: signal: killed")
      : reject(
          new LambdaInvocationError({
            errorType: error.name,
            errorMessage: error.message,
            trace: error.stack?.split("\n") ?? [],
          }),
        );
  const onExit = (code: number) =>
    fail("Runtime.ExitError", `Runtime exited with error: exit status ${code}`);
  worker.on("message", onMessage);
  worker.once("error", onError);
  worker.once("exit", onExit);
  const request: WorkerRequest = { requestId, payload, deadline: Date.now() + timeoutSeconds * 1000 };
  worker.postMessage(request);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off("message", onMessage).off("error", onError).off("exit", onExit);
  });
}
