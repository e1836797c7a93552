/**
 * A fifth channel on the bench, as the README shows it: one file and one line, in a copy of the project. The schema, the
 * stack, the state machine and the trace follow.
 */
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkedFetch } from "../contract/checked-fetch.ts";
import { eventually } from "./eventually.ts";
import { startSystem } from "./start-system.ts";

const root = resolve(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "fifth-channel-"));
const received: unknown[] = [];
let provider: Server;
let system: Awaited<ReturnType<typeof startSystem>>;

beforeAll(async () => {
  provider = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    received.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end(JSON.stringify({ message_id: "pigeon-1" }));
  });
  await new Promise<void>((done) => provider.listen(0, "127.0.0.1", done));

  for (const part of ["functions", "infra", "cdk.json", "package.json", "package-lock.json"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  cpSync(join(root, "test/acceptance/fixtures/telegram.ts"), join(copy, "functions/channels/telegram.ts"));
  appendFileSync(join(copy, "functions/channels/enabled.ts"), 'export { telegram } from "./telegram.ts";\n');
  const settings = JSON.parse(readFileSync(join(copy, "cdk.json"), "utf8"));
  settings.context.telegramApiUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  writeFileSync(join(copy, "cdk.json"), JSON.stringify(settings));
  system = await startSystem(copy);
});

afterAll(async () => {
  await system?.stop();
  provider.close();
  rmSync(copy, { recursive: true, force: true });
});

it("a fifth channel needs one file and one line in the registry", async () => {
  const { api, apiKey } = system.endpoints;
  const ask = await checkedFetch(api);
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const post = (body: object) => ask("/messages", { method: "POST", headers, body: JSON.stringify(body) });

  const accepted = await post({ to: { telegramId: "4711" }, body: "Hello", rules: ["sms", "telegram"] });
  expect(accepted.status).toBe(201);
  const { messageId } = (await accepted.json()) as { messageId: string };
  const trace = async () =>
    (await (await ask(`/messages/${messageId}`, { headers })).json()) as { status: string };
  const current = await eventually("the end", trace, ({ status }) => status !== "processing");

  expect(current).toMatchObject({
    status: "sent",
    channels: [
      {
        channel: "sms",
        outcome: "skipped",
        code: "no_address",
        reason: "no phoneNumber in `to` or the profile",
      },
      { channel: "telegram", outcome: "sent", providerMessageId: "pigeon-1" },
    ],
  });
  expect(received).toEqual([{ chat_id: "4711", text: "Hello" }]);
  const refused = await post({ to: { telegramId: "4711" }, body: "x".repeat(4097), rules: ["telegram"] });
  expect(refused.status).toBe(400);
});
