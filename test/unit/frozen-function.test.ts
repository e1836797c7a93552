/** A function that Lambda froze between two sends, while the provider closed its connection. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { PublishCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { postToGraph } from "../../functions/channels/graph-api.ts";
import { createSnsCaller } from "../../functions/channels/sns.ts";

/** SNS and the Graph API in a thread of its own, which goes on while the function is frozen: it resets a connection that idles for 50 ms. */
const provider = `
const { createServer } = require("node:http");
const { parentPort } = require("node:worker_threads");
let connections = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const isGraph = request.url.startsWith("/v");
    response.writeHead(200, { "content-type": isGraph ? "application/json" : "text/xml" });
    response.end(isGraph ? JSON.stringify({ connections }) : "<PublishResponse><PublishResult><MessageId>connection " + connections + "</MessageId></PublishResult></PublishResponse>");
    setTimeout(() => request.socket.resetAndDestroy(), 50);
  });
});
server.keepAliveTimeout = 0;
server.on("connection", () => connections++);
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

let worker: Worker;
beforeAll(async () => {
  worker = new Worker(provider, { eval: true });
  const [port] = await once(worker, "message");
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await worker.terminate();
});

/** Nothing of this thread runs meanwhile, and the clock says a minute later. */
function freeze(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  const later = Date.now() + 60_000;
  vi.spyOn(Date, "now").mockReturnValue(later);
}

it("asks the Graph API on a new connection after it was frozen", async () => {
  const settings = { graphApiUrl: process.env.AWS_ENDPOINT_URL ?? "", graphApiVersion: "v26.0" };
  const post = () =>
    postToGraph({
      provider: "Meta",
      context: { settings, secrets: { accessToken: "token" } },
      path: "page/messages",
      body: {},
      identity: "page",
      meaningOf: () => {
        throw new Error("no error is expected");
      },
    });
  await post();
  freeze();
  expect(await post()).toEqual({ connections: expect.any(Number) });
});

it("sends on a new connection after it was frozen, and on the same one while sends follow each other", async () => {
  const call = createSnsCaller();
  const publish = () => call(new PublishCommand({ PhoneNumber: "+447123123123", Message: "Hello" }));
  const ids: (string | undefined)[] = [];
  for (let send = 0; send < 3; send++) ids.push((await publish()).MessageId);
  expect(new Set(ids).size).toBe(1);
  freeze();
  expect(ids).not.toContain((await publish()).MessageId);
});
