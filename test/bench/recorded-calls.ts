/**
 * What each function is asked and what it is answered: one tour through the local run wakes every function, and its first
 * event and the answers of AWS and Meta to it are kept. `serveRecorded` gives those answers again, at once.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { type BenchSystem, type Customer, newCustomer, startBenchSystem } from "./bench-system.ts";
import { messageTo, scenarioOf, scenarios } from "./scenarios.ts";
import type { Exchange } from "./watch-http.ts";
import { accepted, batch, queue } from "./ways-in.ts";

interface Answer {
  status: number;
  body: Buffer;
}
export interface Recording {
  /** By the function's name. */
  events: ReadonlyMap<string, unknown>;
  /** By caller and call. */
  answers: ReadonlyMap<string, Answer[]>;
  /** The AWS services that the function called. */
  services: ReadonlyMap<string, ReadonlySet<string>>;
  functions: BenchSystem["functions"];
  /** The AWS endpoint as the functions' variables name it. */
  aws: string;
}

export type Tour = (system: BenchSystem) => Promise<void>;

export async function record(tour: Tour = wholeTour): Promise<Recording> {
  const events = new Map<string, unknown>();
  const answers = new Map<string, Answer[]>();
  const services = new Map<string, Set<string>>();
  const system = await startBenchSystem({
    onInvocation({ functionName, payload }) {
      if (!events.has(functionName)) events.set(functionName, payload);
    },
    onExchange(exchange) {
      const { caller, service, key } = nameOf(exchange);
      answers.set(key, [
        ...(answers.get(key) ?? []),
        { status: exchange.status, body: exchange.responseBody },
      ]);
      if (caller !== "") services.set(caller, (services.get(caller) ?? new Set()).add(service));
    },
    onLog: () => {},
  });
  try {
    await tour(system);
    const { functions, aws } = system;
    return { events, answers, services, functions, aws };
  } finally {
    await system.stop();
  }
}

/** Each channel delivers, none does, and every route of the API is called. */
async function wholeTour(system: BenchSystem): Promise<void> {
  const customer: Customer = newCustomer();
  const sent: string[] = [];
  for (const scenario of scenarios) {
    const to = newCustomer(scenario.phones);
    await system.setPhones(to);
    sent.push(v.parse(accepted, await system.post("/messages", messageTo(to, scenario))).messageId);
    await system.settled();
  }
  const { phoneNumber } = customer.to;
  await system.post("/messages", { to: { phoneNumber }, body: "Hello", rules: ["rcs"] });
  await system.post("/messages", {
    to: { email: "anna@example.com" },
    title: "Hello",
    body: "Hello",
    rules: ["email"],
  });
  await system.post("/cpaas/messages", { to: { phoneNumber }, body: "Hello", rules: ["sms"] });
  await system.settled();
  const headers = { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" };
  const call = (method: string, path: string, body?: object) =>
    fetch(`${system.api}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  for (const way of [batch(system), queue(system)])
    await way?.send([messageTo(newCustomer(), scenarioOf("sms"))]);
  await system.settled();
  await call("PUT", "/webhook", { url: await receiverUrl() });
  await system.post("/messages", messageTo(newCustomer(), scenarioOf("sms")));
  await system.settled();
  await call("PUT", "/profiles/anna", customer.to);
  await call("GET", "/profiles/anna");
  await call("GET", "/openapi.json");
  await call("PUT", "/rules/cheap", { prefer: "cost", channels: ["fbMessenger", "sms"] });
  await call("PUT", "/settings", { defaultCountry: "GB" });
  await call("GET", `/messages?phoneNumber=${encodeURIComponent(phoneNumber)}`);
  await call("GET", `/messages/${sent[0]}`);
  await call("POST", `/messages/${sent[0]}/redact`);
  await call("DELETE", `/messages/${sent[0]}`);
  await system.settled();
}

/** A client's receiver: also there while the calls are given again. It holds no process back. */
async function receiverUrl(): Promise<string> {
  const receiver = createServer((_, response) => response.writeHead(204).end()).unref();
  await new Promise<void>((resolve) => receiver.listen(0, "localhost", resolve));
  return `http://localhost:${(receiver.address() as AddressInfo).port}/`;
}

function nameOf({
  headers,
  method,
  path,
  requestBody,
}: Pick<Exchange, "headers" | "method" | "path" | "requestBody">) {
  const [, caller = "", service = ""] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  if (caller === "") return { caller, service, key: `${method} ${path}` };
  const action = headers["x-amz-target"] ?? new URLSearchParams(requestBody.toString()).get("Action");
  return { caller, service, key: `${caller} ${service} ${action}` };
}

export interface RecordedServer {
  url: string;
  /** The next call of each kind gets the first answer again. */
  rewind: () => void;
  stop: () => void;
}

/** Some calls are made for one message in ten: what they ask for is not there, what they write is written. */
const unrecorded = (key: string): Answer | undefined =>
  / dynamodb DynamoDB_\d+\.(GetItem|PutItem|UpdateItem)$/.test(key)
    ? { status: 200, body: Buffer.from("{}") }
    : undefined;

export async function serveRecorded({ answers }: Pick<Recording, "answers">): Promise<RecordedServer> {
  const given = new Map<string, number>();
  const server: Server = createServer(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const { headers, method = "", url: path = "" } = request;
    const { key } = nameOf({ headers, method, path, requestBody: Buffer.concat(parts) });
    const recorded = answers.get(key) ?? [];
    const index = given.get(key) ?? 0;
    given.set(key, index + 1);
    const answer = recorded[index] ?? recorded.at(-1) ?? unrecorded(key);
    if (answer === undefined) response.writeHead(501).end(`{"__type":"NotRecorded","message":"${key}"}`);
    else
      response
        .writeHead(answer.status, { "content-type": headers["content-type"] ?? "application/json" })
        .end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rewind: () => given.clear(),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
