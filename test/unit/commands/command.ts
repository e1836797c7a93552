/** Runs a command as a child process, as `npm run` does. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** Resolves when standard error has the text. */
  said: (part: string) => Promise<void>;
  ended: Promise<Ended>;
}

export interface Surroundings {
  environment?: Record<string, string>;
  input?: string;
  directory?: string;
}

/** One without anybody's credentials and settings. */
const home = mkdtempSync(join(tmpdir(), "home-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));

export function start(
  command: string,
  args: string[],
  { environment = {}, input, directory }: Surroundings = {},
): Running {
  const file = fileURLToPath(new URL(`../../../infra/commands/${command}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env.PATH, HOME: home, ...environment },
    ...(directory ? { cwd: directory } : {}),
  });
  const closed = once(child, "close");
  const stdout = text(child.stdout);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr += part;
  });
  // A command that ends early does not read its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return {
    child,
    async said(part) {
      while (!stderr.includes(part)) await once(child.stderr, "data");
    },
    ended: closed.then(async ([status]) => ({ status, stdout: await stdout, stderr })),
  };
}

export const run = (command: string, args: string[], surroundings?: Surroundings): Promise<Ended> =>
  start(command, args, surroundings).ended;

/** What the AWS SDK needs to speak to something on this machine. */
export const awsEnvironment = (port: number) => ({
  AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "commands-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

export function temporaryFile(name: string, content: string | Buffer): string {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, content);
  return file;
}

/** Lines of NDJSON, each another message. */
export const messageLines = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({ to: { phoneNumber: `44712${index}` }, body: "Hello", rules: ["sms"] }),
  );
