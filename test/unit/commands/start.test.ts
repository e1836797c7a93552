/** `npm start`: what a person meets who starts it wrongly, each with its cause and its remedy. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readContext } from "../../../infra/local/assembly.ts";
import { start } from "./command.ts";

const run = (args: string[], environment: Record<string, string> = {}) =>
  start("../local/start", args, { environment }).ended;

it.each([
  [["--fast"], {}, "Unknown option '--fast'"],
  [["once"], {}, '"once" means nothing here'],
  [[], { API_PORT: "http" }, 'API_PORT is "http": set it to a port number, or to 0 for a free one'],
])("%j %j: says what is wrong and what would be right", async (args, environment, said) => {
  const { status, stderr } = await run(args, environment);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).toContain("npm start -- [--once | --json] [--open]");
});

it("explains itself", async () => {
  expect(await run(["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("CONSOLE_PORT") });
});

const directory = mkdtempSync(join(tmpdir(), "start-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("names the file of settings that is not there, or is no JSON, and how to have it back", () => {
  const file = join(directory, "cdk.json");
  expect(() => readContext(file)).toThrow(/there is no .*cdk\.json.*git checkout cdk\.json/);
  writeFileSync(file, '{"context": {');
  expect(() => readContext(file)).toThrow(/cannot be read as JSON.*git checkout cdk\.json/);
  writeFileSync(file, '{"context": {"smsSenderId": "ACME"}}');
  expect(readContext(file)).toEqual({ smsSenderId: "ACME" });
});

it.each([
  ["20.19.0", 1],
  ["22.17.1", 1],
  ["22.18.0", 0],
  ["24.1.0", 0],
])("Node.js %s is taken or refused before anything else: status %d", (version, status) => {
  const preload = `Object.defineProperty(process.versions, "node", { value: "${version}" })`;
  const code = `${preload}; require("./infra/check-node.cjs")`;
  const ended = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  expect(ended.status).toBe(status);
  if (status === 1) expect(ended.stderr).toMatch(/Node\.js 2\d\.\d+\.\d+ cannot run TypeScript.*npm ci/);
});
