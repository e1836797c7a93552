/** `npm run dev`: a change of a source is there at once, and what the system has stays. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { copyOfTree } from "../../mutants/copy-of-tree.ts";

let copy: Awaited<ReturnType<typeof copyOfTree>>;
let dev: ChildProcess;
let output = "";
let api = "";
let messageId = "";

const printed = (text: string | RegExp) =>
  vi.waitFor(
    () => {
      expect(output).toMatch(text);
    },
    { timeout: 200_000, interval: 50 },
  );

beforeAll(async () => {
  copy = await copyOfTree();
  dev = spawn(process.execPath, [join(copy.path, "infra/local/start.ts"), "--watch"], {
    cwd: copy.path,
    env: { ...process.env, API_PORT: "0", AWS_PORT: "0", CARRIER_PORT: "0", CONSOLE_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  dev.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await printed("Watching functions and infra.");
  api = /API +(http\S+)/.exec(output)?.[1] ?? "";
  messageId = /\/messages\/([\da-f-]{36})/.exec(output)?.[1] ?? "";
}, 240_000);
afterAll(async () => {
  const ended = once(dev, "exit");
  dev.kill();
  await ended;
  await copy.remove();
});

function change(file: string, from: string, to: string): void {
  const path = join(copy.path, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  output = "";
  writeFileSync(path, text.replace(from, to));
}
const get = async (path: string) =>
  (await fetch(`${api}${path}`, { headers: { authorization: "Bearer local" } })).json();
const plan = async () => {
  const response = await fetch(`${api}/messages`, {
    method: "POST",
    headers: { authorization: "Bearer local" },
    body: JSON.stringify({ body: "Hello", to: { phoneNumber: "447123123123" }, rules: ["sms"] }),
  });
  return ((await response.json()) as { plan: { hops: unknown } }).plan.hops;
};

it("a changed function answers anew, of the messages from before, and no other function starts anew", async () => {
  change("functions/api/get-message.ts", "...traceOf(message),", "...traceOf(message), isChanged: true,");
  await printed("reloaded get-message (functions/api/get-message.ts)\n");
  expect(await get(`/messages/${messageId}`)).toMatchObject({
    messageId,
    status: "delivered",
    isChanged: true,
  });
}, 240_000);

it("a function that cannot be bundled is reported with its line, and the old code stays", async () => {
  change("functions/api/get-message.ts", "...traceOf(message), isChanged: true,", "...traceOf(message), (");
  await printed(/the old code stays: .*\n*functions\/api\/get-message\.ts:\d+:\d+: ERROR: /);
  expect(await get(`/messages/${messageId}`)).toMatchObject({ messageId, isChanged: true });
  change("functions/api/get-message.ts", "...traceOf(message), (", "...traceOf(message),");
  await printed("reloaded get-message");
  expect(await get(`/messages/${messageId}`)).not.toHaveProperty("isChanged");
}, 240_000);

it("a changed setting is deployed in place", async () => {
  expect(await plan()).toMatchObject([{ channel: "sms", timeoutSeconds: 600 }]);
  change("cdk.json", '"windows": {}', '"windows": { "sms": 120 }');
  await printed(/redeployed .* \(cdk\.json\)\n/);
  expect(await plan()).toMatchObject([{ channel: "sms", timeoutSeconds: 120 }]);
  expect(await get(`/messages/${messageId}`)).toMatchObject({ messageId, status: "delivered" });
}, 240_000);

it("what cannot be changed while it runs is named, and so is the local run's own code", async () => {
  change("infra/queues.ts", "QueueEncryption.SQS_MANAGED", "QueueEncryption.UNENCRYPTED");
  await printed(/restart `npm run dev` for \w*Queue.* \(infra\/queues\.ts\): nothing was redeployed\n/);
  change("infra/local/deploy.ts", "/** Different for each channel", "/** Another one for each channel");
  await printed("restart `npm run dev` for infra/local/deploy.ts: the local run itself was changed\n");
}, 240_000);
