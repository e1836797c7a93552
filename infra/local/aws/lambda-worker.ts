/**
 * One sandbox of the local Lambda, in its worker thread. Before the bundle is loaded, `Date` is put on the local system's
 * clock (timers stay real: the SDK's own time-outs must not fire when a test moves a day on).
 */
import { parentPort, workerData } from "node:worker_threads";
import type { LambdaFailure } from "../step-functions/errors.ts";
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from "./lambda.ts";

const { handlerFile, clockOffset, context } = workerData as WorkerSetup;

const offset = new Float64Array(clockOffset);
const RealDate = Date;
const now = () => RealDate.now() + (offset[0] ?? 0);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, property, receiver) => (property === "now" ? now : Reflect.get(target, property, receiver)),
});

type Handler = (event: unknown, context: object) => unknown;

const toFailure = (error: unknown): LambdaFailure =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error) };

let loading: Promise<Handler> | undefined;
async function load(): Promise<Handler> {
  const module: { handler?: unknown } = await import(handlerFile);
  if (typeof module.handler !== "function") throw new Error(`${handlerFile} exports no handler`);
  return module.handler as Handler;
}

parentPort?.on("message", async ({ requestId, payload, deadline }: WorkerRequest) => {
  let answer: WorkerAnswer;
  try {
    loading ??= load();
    const handler = await loading;
    const result = await handler(payload, {
      ...context,
      awsRequestId: requestId,
      functionVersion: "$LATEST",
      logStreamName: "local",
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()),
    });
    // As on AWS, what goes out is JSON.
    answer = { requestId, result: result === undefined ? null : JSON.parse(JSON.stringify(result)) };
  } catch (error) {
    answer = { requestId, failure: toFailure(error) };
  }
  parentPort?.postMessage(answer);
});
