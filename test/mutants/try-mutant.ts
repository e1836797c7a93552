/** Puts one mutant into a tree, runs its tests there, and takes it out again. */
import { spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { Mutant } from "./mutants.ts";

export interface Result {
  outcome: "killed" | "survived" | "not found" | "broken";
  /** The test that saw it, or what is wrong. */
  detail: string;
}

/** As vitest's reporter "json" writes it, as far as it is asked here. */
const report = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  testResults: v.array(
    v.object({
      message: v.optional(v.string(), ""),
      assertionResults: v.array(v.object({ status: v.string(), fullName: v.string() })),
    }),
  ),
});

/** The source with the mutant in it; undefined where its text is not there exactly once. */
export const mutated = (source: string, { find, replace }: Mutant): string | undefined =>
  source.split(find).length === 2 ? source.replace(find, () => replace) : undefined;

export async function tryMutant(tree: string, mutant: Mutant): Promise<Result> {
  const file = join(tree, mutant.file);
  const source = await readFile(file, "utf8");
  const text = mutated(source, mutant);
  if (text === undefined)
    return { outcome: "not found", detail: `${mutant.file} does not have its text exactly once` };
  await writeFile(file, text);
  try {
    return await runTests(tree, mutant.tests);
  } finally {
    await writeFile(file, source);
  }
}

export async function runTests(tree: string, tests: readonly string[]): Promise<Result> {
  const output = join(tree, "report.json");
  await rm(output, { force: true });
  const vitest = join(tree, "node_modules/vitest/vitest.mjs");
  const options = ["run", "--project", "unit", "--bail", "1", "--reporter", "json", "--outputFile", output];
  const printed = await run(process.execPath, [vitest, ...options, ...tests], tree);
  const text = await readFile(output, "utf8").catch(() => undefined);
  if (text === undefined) return { outcome: "broken", detail: printed.trim().slice(-200) };
  const { numPassedTests, numFailedTests, testResults } = v.parse(report, JSON.parse(text));
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === "failed");
  if (failed) return { outcome: "killed", detail: failed.fullName };
  // What cannot even be read, or has no tests, says nothing about the tests.
  if (numFailedTests === 0 && numPassedTests > 0) return { outcome: "survived", detail: tests.join(", ") };
  return {
    outcome: "broken",
    detail: testResults
      .map(({ message }) => message)
      .join(" ")
      .slice(0, 200),
  };
}

function run(command: string, given: string[], cwd: string): Promise<string> {
  const child = spawn(command, given, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      printed += data.toString();
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(printed));
  });
}
