/** The console's server, over HTTP, with a service and a carrier that write down what they were asked. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import cdk from "../../../cdk.json" with { type: "json" };
import { shownMessage } from "../../../functions/domain/reporting/shown-message.ts";
import { type Clock, createClock } from "../../../infra/local/clock.ts";
import type { MessagePage, OrderResult } from "../../../infra/local/console/contract.ts";
import { type Console, createConsole } from "../../../infra/local/console/server.ts";
import { createStepFunctions, type StepFunctions } from "../../../infra/local/step-functions/index.ts";

import { itemOf, recordOf } from "./messages-of.ts";

interface Asked {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  body: string;
}
const asked: Asked[] = [];
let other: Server;
let clock: Clock;
let stepFunctions: StepFunctions;
let site: Console;
let arrive: () => void = () => {};
let write: (item: object) => void = () => {};
let carrierState: Record<string, unknown[]> = { sms: [] };
const machines = ["One", "Another"].map((name) => ({
  name,
  arn: `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`,
}));

const phone = (address: string, at?: string) => ({
  address,
  registered: true,
  delivers: true,
  reads: false,
  delayMs: 0,
  fault: null,
  answer: null,
  laterAnswer: null,
  messages: at === undefined ? [] : [{ providerMessageId: "p1", body: "Hello", at }],
});

beforeAll(async () => {
  other = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method, url, headers } = incoming;
    if (url === "/openapi.json")
      return response.end(JSON.stringify({ openapi: "3.1.1", servers: [{ url: "/" }], paths: {} }));
    if (url === "/carrier/answers") return response.end('[{"name":"sms-Throttling"}]');
    if (url === "/carrier" && method === "GET") return response.end(JSON.stringify(carrierState));
    if (url?.startsWith("/carrier/sms/") && method === "GET") return response.end(JSON.stringify(phone("")));
    asked.push({ method, url, authorization: headers.authorization, body: Buffer.concat(chunks).toString() });
    response
      .writeHead(method === "DELETE" ? 204 : 201)
      .end(method === "DELETE" ? undefined : '{"messageId":"m1"}');
  });
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const page = mkdtempSync(join(tmpdir(), "console-page-"));
  const reference = ["reference.html", "reference.js", "reference.css"];
  for (const file of ["index.html", "console.js", "console.css", "icon.svg", ...reference])
    writeFileSync(join(page, file), file);
  clock = createClock();
  stepFunctions = createStepFunctions({ clock, invoke: async () => null });
  for (const machine of machines)
    stepFunctions.addStateMachine({
      ...machine,
      definition: JSON.stringify({
        StartAt: "Wait",
        States: { Wait: { Type: "Wait", Seconds: 60, End: true } },
      }),
    });
  site = await createConsole({
    clock,
    port: 0,
    page,
    stepFunctions,
    api: { url: otherUrl, apiKey: "the-key" },
    carrier: {
      url: otherUrl,
      onMessage: (listener) => {
        arrive = listener;
      },
    },
    messages: {
      onRecord: (listener) => {
        write = (item) => listener(recordOf(item));
      },
      get: async (messageId) => (messageId === "m1" ? shownMessage(itemOf({ messageId })) : undefined),
    },
    publishedEvents: { of: () => [], onChange: () => {} },
    facts: () => ({ prices: cdk.context.prices, windows: {}, absentChannels: {} }),
  });
});
afterAll(async () => {
  await site.stop();
  stepFunctions.stop();
  clock.stop();
  other.close();
});

/** In each machine by turns. */
let starts = 0;
const start = (name: string) =>
  stepFunctions.handle("StartExecution", {
    stateMachineArn: machines[starts++ % machines.length]?.arn,
    name,
    input: "{}",
  });

/** fetch lets nobody choose the Host. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(`${site.url}${path}`, { method, headers }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    call.on("error", reject).end();
  });
}

describe("the comparison of orders", () => {
  const compare = (query: string) => fetch(`${site.url}/api/comparison?${query}`);

  it("tries each order that is named, with the customers of the seed", async () => {
    const answer = await compare("order=whatsApp,sms&order=sms,whatsApp&seed=3");
    expect(answer.status).toBe(200);
    const results = (await answer.json()) as OrderResult[];
    expect(results.map(({ order, customers }) => [order, customers])).toEqual([
      [["whatsApp", "sms"], 200],
      [["sms", "whatsApp"], 200],
    ]);
    const [one] = (await (await compare("order=sms,whatsApp&seed=3")).json()) as OrderResult[];
    expect(one).toEqual(results[1]);
  });

  it.each([
    ["order=pigeon&seed=1", "must name channels of this deployment"],
    ["order=sms,sms&seed=1", "must name each channel once"],
    ["order=sms&order=sms&order=sms&seed=1", "must be given at most twice"],
    ["order=sms&seed=-1", ">=0"],
    ["order=sms", "seed"],
    ["seed=1", "order"],
  ])("refuses %s", async (query, said) => {
    const answer = await compare(query);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(said);
  });
});

describe("who may call the console server", () => {
  const port = () => new URL(site.url).port;

  it("the page may call it under either name of this machine", async () => {
    expect(await ask("/")).toMatchObject({ status: 200, text: "index.html" });
    expect(await ask("/", { host: `localhost:${port()}` })).toMatchObject({ status: 200 });
  });

  it.each(["/", "/api/list", "/api/live"])(
    "a host name that was made to resolve to this machine may not call %s",
    async (path) => {
      expect(await ask(path, { host: `rebound.example:${port()}` })).toMatchObject({ status: 403 });
      expect(await ask(path, { host: "127.0.0.1:1" })).toMatchObject({ status: 403 });
    },
  );

  it("another page may not call it", async () => {
    const { length } = asked;
    expect(await ask("/api/carrier", { origin: "http://evil.example" }, "DELETE")).toMatchObject({
      status: 403,
    });
    expect(await ask("/api/carrier", { origin: "null" }, "DELETE")).toMatchObject({ status: 403 });
    expect(
      await ask("/api/list", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }),
    ).toMatchObject({
      status: 403,
    });
    expect(asked).toHaveLength(length);
  });

  it("a link may lead to the page", async () => {
    const link = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect(await ask("/", link)).toMatchObject({ status: 200 });
  });

  it("the page runs nothing but its own files", async () => {
    const policy = String((await ask("/")).headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
  });
});

describe("the calls that the console server passes on", () => {
  it("a call to the service gets its API key on the server, not in the browser", async () => {
    const answer = await fetch(`${site.url}/api/messages`, { method: "POST", body: '{"body":"Hello"}' });
    expect(answer.status).toBe(201);
    expect(asked.at(-1)).toEqual({
      method: "POST",
      url: "/messages",
      authorization: "Bearer the-key",
      body: '{"body":"Hello"}',
    });
    expect(JSON.stringify([...answer.headers])).not.toContain("the-key");
  });

  it("a call to the carrier has no API key", async () => {
    expect((await fetch(`${site.url}/api/carrier`, { method: "DELETE" })).status).toBe(204);
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", url: "/carrier", authorization: undefined });
  });

  it("brings the catalogue of the carrier's answers", async () => {
    expect(await ask("/api/carrier/answers")).toMatchObject({
      status: 200,
      text: '[{"name":"sms-Throttling"}]',
    });
  });

  it("is no other call of the service", async () => {
    const { length } = asked;
    expect(await ask("/api/profiles/anna")).toMatchObject({ status: 404 });
    expect(await ask("/api/messages/%2e%2e", {}, "DELETE")).toMatchObject({ status: 404 });
    expect(asked).toHaveLength(length);
  });
});

describe("the messages of the console", () => {
  it("a page of messages is followed by the next one, and what is stored of one is read", async () => {
    for (const messageId of ["m1", "m2", "m3"]) write(itemOf({ messageId }));
    const page = async (query: string) => {
      const answer = (await (await fetch(`${site.url}/api/list${query}`)).json()) as MessagePage;
      return { ids: answer.messages.map(({ messageId }) => messageId), next: answer.next };
    };
    expect(await page("?limit=2")).toEqual({ ids: ["m3", "m2"], next: "m2" });
    expect(await page("?limit=2&after=m2")).toEqual({ ids: ["m1"] });
    expect((await fetch(`${site.url}/api/list?limit=many`)).status).toBe(400);
    expect(await (await fetch(`${site.url}/api/records/m1`)).json()).toMatchObject({
      trace: { messageId: "m1" },
    });
    expect((await fetch(`${site.url}/api/records/nobody`)).status).toBe(404);
  });
});

describe("the executions of the console", () => {
  it("an execution is shown with its history, and an unknown one is answered 404", async () => {
    await start("shown");
    const answer = await fetch(`${site.url}/api/executions/shown`);
    const { events, ...details } = (await answer.json()) as { events: { type: string }[] };
    expect(details).toMatchObject({ name: "shown", status: "RUNNING", input: "{}" });
    expect(events.map(({ type }) => type)).toEqual(["ExecutionStarted", "WaitStateEntered"]);
    expect((await fetch(`${site.url}/api/executions/nobody`)).status).toBe(404);
  });
});

describe("the phones of the console", () => {
  it("the phones asked for come first, then the others by their latest message", async () => {
    carrierState = {
      sms: [phone("+1", "2030-01-01T00:00:00Z"), phone("+2", "2030-01-03T00:00:00Z"), phone("+3")],
      whatsApp: [phone("+1", "2030-01-02T00:00:00Z")],
    };
    const answer = await fetch(`${site.url}/api/phones?phone=sms:${encodeURIComponent("1")}`);
    const { asked: named, others } = (await answer.json()) as Record<
      string,
      { channel: string; address: string }[]
    >;
    const list = (phones: typeof named) => phones?.map(({ channel, address }) => `${channel} ${address}`);
    expect(list(named)).toEqual(["sms 1"]);
    expect(list(others)).toEqual(["sms +2", "whatsApp +1", "sms +3"]);
  });
});

describe("the event stream of the console", () => {
  it("changes of messages, phones and the clock are sent as they happen", async () => {
    const reading = new AbortController();
    const answer = await fetch(`${site.url}/api/live`, { signal: reading.signal });
    const reader = (answer.body ?? new ReadableStream<Uint8Array>())
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let received = "";
    const untilReceived = async (what: string) => {
      while (!received.includes(what)) {
        const { done, value = "" } = await reader.read();
        if (done) throw new Error(`the news ended before ${what}`);
        received += value;
      }
    };
    await untilReceived('{"what":"clock","offsetMs":0}');
    await start("heard");
    await untilReceived('{"what":"messages","ids":["heard"]}');
    write(itemOf({ messageId: "written" }));
    await untilReceived('{"what":"messages","ids":["written"]}');
    carrierState = { sms: [phone("+9", "2030-02-01T00:00:00Z")] };
    arrive();
    await untilReceived('{"what":"phones"}');
    await clock.advance(3_600_000);
    await untilReceived('"offsetMs":3');
    reading.abort();
  });
});

describe("the API's document in the console", () => {
  it("the document is the service's own, with the local API as its server", async () => {
    const answer = (await (await fetch(`${site.url}/openapi.json`)).json()) as { servers: { url: string }[] };
    expect(answer).toMatchObject({ openapi: "3.1.1", servers: [{ url: expect.stringMatching(/^http:/) }] });
  });

  it("what is tried out goes to the API with the key that the page has, and to no other address", async () => {
    const headers = { authorization: "Bearer mine", "content-type": "application/json" };
    const options = { method: "POST", headers, body: '{"body":"Hello"}' };
    expect((await fetch(`${site.url}/reference/api/messages?a=b`, options)).status).toBe(201);
    expect(asked.at(-1)).toEqual({
      method: "POST",
      url: "/messages?a=b",
      authorization: "Bearer mine",
      body: '{"body":"Hello"}',
    });
    const { length } = asked;
    expect(await ask("/reference/api/messages", { origin: "http://evil.example" }, "POST")).toMatchObject({
      status: 403,
    });
    expect(asked).toHaveLength(length);
  });

  it("the page of the document loads nothing from other machines", async () => {
    const { status, headers, text } = await ask("/reference");
    expect([status, text]).toEqual([200, "reference.html"]);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*connect-src 'self'/);
    expect(await ask("/reference", { host: "rebound.example" })).toMatchObject({ status: 403 });
  });
});
