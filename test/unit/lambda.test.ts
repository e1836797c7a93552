/** The local Lambda: what a function does wrong is reported as Lambda reports it, and takes nothing else down. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { LambdaService } from "../../infra/local/aws/lambda.ts";
import { createClock } from "../../infra/local/clock.ts";

const directory = mkdtempSync(join(tmpdir(), "lambda-"));
const clock = createClock();
const logged: string[] = [];
const lambda = new LambdaService(clock, (_, line) => logged.push(line));
let count = 0;

/** Makes a function of this source and answers its ARN. */
function deploy(
  source: string,
  changes: { timeoutSeconds?: number; concurrency?: number; environment?: Record<string, string> } = {},
) {
  count += 1;
  const bundle = mkdtempSync(join(directory, "bundle-"));
  writeFileSync(join(bundle, "index.mjs"), source);
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:f${count}`;
  lambda.add({
    name: `f${count}`,
    arn,
    directory: bundle,
    memoryMb: 128,
    timeoutSeconds: 20,
    environment: {},
    concurrency: 2,
    ...changes,
  });
  return arn;
}

afterAll(async () => {
  await lambda.stop();
  clock.stop();
  rmSync(directory, { recursive: true, force: true });
});

it("an invocation returns the function's result, with its own environment and no other", async () => {
  const arn = deploy(
    "export const handler = async (event) => ({ event, own: process.env.OWN, other: process.env.PATH ?? null })",
    {
      environment: { OWN: "1" },
    },
  );
  expect(await lambda.invoke(arn, { a: 1 })).toEqual({ event: { a: 1 }, own: "1", other: null });
});

it("a sandbox stays warm, even after an error, until it is killed", async () => {
  const arn = deploy(
    "let calls = 0; export const handler = (event) => { calls += 1; if (event.fail) throw new RangeError('no'); return calls }",
  );
  expect(await lambda.invoke(arn, {})).toBe(1);
  await expect(lambda.invoke(arn, { fail: true })).rejects.toMatchObject({
    failure: { errorType: "RangeError", errorMessage: "no" },
  });
  expect(await lambda.invoke(arn, {})).toBe(3);
  await lambda.kill(arn.split(":").at(-1) ?? "");
  expect(await lambda.invoke(arn, {})).toBe(1);
});

it.each([
  { what: "runs out of time", act: "return new Promise(() => {})", errorType: "Sandbox.Timedout" },
  { what: "never yields", act: "for (;;);", errorType: "Sandbox.Timedout" },
  { what: "exits", act: "process.exit(3)", errorType: "Runtime.ExitError" },
  {
    what: "runs out of memory",
    act: "const all = []; for (;;) all.push(new Array(1e5).fill('x' + all.length))",
    errorType: "Runtime.OutOfMemory",
  },
])(
  "a function that $what is reported as $errorType, and the next invocation is served",
  async ({ act, errorType }) => {
    const timeoutSeconds = errorType === "Sandbox.Timedout" ? 1 : 60;
    const arn = deploy(`export const handler = (event) => { if (event.ok) return "ok"; ${act} }`, {
      timeoutSeconds,
    });
    await expect(lambda.invoke(arn, {})).rejects.toMatchObject({ failure: { errorType } });
    expect(await lambda.invoke(arn, { ok: true })).toBe("ok");
  },
);

it("no more invocations run at once than the concurrency allows, and the others wait", async () => {
  const arn = deploy(
    "let running = 0; export const handler = async () => { running += 1; await new Promise((done) => setTimeout(done, 5)); const most = running; running -= 1; return most }",
    { concurrency: 1 },
  );
  expect(await Promise.all(Array.from({ length: 5 }, () => lambda.invoke(arn, {})))).toEqual([1, 1, 1, 1, 1]);
});

it("a function lives on the clock that tests move", async () => {
  const arn = deploy(
    "export const handler = () => [Date.now(), new Date().getTime(), new Date(5).getTime()]",
  );
  await clock.advance(3_600_000);
  const [now, constructed, given] = (await lambda.invoke(arn, {})) as [number, number, number];
  expect(now - Date.now()).toBeGreaterThan(3_500_000);
  expect(constructed - now).toBeLessThan(60_000);
  expect(given).toBe(5);
});

it("a function's output is passed on in Lambda's JSON log format", async () => {
  const prints = `
    console.log("hello", "log");
    console.warn({ text: "an object", count: 1 });
    process.stdout.write("as it is\\n");`;
  await lambda.invoke(
    deploy(
      `export const handler = async () => { ${prints} await new Promise((done) => setTimeout(done, 50)); }`,
    ),
    {},
  );
  const common = { timestamp: expect.stringMatching(/Z$/), requestId: expect.stringMatching(/^[\w-]{36}$/) };
  expect(logged.slice(0, 2).map((line) => JSON.parse(line))).toEqual([
    { ...common, level: "INFO", message: "hello log" },
    { ...common, level: "WARN", message: { text: "an object", count: 1 } },
  ]);
  expect(logged).toContain("as it is");
});
