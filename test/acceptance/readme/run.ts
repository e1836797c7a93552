/** Runs a command of the README in a shell, on the system of the suite; or says what cannot be run here of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { tableNamed } from "../deployed.ts";
import { api, apiKey, aws, awsConfiguration, carrier } from "../service.ts";
import { root } from "./examples.ts";

const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
export const scriptOf = (name: string): string | undefined => scripts[name];

/** These end by themselves and change nothing but what the suite throws away. */
const runHere = ["send", "dlq", "keys", "budgets"];
/** The table of each, where a command names one. */
const tables: Readonly<Record<string, string>> = { keys: "ApiKeys", budgets: "Clients" };

export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

export async function shell(command: string, directory: string): Promise<Ended> {
  const child = spawn("sh", ["-c", command], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      AWS_ENDPOINT_URL: aws,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[status], stdout, stderr] = await Promise.all([
    once(child, "close"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status: Number(status), stdout, stderr };
}

/** An API's path may name its stage, `$default`. */
const inShell = (url: string) => url.replaceAll("$", "\\$");

/** The same command with the addresses of the suite's system and, for each `…`, what belongs there. */
export function curlHere(command: string): string {
  return command
    .replace(/^curl /, "curl -sS --fail-with-body ")
    .replaceAll("localhost:3000", () => inShell(api.replace("http://", "")))
    .replaceAll("localhost:3001", new URL(carrier).host)
    .replaceAll("Bearer local", `Bearer ${apiKey}`);
}

/** Undefined where it is not run here. */
export async function npmRunHere(command: string): Promise<string | undefined> {
  const [, name = ""] = /\bnpm run (\S+)/.exec(command) ?? [];
  if (!runHere.includes(name)) return undefined;
  const { QueueUrls = [] } = await new SQSClient(awsConfiguration).send(new ListQueuesCommand({}));
  const queue = QueueUrls.find((url) => /MessagesQueue/.test(url)) ?? "";
  const file = resolve(root, (scriptOf(name) ?? "").replace(/^node /, ""));
  const here = command
    .replace(/npm run \S+( --)?/, `"${process.execPath}" "${file}"`)
    .replace("https://sqs.…", queue)
    .replace("https://…", () => inShell(api))
    .replace("API_KEY=…", `API_KEY=${apiKey}`)
    .replace("--table …", () => `--table ${tableNamed(tables[name] ?? "")}`);
  if (here.includes("…"))
    throw new Error(`test/acceptance/readme/run.ts knows nothing to put for … in: ${command}`);
  return here;
}
