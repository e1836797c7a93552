/** `npm start`: what a person meets who starts it wrongly, each with its cause and its remedy. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { explainSynthesis, readContext } from "../../../infra/local/assembly.ts";
import { Stack, type Template } from "../../../infra/local/cloudformation.ts";
import { explainStart, portFault } from "../../../infra/local/start-error.ts";
import { start } from "./command.ts";

const run = (args: string[], environment: Record<string, string> = {}) =>
  start("../local/start", args, { environment }).ended;

it.each([
  [["--fast"], {}, "Unknown option '--fast'"],
  [["once"], {}, 'unknown argument "once"'],
  [[], { API_PORT: "http" }, 'API_PORT is "http": set it to a port number, or to 0 for a free one'],
])(
  "`npm start` with %j and the environment %j says what is wrong and what would be right",
  async (args, environment, said) => {
    const { status, stderr } = await run(args, environment);
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain("npm start -- [--once | --json | --watch] [--open]");
  },
);

it("a port that is in use is reported after a wait, with how to choose another", async () => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  const { port } = taken.address() as AddressInfo;
  const free = { API_PORT: "0", CARRIER_PORT: "0", CONSOLE_PORT: "0" };
  const { status, stdout, stderr } = await run(["--once"], { ...free, AWS_PORT: String(port) });
  taken.close();
  expect(stdout).toContain("… starting the system\n");
  expect(stderr).toContain(
    `AWS_PORT: port ${port} is in use: stop the program that uses it, or set AWS_PORT=0 for a free port`,
  );
  expect(stderr).not.toMatch(/^ +at /m);
  expect(status).toBe(1);
});

it("a port that is in use and one that is not allowed are reported as such", () => {
  expect(portFault("API_PORT", 80, "EACCES")).toMatch(/may not listen on port 80: use one above 1023/);
  expect(portFault("API_PORT", 80, "EADDRINUSE")).toMatch(/port 80 is in use: stop the program that uses it/);
  expect(portFault("API_PORT", 80, "ENOTFOUND")).toBeUndefined();
});

it("a template that does not fit the local run is reported with what to do", () => {
  const template: Template = { Resources: {}, Outputs: { Odd: { Value: { "Fn::Cidr": ["10.0.0.0/8"] } } } };
  let met = "";
  try {
    expect(new Stack(template, "Odd", "http://api").outputs).toBeUndefined();
  } catch (error) {
    met = explainStart(error as Error);
  }
  expect(met).toMatch(
    /^the template uses Fn::Cidr, which the local runner does not know\n.*git diff infra cdk\.json/,
  );
  expect(explainStart(new Error("API_PORT: port 1 is in use"))).toBe("API_PORT: port 1 is in use");
});

it("a wrong setting is named without a stack trace, and a programming error keeps its stack trace", () => {
  const stack = "\n    at read (settings.ts:59:11)\n";
  const wrong = `settings.ts:59\n    throw new Error(\n\nError: context "retentionDays" (cdk.json): Invalid type${stack}`;
  const said = explainSynthesis(wrong);
  expect(said).toMatch(
    /^context "retentionDays" \(cdk\.json\): Invalid type; correct it in cdk\.json: `git diff/,
  );
  expect(said).not.toContain("settings.ts");
  expect(explainSynthesis(`TypeError: x is undefined${stack}`)).toContain("settings.ts:59");
});

it("`--help` shows the usage", async () => {
  expect(await run(["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("CONSOLE_PORT") });
});

const directory = mkdtempSync(join(tmpdir(), "start-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("a settings file that is missing or not JSON is named, with how to restore it", () => {
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
])("on Node.js %s the check before everything else exits with status %d", (version, status) => {
  const preload = `Object.defineProperty(process.versions, "node", { value: "${version}" })`;
  const code = `${preload}; require("./infra/check-node.cjs")`;
  const ended = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  expect(ended.status).toBe(status);
  if (status === 1) expect(ended.stderr).toMatch(/Node\.js 2\d\.\d+\.\d+ cannot run TypeScript.*npm ci/);
});

it("a start without the packages says how to install them", () => {
  const check = join(directory, "infra", "check-node.cjs");
  cpSync("infra/check-node.cjs", check);
  const { status, stderr } = spawnSync(process.execPath, [check], { encoding: "utf8" });
  expect(stderr).toBe("The packages are not installed: run `npm ci` first.\n");
  expect(status).toBe(1);
});
