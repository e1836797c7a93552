/**
 * A fifth channel, as functions/channels/README.md shows it: one file and one line, in a copy of the project. The schema, the
 * stack, the state machine, the webhook of its receipts, the API's document and the trace follow.
 */
import { execFileSync } from "node:child_process";
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
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CheckedFetch, checkedFetch } from "../contract/checked-fetch.ts";
import { eventually } from "./eventually.ts";
import { startSystem } from "./start-system.ts";

const root = resolve(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "fifth-channel-"));
/** What Telegram's and the client's servers got. */
const [sent, delivered]: [{ chat_id: string; text: string; payload: string }[], object[]] = [[], []];
const servers: Server[] = [];
let system: Awaited<ReturnType<typeof startSystem>>;
let ask: CheckedFetch;

async function startServer(answer: (body: string) => object): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.end(JSON.stringify(answer(body)));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  for (const part of ["functions", "infra", "cdk.json", "package.json", "package-lock.json"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  cpSync(join(root, "test/acceptance/fixtures/telegram.ts"), join(copy, "functions/channels/telegram.ts"));
  appendFileSync(join(copy, "functions/channels/enabled.ts"), 'export { telegram } from "./telegram.ts";\n');
  const settings = JSON.parse(readFileSync(join(copy, "cdk.json"), "utf8"));
  settings.context.telegramApiUrl = await startServer((body) => {
    const message_id = sent.push(JSON.parse(body));
    return { ok: true, result: { message_id } };
  });
  writeFileSync(join(copy, "cdk.json"), JSON.stringify(settings));
  system = await startSystem(copy);
  ask = await checkedFetch(system.endpoints.api);
});

afterAll(async () => {
  await system?.stop();
  for (const server of servers) server.close();
  rmSync(copy, { recursive: true, force: true });
});

const call = (method: string, path: string, body?: object) =>
  ask(path, {
    method,
    headers: { authorization: `Bearer ${system.endpoints.apiKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** The secret of the local run, as Telegram would send it. */
const post = (event: object, token = "local-telegram-secretToken") =>
  ask("/webhooks/telegram", {
    method: "POST",
    headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": token },
    body: JSON.stringify(event),
  });
const seconds = () => Math.floor(Date.now() / 1000);
const report = (messageId: string, status: string) => ({
  request_id: "1",
  payload: messageId,
  delivery_status: { status, updated_at: seconds() },
});

/** Sends, and waits until Telegram has it. */
async function send(to: object, rules: string[]): Promise<string> {
  const accepted = await call("POST", "/messages", { to, body: "Hello", rules });
  expect(accepted.status).toBe(201);
  const { messageId } = (await accepted.json()) as { messageId: string };
  await eventually(
    "the message",
    async () => sent,
    (all) => all.some(({ payload }) => payload === messageId),
  );
  return messageId;
}

interface Trace {
  status: string;
  channels: { channel: string; outcome: string; providerMessageId?: string }[];
}
const trace = async (messageId: string) =>
  (await (await call("GET", `/messages/${messageId}`)).json()) as Trace;
const statusOf = (messageId: string, status: string) =>
  eventually(
    `the status ${status}`,
    () => trace(messageId),
    (seen) => seen.status === status,
  );

describe("a fifth channel of one file and one line", () => {
  it("has a file that fits the contract", () => {
    const tsconfig = join(copy, "tsconfig.json");
    const files = ["functions/channels/telegram.ts"];
    writeFileSync(tsconfig, JSON.stringify({ extends: join(root, "tsconfig.json"), include: [], files }));
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", tsconfig], { stdio: "pipe" });
  });

  it("sends where the channel before it has no address, and is delivered when its webhook says so", async () => {
    const messageId = await send({ telegramId: "4711" }, ["sms", "telegram"]);
    expect(sent.at(-1)).toMatchObject({ chat_id: "4711", text: "Hello" });
    await statusOf(messageId, "sent");
    expect((await post(report(messageId, "delivered"))).status).toBe(200);
    expect(await statusOf(messageId, "delivered")).toMatchObject({
      channels: [
        {
          channel: "sms",
          outcome: "skipped",
          code: "no_address",
          reason: "no phoneNumber in `to` or the profile",
        },
        { channel: "telegram", outcome: "delivered", providerMessageId: `${sent.length}` },
      ],
    });
    expect((await post(report(messageId, "read"))).status).toBe(200);
    expect(await statusOf(messageId, "read")).toMatchObject({ status: "read" });
  });

  it("refuses a webhook that has not its secret, or a form that nobody knows", async () => {
    const messageId = await send({ telegramId: "4712" }, ["telegram"]);
    for (const token of ["", "local-telegram-secretTokem", "local-telegram-secretToken2"])
      expect((await post(report(messageId, "expired"), token)).status).toBe(401);
    expect((await post({ hello: "there" })).status).toBe(400);
    expect((await post(report(messageId, "delivered"))).status).toBe(200);
    await statusOf(messageId, "delivered");
  });

  it("goes on to the next channel when its webhook says that it failed", async () => {
    const messageId = await send({ telegramId: "4713", phoneNumber: "+447123123713" }, ["telegram", "sms"]);
    expect((await post(report(messageId, "expired"))).status).toBe(200);
    expect(await statusOf(messageId, "delivered")).toMatchObject({
      channels: [
        { channel: "telegram", outcome: "failed", error: { name: "Undeliverable", code: "expired" } },
        { channel: "sms", outcome: "delivered" },
      ],
    });
  });

  it("publishes to the client what the customer answers", async () => {
    const url = await startServer((body) => {
      delivered.push(JSON.parse(body));
      return {};
    });
    expect((await call("PUT", "/webhook", { url, events: ["message.inbound"] })).status).toBe(200);
    const messageId = await send({ telegramId: "4714" }, ["telegram"]);
    const message = { message_id: 900, date: seconds() + 1, chat: { id: 4714 }, text: "Thank you" };
    expect((await post({ update_id: 1, message })).status).toBe(200);
    const [event] = await eventually(
      "the answer",
      async () => delivered,
      ({ length }) => length > 0,
    );
    expect(event).toMatchObject({
      type: "message.inbound",
      subject: messageId,
      data: { channel: "telegram", matchedBy: "latest", content: { type: "text", text: "Thank you" } },
    });
  });

  it("is described by the API's document", async () => {
    const document = await (await ask("/openapi.json")).json();
    expect(document).toMatchObject({
      paths: { "/webhooks/telegram": { post: { security: [{ telegramToken: [] }] } } },
      components: {
        schemas: { TelegramEvent: { type: "object" } },
        securitySchemes: { telegramToken: { in: "header", name: "X-Telegram-Bot-Api-Secret-Token" } },
      },
    });
    expect(document).not.toHaveProperty(["paths", "/webhooks/telegram", "get"]);
  });

  it("refuses a text that is too long for it", async () => {
    const message = { to: { telegramId: "4711" }, body: "x".repeat(4097), rules: ["telegram"] };
    expect((await call("POST", "/messages", message)).status).toBe(400);
  });
});
