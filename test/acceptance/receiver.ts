/** A client's receiver of webhooks, on this machine: answers what `status` says, and keeps what it took: events that fit the API's document. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { fetchContract } from "../contract/contract.ts";
import { api, timeNow } from "./service.ts";

export interface Told {
  id: string;
  type: string;
  subject: string;
  data: { sequence: number; client: string };
}

const contract = await fetchContract(api);

function documented(body: string): Told {
  const event = JSON.parse(body) as Told;
  const own: Record<string, string> = {
    "message.inbound": "InboundEvent",
    "consent.changed": "ConsentEvent",
  };
  const schema = own[event.type] ?? "MessageEvent";
  expect(contract.schemaErrors({ $ref: `#/components/schemas/${schema}` }, event), body).toEqual([]);
  return event;
}

export async function startReceiver() {
  const receiver = {
    status: 204,
    calls: 0,
    /** When each call came, by the system's clock, and its body. */
    at: [] as number[],
    bodies: [] as string[],
    accepted: [] as { headers: IncomingHttpHeaders; body: string }[],
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    receiver.calls += 1;
    receiver.at.push(await timeNow());
    receiver.bodies.push(body);
    if (receiver.status < 300) receiver.accepted.push({ headers: request.headers, body });
    response.writeHead(receiver.status, { location: "http://127.0.0.1:9/" }).end();
  });
  await new Promise<void>((listening) => server.listen(0, "localhost", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const events = () => receiver.accepted.map(({ body }) => documented(body));
  return Object.assign(receiver, {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    events,
  });
}
