/** Starts the system as `npm start -- --json` does, on free ports, and ends it. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Endpoints {
  api: string;
  aws: string;
  carrier: string;
  apiKey: string;
}

export interface LocalEndpoints extends Endpoints {
  console: string;
}

export async function startSystem(
  root: string,
): Promise<{ endpoints: LocalEndpoints; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [`${root}/infra/local/start.ts`, "--json"], {
    cwd: root,
    env: { ...process.env, API_PORT: "0", AWS_PORT: "0", CARRIER_PORT: "0", CONSOLE_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const ready = new Promise<LocalEndpoints>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) =>
      resolve(JSON.parse(line) as LocalEndpoints),
    );
    child.once("exit", (status) =>
      reject(new Error(`the system ended with status ${status} before it was ready`)),
    );
  });
  const endpoints = await ready;
  return {
    endpoints,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
