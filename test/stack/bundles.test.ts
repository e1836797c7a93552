/** The bundles: an error is printed in lines of the sources, and one synthesis leaves those of another alone. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleDirectory } from "../../infra/bundle/bundles.ts";
import { stackIn, withContext } from "./synthesize.ts";

const directory = mkdtempSync(join(tmpdir(), "bundles-"));
const bundle = join(directory, "index.cjs");

beforeAll(() => {
  stackIn(withContext({}));
  cpSync(bundleDirectory("undeliverable"), directory, { recursive: true });
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Of a call that lacks the function's variables, in a fresh process as Lambda starts it. */
function stackOfFailure(): string {
  const script = `(async () => require(${JSON.stringify(bundle)}).handler({}))().catch(({ stack }) => console.log(stack))`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", env: {} });
  expect(stderr).toBe("");
  return stdout;
}

it("a bundle that exists is not written again, because another synthesis may be reading it", () => {
  const file = join(bundleDirectory("undeliverable"), "index.cjs");
  const before = statSync(file);
  stackIn(withContext({}));
  expect(statSync(file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
});

it("the stack of an error names the source files and their lines", () => {
  expect(stackOfFailure()).toMatch(
    /^Error: the environment variable \w+ is not set\n {4}at environment \(functions\/shared\/environment\.ts:\d+:\d+\)\n/,
  );
});

it("without its source map, the stack of an error has the positions in the bundle", () => {
  rmSync(`${bundle}.map`);
  expect(stackOfFailure()).toContain(`at environment (${bundle}:`);
});
