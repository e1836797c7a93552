/** The sandboxes of the local Lambda: what a function sees of its environment, and what becomes of its sandbox. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { LambdaService } from "../../infra/local/aws/lambda.ts";
import { createClock } from "../../infra/local/clock.ts";

const directory = mkdtempSync(join(tmpdir(), "local-lambda-"));
const clock = createClock();
const lambda = new LambdaService(clock, () => {});

function deploy(name: string, source: string, concurrency = 1): void {
  const bundle = mkdtempSync(join(directory, "bundle-"));
  writeFileSync(join(bundle, "index.mjs"), source);
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
  const environment = { OWN: name };
  lambda.add({ name, arn, directory: bundle, memoryMb: 128, timeoutSeconds: 20, environment, concurrency });
}

afterAll(async () => {
  await lambda.stop();
  clock.stop();
  rmSync(directory, { recursive: true, force: true });
});

it("a function has the environment and the context of Lambda", async () => {
  deploy(
    "seen",
    "export const handler = (_, context) => ({ env: process.env, context, left: context.getRemainingTimeInMillis() })",
  );
  expect(await lambda.invoke("seen", {})).toMatchObject({
    env: {
      OWN: "seen",
      TZ: ":UTC",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    },
    context: {
      functionName: "seen",
      functionVersion: "$LATEST",
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/seen",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:seen",
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    },
    left: expect.any(Number),
  });
});

it("an error is reported with its stack trace, and an exit with its status", async () => {
  deploy(
    "failing",
    "export const handler = (event) => { if (event.exit) process.exit(event.exit); throw new TypeError('no') }",
  );
  await expect(lambda.invoke("failing", {})).rejects.toMatchObject({
    failure: { errorType: "TypeError", errorMessage: "no", trace: expect.arrayContaining(["TypeError: no"]) },
  });
  await expect(lambda.invoke("failing", { exit: 3 })).rejects.toMatchObject({
    failure: {
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
    },
  });
});

it("invocations that wait are served in the order in which they came, even where a sandbox dies in between", async () => {
  deploy(
    "queued",
    "export const handler = (event) => { if (event === 'exit') process.exit(1); return event }",
  );
  const order: unknown[] = [];
  const calls = [1, "exit", 2, 3].map((event) =>
    lambda.invoke("queued", event).then(
      (answer) => order.push(answer),
      () => order.push("died"),
    ),
  );
  await Promise.all(calls);
  expect(order).toEqual([1, "died", 2, 3]);
});

it("a new sandbox starts at once while the old one is being killed", async () => {
  deploy("killed", "let calls = 0; export const handler = () => ++calls");
  expect([await lambda.invoke("killed", {}), await lambda.invoke("killed", {})]).toEqual([1, 2]);
  const killing = lambda.kill("killed");
  expect(await lambda.invoke("killed", {})).toBe(1);
  await killing;
});

it("a sandbox that ended by an error outside the handler is not reused", async () => {
  deploy(
    "late",
    "export const handler = (event) => { if (!event.fail) return 'ok'; setImmediate(() => { throw new Error('late') }); return new Promise(() => {}) }",
  );
  const [failed, next] = await Promise.allSettled([
    lambda.invoke("late", { fail: true }),
    lambda.invoke("late", {}),
  ]);
  expect(failed).toMatchObject({ status: "rejected", reason: { failure: { errorMessage: "late" } } });
  expect(next).toEqual({ status: "fulfilled", value: "ok" });
});

it("invocations that wait are refused when the service stops", async () => {
  const service = new LambdaService(clock, () => {});
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:none";
  const limits = { memoryMb: 128, timeoutSeconds: 20, environment: {}, concurrency: 0 };
  service.add({ name: "none", arn, directory, ...limits });
  const waiting = expect(service.invoke("none", {})).rejects.toMatchObject({
    failure: { errorType: "Lambda.ServiceException" },
  });
  await service.stop();
  await waiting;
});
