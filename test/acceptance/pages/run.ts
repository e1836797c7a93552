/** Runs a command of a page in a shell, on the system of the suite; or says what cannot be run here of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, dirname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { root } from "../../pages/pages.ts";
import { tableNamed } from "../deployed.ts";
import { api, apiKey, aws, awsConfiguration, carrier } from "../service.ts";

const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
export const scriptOf = (name: string): string | undefined => scripts[name];

/** These end by themselves and change nothing but what the suite throws away. */
const runHere = ["send", "dlq", "keys", "budgets"];
/** The table of each, which is otherwise found by the stack's outputs. */
const tables: Readonly<Record<string, string>> = { keys: "ApiKeys", budgets: "Clients" };

export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

const environment = (directory: string) => ({
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  HOME: directory,
  AWS_ENDPOINT_URL: aws,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});

export async function shell(command: string, directory: string): Promise<Ended> {
  const child = spawn("sh", ["-c", command], {
    cwd: directory,
    env: environment(directory),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[status], stdout, stderr] = await Promise.all([
    once(child, "close"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status: Number(status), stdout, stderr };
}

export interface ShellSession {
  run: (command: string) => Promise<Ended>;
  end: () => void;
}

/** One shell for many commands, as a reader has it: what one sets or starts is there for the next. */
export function openShell(directory: string): ShellSession {
  const child = spawn("sh", [], { cwd: directory, env: environment(directory), stdio: "pipe" });
  const seen = { stdout: "", stderr: "" };
  let look = () => {};
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      seen[name] += chunk;
      look();
    });
  return {
    run: (command) =>
      new Promise((resolveEnded) => {
        Object.assign(seen, { stdout: "", stderr: "" });
        look = () => {
          const ended = /^(.*)\0(\d+)\n$/s.exec(seen.stdout);
          if (ended === null) return;
          look = () => {};
          resolveEnded({ status: Number(ended[2]), stdout: ended[1] ?? "", stderr: seen.stderr });
        };
        child.stdin.write(`${command}\nprintf '\\0%d\\n' $?\n`);
      }),
    end: () => child.kill(),
  };
}

/** An API's path may name its stage, `$default`. */
const inShell = (url: string) => url.replaceAll("$", "\\$");

/** The same command with the addresses of the suite's system. */
export function curlHere(command: string): string {
  return command
    .replace(/^curl /, "curl -sS --fail-with-body ")
    .replaceAll("localhost:3000", () => inShell(api.replace("http://", "")))
    .replaceAll("localhost:3001", new URL(carrier).host)
    .replaceAll("Bearer local", `Bearer ${apiKey}`);
}

/** With what belongs in the place of each `…`; undefined where it is not run here. */
export async function npmRunHere(command: string): Promise<string | undefined> {
  const [, name = ""] = /\bnpm run (\S+)/.exec(command) ?? [];
  if (!runHere.includes(name)) return undefined;
  const { QueueUrls = [] } = await new SQSClient(awsConfiguration).send(new ListQueuesCommand({}));
  const queue = QueueUrls.find((url) => /MessagesQueue/.test(url)) ?? "";
  const file = resolve(root, (scriptOf(name) ?? "").replace(/^(exec )?node /, ""));
  const table = tables[name];
  const here = command
    .replace(/npm run \S+( --)?/, `"${process.execPath}" "${file}"`)
    .replace("https://sqs.…", queue)
    .replace("https://…", () => inShell(api))
    .replace("API_KEY=…", `API_KEY=${apiKey}`)
    .concat(table === undefined ? "" : ` --table ${tableNamed(table)}`);
  if (here.includes("…"))
    throw new Error(`test/acceptance/pages/run.ts knows nothing to put for … in: ${command}`);
  return here;
}
