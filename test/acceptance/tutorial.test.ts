/** The tutorial from its first command to the last one before the deployment, in one shell, as its reader types them. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Command, commandsOf, pageAt, withGaps } from "../pages/pages.ts";
import { curlHere, openShell } from "./pages/run.ts";
import { advanceClock, carrier } from "./service.ts";

const path = "infra/local/TUTORIAL.md";
const directory = mkdtempSync(join(tmpdir(), "tutorial-"));
const session = openShell(directory);
beforeAll(async () => {
  await fetch(`${carrier}/carrier`, { method: "DELETE" });
});
afterAll(() => {
  session.end();
  rmSync(directory, { recursive: true, force: true });
});

/** The suite's system stands for `npm start`; what is for an AWS account is held against the template in pages.test.ts. */
const isElsewhere = ({ command }: Command) => /^(npm|npx|aws) /.test(command);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

it("each command does what the page says", async () => {
  const port = String(await freePort());
  let messageId = "";
  const steps = commandsOf(pageAt(path)).filter((step) => !isElsewhere(step));
  expect(steps.length).toBeGreaterThan(10);
  for (const { command, line, answer } of steps) {
    const [, advanceMs] = /"advanceMs": (\d+)/.exec(command) ?? [];
    // The test ends here where nobody can move the clock.
    if (advanceMs !== undefined && process.env.API_URL) await advanceClock(Number(advanceMs));
    const here = curlHere(command)
      .replaceAll("9000", port)
      .replace(/^MESSAGE=…$/, `MESSAGE=${messageId}`);
    const isRepeatable = /^(curl localhost:\S+( -H '[^']*')?|grep .*)$/.test(command);
    const look = async () => {
      const { status, stdout, stderr } = await session.run(here);
      expect(status, `${path}:${line}: ${command}\n${stdout}${stderr}`).toBe(0);
      if (answer === undefined) return;
      const given = JSON.parse(stdout);
      if (!isRepeatable && typeof given.messageId === "string") messageId = given.messageId;
      const shown = withGaps(JSON.parse(answer.text), expect) as object;
      expect(given, `${path}:${answer.line}`).toMatchObject(shown);
    };
    await (isRepeatable ? vi.waitFor(look, { timeout: 20_000, interval: 100 }) : look());
  }
});
