/** `npx fallback-routing`: every command by one name. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const run = (...args: string[]) =>
  spawnSync(
    process.execPath,
    [resolve(import.meta.dirname, "../../../infra/fallback-routing.cjs"), ...args],
    {
      encoding: "utf8",
    },
  );

it("one help names each command, and each has its own", () => {
  const { status, stdout } = run("--help");
  expect(status).toBe(0);
  const names = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name = ""]) => name);
  expect(names).toContain("trace");
  for (const name of names) {
    const own = run(name, "--help");
    expect([name, own.status, own.stdout]).toEqual([name, 0, expect.stringContaining("npm ")]);
  }
});

it("the exit status is the command's, and an unknown command is refused", () => {
  expect(run("trace")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("give one message id, phone number, profile or reference"),
  });
  expect(run("fly")).toMatchObject({ status: 2, stderr: expect.stringContaining('no command "fly"') });
});
