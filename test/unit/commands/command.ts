/** Runs a command as a child process, as `npm run` does. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
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
  ended: Promise<Ended>;
}

export interface Surroundings {
  environment?: Record<string, string>;
  input?: string;
  directory?: string;
}

export function start(
  command: string,
  args: string[],
  { environment = {}, input, directory }: Surroundings = {},
): Running {
  const file = fileURLToPath(new URL(`../../../infra/commands/${command}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env.PATH, HOME: "/nonexistent", ...environment },
    ...(directory ? { cwd: directory } : {}),
  });
  const closed = once(child, "close");
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  // A command that ends early does not read its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = closed.then(async ([status]) => ({
    status,
    stdout: await stdout,
    stderr: await stderr,
  }));
  return { child, ended };
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
