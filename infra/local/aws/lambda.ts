/**
 * The local Lambda: each function's bundle in worker threads of its own, with the template's environment, memory and
 * time-out. A function that throws, runs out of time or memory, or exits is reported as Lambda reports it, and takes
 * nothing else down. Called by the API, the state machine and the AWS endpoint.
 */
import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { Clock } from "../clock.ts";
import { type LambdaFailure, LambdaInvocationError } from "../step-functions/errors.ts";

export interface FunctionConfiguration {
  name: string;
  arn: string;
  /** The directory of the bundle; its handler is `index.handler` in `index.mjs`. */
  directory: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Record<string, string>;
  /** How many invocations may run at once; the next ones queue. */
  concurrency: number;
}

export interface WorkerRequest {
  requestId: string;
  payload: unknown;
  deadline: number;
}
export type WorkerAnswer =
  | { ready: true }
  | { requestId: string; result: unknown }
  | { requestId: string; failure: LambdaFailure };
export interface WorkerSetup {
  handlerFile: string;
  clockOffset: SharedArrayBuffer;
  context: {
    functionName: string;
    invokedFunctionArn: string;
    memoryLimitInMB: string;
    logGroupName: string;
  };
}

/** One more than runs at a time on two cores gains nothing here, and each takes some 20 MB. */
export const defaultConcurrency = 6;

/** Failures that end the sandbox. */
const fatal = new Set(["Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"]);

interface Pool {
  configuration: FunctionConfiguration;
  /** Most recently used last. */
  idle: Worker[];
  workers: Set<Worker>;
  queue: (() => void)[];
}

export class LambdaService {
  readonly #pools = new Map<string, Pool>();
  readonly #clock: Clock;
  readonly #onLog: (functionName: string, line: string) => void;

  constructor(clock: Clock, onLog: (functionName: string, line: string) => void) {
    this.#clock = clock;
    this.#onLog = onLog;
  }

  add(configuration: FunctionConfiguration): void {
    this.#pools.set(configuration.name, { configuration, idle: [], workers: new Set(), queue: [] });
  }

  /** Answers what the function returned; rejects with `LambdaInvocationError` where it failed. */
  async invoke(nameOrArn: string, payload: unknown): Promise<unknown> {
    const pool = this.#pools.get(nameOrArn.split(":function:").at(-1)?.split(":")[0] ?? "");
    if (pool === undefined)
      throw new LambdaInvocationError({
        errorType: "Lambda.ResourceNotFoundException",
        errorMessage: `Function not found: ${nameOrArn}`,
      });
    const worker = await this.#take(pool);
    let healthy = false;
    try {
      const result = await this.#run(pool.configuration, worker, payload);
      healthy = true;
      return result;
    } catch (error) {
      // A thrown error leaves the sandbox as it was; a time-out or an exit ends it.
      healthy =
        error instanceof LambdaInvocationError &&
        !fatal.has(error.failure.errorType) &&
        pool.workers.has(worker);
      throw error;
    } finally {
      this.#giveBack(pool, worker, healthy);
    }
  }

  /** Ends every sandbox of the function, as a crash of its host would. */
  async kill(name: string): Promise<void> {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw new Error(`there is no function ${name}`);
    pool.idle = [];
    await Promise.all([...pool.workers].map((worker) => worker.terminate()));
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#pools.values()].flatMap(({ workers }) => [...workers].map((worker) => worker.terminate())),
    );
  }

  async #take(pool: Pool): Promise<Worker> {
    const idle = pool.idle.pop();
    if (idle !== undefined) return idle;
    if (pool.workers.size < pool.configuration.concurrency) return this.#start(pool);
    await new Promise<void>((resolve) => pool.queue.push(resolve));
    return this.#take(pool);
  }

  #giveBack(pool: Pool, worker: Worker, healthy: boolean): void {
    if (healthy) pool.idle.push(worker);
    else {
      pool.workers.delete(worker);
      void worker.terminate();
    }
    pool.queue.shift()?.();
  }

  #start(pool: Pool): Worker {
    const { name, arn, directory, memoryMb, environment } = pool.configuration;
    const setup: WorkerSetup = {
      handlerFile: `${directory}/index.mjs`,
      clockOffset: this.#clock.offset,
      context: {
        functionName: name,
        invokedFunctionArn: arn,
        memoryLimitInMB: String(memoryMb),
        logGroupName: `/aws/lambda/${name}`,
      },
    };
    const worker = new Worker(new URL("./lambda-worker.ts", import.meta.url), {
      workerData: setup,
      env: {
        ...environment,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        LAMBDA_TASK_ROOT: directory,
      },
      execArgv: ["--enable-source-maps", "--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    });
    worker.setMaxListeners(0);
    for (const stream of [worker.stdout, worker.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.split("\n")) if (line !== "") this.#onLog(name, line);
      });
    // Without a listener a dying worker would take the process down; the invocation reports it.
    worker.on("error", () => {});
    worker.once("exit", () => {
      pool.workers.delete(worker);
      pool.idle = pool.idle.filter((other) => other !== worker);
    });
    pool.workers.add(worker);
    return worker;
  }

  #run({ timeoutSeconds }: FunctionConfiguration, worker: Worker, payload: unknown): Promise<unknown> {
    const requestId = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const fail = (errorType: string, what: string) =>
      reject(
        new LambdaInvocationError({ errorType, errorMessage: `RequestId: ${requestId} Error: ${what}` }),
      );
    const timer = setTimeout(() => {
      fail("Sandbox.Timedout", `Task timed out after ${timeoutSeconds}.00 seconds`);
      void worker.terminate();
    }, timeoutSeconds * 1000);
    const onMessage = (answer: WorkerAnswer) => {
      if (!("requestId" in answer) || answer.requestId !== requestId) return;
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
}
