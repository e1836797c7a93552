/** `npm run verify -- stack` finds that the local run works. */
import { expect, it } from "vitest";
import { run } from "../unit/commands/command.ts";
import { allChannels, api, aws, carrier } from "./service.ts";

const portOf = (url: string) => new URL(url).port;
const environment = { API_PORT: portOf(api), AWS_PORT: portOf(aws), CARRIER_PORT: portOf(carrier) };

it("every check passes on the local run", async () => {
  const { status, stdout, stderr } = await run("verify", ["stack", "--local"], { environment });
  expect(stderr).toBe("");
  const marks = stdout
    .trim()
    .split("\n")
    .slice(0, -1)
    .map((line) => line[0]);
  expect(marks, stdout).toEqual(marks.map(() => "✓"));
  expect(stdout).toMatch(/a plan names the channels that the stack has: .*sms.*whatsApp/);
  for (const channel of allChannels) expect(stdout).toContain(`a message by ${channel} is delivered`);
  expect(stdout).toMatch(/\d+ passed, 0 failed, 0 skipped/);
  expect(status).toBe(0);
});
