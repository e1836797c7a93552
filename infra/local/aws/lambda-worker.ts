/**
 * The inside of a sandbox of the local Lambda (lambda-sandbox.ts starts it): loads the bundle on the local system's clock
 * and runs its handler, one event after the other.
 */
import { format } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { offsetDate } from "../clock-in-worker.ts";
import type { LambdaFailure } from "../step-functions/errors.ts";
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from "./lambda-sandbox.ts";

const { handlerFile, clockOffset, context } = workerData as WorkerSetup;
const { realNow } = offsetDate(clockOffset);

type Handler = (event: unknown, context: object) => unknown;

const toFailure = (error: unknown): LambdaFailure =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error) };

/** Logs as Lambda's runtime does with the log format JSON. */
let runningRequestId: string | undefined;
const levels = { debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" } as const;
for (const [method, level] of Object.entries(levels))
  console[method as keyof typeof levels] = (...given: unknown[]) => {
    const message = given.length === 1 ? given[0] : format(...given);
    const line = { timestamp: new Date().toISOString(), level, requestId: runningRequestId, message };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };

let loading: Promise<Handler> | undefined;
async function load(): Promise<Handler> {
  const module: { handler?: unknown } = await import(handlerFile);
  if (typeof module.handler !== "function") throw new Error(`${handlerFile} exports no handler`);
  return module.handler as Handler;
}

parentPort?.on("message", async ({ requestId, payload, deadline }: WorkerRequest) => {
  let answer: WorkerAnswer;
  runningRequestId = requestId;
  try {
    loading ??= load();
    const handler = await loading;
    const result = await handler(payload, {
      ...context,
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
    });
    // As on AWS, the result is serialized as JSON.
    answer = { requestId, result: result === undefined ? null : JSON.parse(JSON.stringify(result)) };
  } catch (error) {
    answer = { requestId, failure: toFailure(error) };
  }
  parentPort?.postMessage(answer);
});
