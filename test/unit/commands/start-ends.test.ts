/** `npm start` ends with what started it: no server stays behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { delimiter, dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, vi } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** In a process group of its own, which stands for a terminal's. */
async function startByNpm(): Promise<{ npm: ChildProcess; ports: number[] }> {
  const npm = spawn("npm", ["start", "--", "--json"], {
    cwd: root,
    detached: true,
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      ...{ API_PORT: "0", AWS_PORT: "0", CARRIER_PORT: "0", CONSOLE_PORT: "0" },
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: npm.stdout }))
    if (line.startsWith("{")) {
      const { api, aws, carrier, console: consolePage } = JSON.parse(line) as Record<string, string>;
      return { npm, ports: [api, aws, carrier, consolePage].map((url) => Number(new URL(url ?? "").port)) };
    }
  throw new Error("`npm start` ended before it was ready");
}

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

const processesOf = (group: number) => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

it.each([
  ["SIGTERM", "npm"],
  ["SIGINT", "npm"],
  ["SIGHUP", "npm"],
  ["SIGKILL", "npm"],
  ["SIGINT", "its whole group, as Ctrl-C in a terminal,"],
] as const)(
  "a %s to %s ends the server and every process that it started",
  async (signal, whom) => {
    const { npm, ports } = await startByNpm();
    const group = Number(npm.pid);
    try {
      expect(await Promise.all(ports.map(isOpen))).toEqual([true, true, true, true]);
      process.kill(whom === "npm" ? group : -group, signal);
      await vi.waitFor(
        async () => {
          expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false, false]);
          expect(processesOf(group)).toBe(false);
        },
        { timeout: 30_000, interval: 100 },
      );
      if (npm.exitCode === null && npm.signalCode === null) await once(npm, "exit");
    } finally {
      if (processesOf(group)) process.kill(-group, "SIGKILL");
    }
  },
  120_000,
);
