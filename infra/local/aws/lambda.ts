/**
 * The local Lambda: each function's bundle in worker threads of its own, with the template's environment, memory and
 * time-out. Keeps sandboxes warm, uses the most recently used first, and queues invocations above a function's concurrency.
 * Called by the API, the state machine, the event sources and the AWS endpoint.
 */
import type { Worker } from "node:worker_threads";
import type { Clock } from "../clock.ts";
import { LambdaInvocationError } from "../step-functions/errors.ts";
import { type FunctionConfiguration, isFatal, runInSandbox, startSandbox } from "./lambda-sandbox.ts";

export type { FunctionConfiguration } from "./lambda-sandbox.ts";

/** More gained nothing on two cores, and each sandbox takes some 20 MB. */
export const defaultConcurrency = 6;

/** How many idle sandboxes of a function stay; others end after a while. */
const keptWarm = 2;
const idleMs = 30_000;

interface Pool {
  configuration: FunctionConfiguration;
  /** Most recently used last. */
  idle: { worker: Worker; since: number }[];
  workers: Set<Worker>;
  queue: PromiseWithResolvers<Worker>[];
}

export class LambdaService {
  readonly #pools = new Map<string, Pool>();
  readonly #clock: Clock;
  readonly #onLog: (functionName: string, line: string) => void;
  readonly #sweep: NodeJS.Timeout;
  #invocations = 0;
  #stopped = false;

  constructor(clock: Clock, onLog: (functionName: string, line: string) => void) {
    this.#clock = clock;
    this.#onLog = onLog;
    this.#sweep = setInterval(() => this.#endIdle(), idleMs).unref();
  }

  /** Replaces a function of the same name: running invocations finish in the old sandboxes. */
  add(configuration: FunctionConfiguration): void {
    const there = this.#pools.get(configuration.name);
    if (there === undefined) {
      this.#pools.set(configuration.name, { configuration, idle: [], workers: new Set(), queue: [] });
      return;
    }
    there.configuration = configuration;
    // Busy sandboxes end when they are returned.
    there.workers.clear();
    for (const { worker } of there.idle.splice(0)) void worker.terminate();
  }

  configurationOf(name: string): FunctionConfiguration | undefined {
    return this.#pools.get(name)?.configuration;
  }

  names(): string[] {
    return [...this.#pools.keys()];
  }

  /** How many invocations run or wait for a sandbox. */
  openInvocations(): number {
    return this.#invocations;
  }

  /** The name or ARN, qualified or not. */
  has(nameOrArn: string): boolean {
    return this.#pools.has(functionName(nameOrArn));
  }

  /** Returns the function's result. @throws {LambdaInvocationError} if it failed */
  async invoke(nameOrArn: string, payload: unknown): Promise<unknown> {
    const pool = this.#pools.get(functionName(nameOrArn));
    if (pool === undefined)
      throw new LambdaInvocationError({
        errorType: "Lambda.ResourceNotFoundException",
        errorMessage: `Function not found: ${nameOrArn}`,
      });
    this.#invocations += 1;
    try {
      const what = `the function ${pool.configuration.name}`;
      return await this.#clock.work.during(what, this.#invoke(pool, payload));
    } finally {
      this.#invocations -= 1;
    }
  }

  async #invoke(pool: Pool, payload: unknown): Promise<unknown> {
    const worker = await this.#take(pool);
    let healthy = false;
    try {
      const result = await runInSandbox(pool.configuration, worker, payload);
      healthy = true;
      return result;
    } catch (error) {
      healthy = !isFatal(error);
      throw error;
    } finally {
      this.#giveBack(pool, worker, healthy && pool.workers.has(worker));
    }
  }

  /** Ends every sandbox of the function, as a crash of its host would. */
  async kill(name: string): Promise<void> {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw new Error(`there is no function ${name}`);
    const killed = [...pool.workers];
    // Removed first, so that the next invocation gets a new one.
    pool.workers.clear();
    pool.idle = [];
    await Promise.all(killed.map((worker) => worker.terminate()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    const pools = [...this.#pools.values()];
    for (const { queue } of pools) for (const waiting of queue.splice(0)) waiting.reject(stopped());
    await Promise.all(pools.flatMap(({ workers }) => [...workers].map((worker) => worker.terminate())));
  }

  async #take(pool: Pool): Promise<Worker> {
    if (this.#stopped) throw stopped();
    const idle = pool.idle.pop();
    if (idle !== undefined) return idle.worker;
    if (pool.workers.size < pool.configuration.concurrency) return this.#start(pool);
    const waiting = Promise.withResolvers<Worker>();
    pool.queue.push(waiting);
    return waiting.promise;
  }

  /** Gives the sandbox, or a new one if it died, to the longest waiting invocation. */
  #giveBack(pool: Pool, worker: Worker, healthy: boolean): void {
    if (!healthy) {
      pool.workers.delete(worker);
      void worker.terminate();
    }
    if (this.#stopped) return;
    const next = pool.queue.shift();
    if (next !== undefined) next.resolve(healthy ? worker : this.#start(pool));
    else if (healthy) pool.idle.push({ worker, since: Date.now() });
  }

  #start(pool: Pool): Worker {
    const { configuration } = pool;
    const worker = startSandbox(configuration, this.#clock.offset, (line) =>
      this.#onLog(configuration.name, line),
    );
    const forget = () => {
      pool.workers.delete(worker);
      pool.idle = pool.idle.filter((other) => other.worker !== worker);
    };
    // An uncaught error precedes the exit that it causes: the sandbox must not be used in between.
    worker.once("error", forget).once("exit", forget);
    pool.workers.add(worker);
    return worker;
  }

  #endIdle(): void {
    for (const pool of this.#pools.values()) {
      const oldest = pool.idle.slice(0, Math.max(0, pool.idle.length - keptWarm));
      const ended = new Set(oldest.filter(({ since }) => since < Date.now() - idleMs));
      pool.idle = pool.idle.filter((one) => !ended.has(one));
      for (const { worker } of ended) {
        pool.workers.delete(worker);
        void worker.terminate();
      }
    }
  }
}

const functionName = (nameOrArn: string) => nameOrArn.split(":function:").at(-1)?.split(":")[0] ?? "";

const stopped = () =>
  new LambdaInvocationError({
    errorType: "Lambda.ServiceException",
    errorMessage: "the local Lambda has stopped",
  });
