/** The typed client, on a server that answers as each test says. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createClient } from "../../functions/api/client/client.ts";
import { withRetries } from "../../functions/api/client/retries.ts";

interface Seen {
  method: string | undefined;
  path: string | undefined;
  authorization: string | undefined;
  key: unknown;
  body: string;
}
type Reply = (response: ServerResponse, seen: Seen) => void;

const reply =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(typeof body === "string" ? body : JSON.stringify(body));
const accepted = reply(201, { messageId: "m1", status: "processing", plan: { hops: [], skipped: [] } });
const busy = reply(503, { message: "Service Unavailable" }, { "retry-after": "0" });
const breaksOff: Reply = (response) => response.destroy();
const breaksOffLater: Reply = (response) => {
  response.writeHead(201, { "content-type": "application/json", "content-length": "100" });
  response.write("{", () => response.destroy());
};

/** The last reply is given to every further request. */
async function serve(...replies: [Reply, ...Reply[]]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const { authorization, "idempotency-key": key } = headers;
    const one = { method, path: url, authorization, key, body: await text(request) };
    const next = replies[Math.min(seen.push(one), replies.length) - 1];
    next?.(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stage/`, seen };
}

const body = { to: { phoneNumber: "447123123123" }, body: "Hello", rules: ["sms" as const] };

// No pause but the one that is asked for.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  return () => vi.restoreAllMocks();
});

describe("an idempotency key", () => {
  it("is made for a message, and is the same in each try", async () => {
    const { baseUrl, seen } = await serve(busy, breaksOff, breaksOffLater, accepted);
    const client = createClient({ baseUrl, apiKey: "k" });
    expect((await client.POST("/messages", { body })).data?.messageId).toBe("m1");
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map(({ key }) => key))).toEqual(new Set([expect.stringMatching(/^[\w-]{36}$/)]));
    expect(new Set(seen.map((one) => one.body))).toEqual(new Set([JSON.stringify(body)]));
    await client.POST("/messages", { body });
    expect(seen[4]?.key).not.toBe(seen[0]?.key);
  });

  it("that the caller gives is kept", async () => {
    const { baseUrl, seen } = await serve(accepted);
    const params = { header: { "Idempotency-Key": "order-1" } };
    await createClient({ baseUrl, apiKey: "k" }).POST("/messages", { body, params });
    expect(seen).toMatchObject([
      { method: "POST", path: "/stage/messages", authorization: "Bearer k", key: "order-1" },
    ]);
  });

  it("is made for each item of a batch that has none, and is the same in each try", async () => {
    const { baseUrl, seen } = await serve(busy, reply(202, { results: [] }));
    const items = [{ ...body, idempotencyKey: "order-1" }, body, body];
    await createClient({ baseUrl, apiKey: "k" }).POST("/messages/batch", { body: items });
    const [first, second] = seen.map((one) => JSON.parse(one.body));
    expect(second).toEqual(first);
    expect(first).toMatchObject(items);
    expect(new Set(first.map((item: { idempotencyKey: string }) => item.idempotencyKey)).size).toBe(3);
  });

  it("is left to the batch's own key, where it has one", async () => {
    const { baseUrl, seen } = await serve(reply(202, { results: [] }));
    const params = { header: { "Idempotency-Key": "b" } };
    await createClient({ baseUrl, apiKey: "k" }).POST("/messages/batch", { params, body: [body, body] });
    expect(seen).toMatchObject([{ key: "b", body: JSON.stringify([body, body]) }]);
  });

  it("is made for nothing else", async () => {
    const { baseUrl, seen } = await serve(reply(200, { hops: [], skipped: [] }));
    await createClient({ baseUrl, apiKey: "k" }).POST("/messages/plan", { body });
    expect(seen).toMatchObject([{ key: undefined, body: JSON.stringify(body) }]);
  });
});

describe("a refusal", () => {
  const refusal = async (...replies: [Reply, ...Reply[]]) => {
    const { baseUrl, seen } = await serve(...replies);
    const { error } = await createClient({ baseUrl, apiKey: "k" }).POST("/messages", { body });
    return { error, seen };
  };
  const problem = { type: "about:blank", title: "no", status: 422, errors: [] };

  it("is the API's problem details, after one try", async () => {
    const { error, seen } = await refusal(
      reply(422, problem, { "content-type": "application/problem+json" }),
    );
    expect(error).toEqual(problem);
    expect(seen).toHaveLength(1);
  });

  it.each([
    ["API Gateway", reply(403, { message: "Forbidden" }), { status: 403, title: "Forbidden" }],
    [
      "a proxy",
      reply(413, "<html>", { "content-type": "text/html" }),
      { status: 413, title: "Payload Too Large" },
    ],
    ["a proxy that says nothing", reply(405, ""), { status: 405, title: "Method Not Allowed" }],
    ["an address that has moved", reply(301, "", { location: "http://127.0.0.1:1" }), { status: 301 }],
  ])("of %s has the same form", async (_, answer, expected) => {
    const { error, seen } = await refusal(answer);
    expect(error).toMatchObject({ type: "about:blank", title: expect.any(String), errors: [], ...expected });
    expect(seen).toHaveLength(1);
  });

  it("is what the last of four tries was answered", async () => {
    const { error, seen } = await refusal(busy);
    expect(error).toMatchObject({ status: 503, title: "Service Unavailable" });
    expect(seen).toHaveLength(4);
  });
});

describe("a call is tried again", () => {
  const get = (method = "GET", path = "/messages/m1") => new Request(`http://api${path}`, { method });
  const answer = (status: number, retryAfter?: string) =>
    new Response("{}", {
      status,
      ...(retryAfter === undefined ? {} : { headers: { "retry-after": retryAfter } }),
    });

  /** How it ended, and the pauses before each further try. */
  async function tryOut(request: Request, ...answers: (Response | Error)[]) {
    const pauses: number[] = [];
    const send = async () => {
      const next = answers.shift();
      if (next instanceof Response) return next;
      throw next ?? new Error("a try too many");
    };
    const pause = async (milliseconds: number) => void pauses.push(milliseconds);
    const ended = await withRetries(send, { tries: 4, pause })(request).then(
      ({ status }) => status,
      ({ message }) => message,
    );
    return { ended, pauses };
  }

  it("after so long as Retry-After asks, in seconds or by a date", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2030-01-01T00:00:00Z") });
    onTestFinished(() => void vi.useRealTimers());
    const date = "Tue, 01 Jan 2030 00:00:07 GMT";
    const { ended, pauses } = await tryOut(
      get(),
      answer(429, "3"),
      answer(503, date),
      answer(503, "x"),
      answer(200),
    );
    expect([ended, pauses]).toEqual([200, [3000, 7000, 0]]);
  });

  it("not where it asks for more than a minute", async () => {
    expect(await tryOut(get(), answer(429, "61"))).toEqual({ ended: 429, pauses: [] });
  });

  it("after longer and longer, where nothing is asked", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { pauses } = await tryOut(
      get(),
      answer(500),
      new TypeError("fetch failed"),
      answer(504),
      answer(200),
    );
    expect(pauses).toEqual([1000, 2000, 4000]);
  });

  it("four times in all", async () => {
    const lost = new TypeError("fetch failed");
    expect(await tryOut(get(), lost, lost, lost, lost)).toEqual({ ended: "fetch failed", pauses: [0, 0, 0] });
  });

  it.each([400, 401, 403, 404, 409, 413, 422, 501])("but not after %i", async (status) => {
    expect(await tryOut(get(), answer(status))).toEqual({ ended: status, pauses: [] });
  });

  it("but not where a webhook's secret may have been in an answer that was lost", async () => {
    const put = () => get("PUT", "/stage/webhook");
    expect(await tryOut(put(), answer(429), answer(200))).toEqual({ ended: 200, pauses: [0] });
    expect(await tryOut(put(), answer(503))).toEqual({ ended: 503, pauses: [] });
    expect((await tryOut(put(), new Error("lost"))).ended).toBe("lost");
    expect((await tryOut(get("GET", "/webhook"), answer(503), answer(200))).ended).toBe(200);
  });

  it("but not once the caller has given up", async () => {
    const { baseUrl, seen } = await serve(reply(503, {}, { "retry-after": "60" }));
    const giving = new AbortController();
    const call = createClient({ baseUrl, apiKey: "k" }).GET("/webhook", { signal: giving.signal });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    giving.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    expect(seen).toHaveLength(1);
  });
});
