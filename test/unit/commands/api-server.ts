/** A small HTTP server that plays the API's `POST /messages/batch`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export type Item = Record<string, unknown> & { idempotencyKey: string };
export interface ApiRequest {
  path: string;
  authorization: string | undefined;
  items: Item[];
}
export type ApiAnswer = { status: number; headers?: Record<string, string>; body?: unknown };

export const accepted = (items: Item[]): ApiAnswer => ({
  status: 202,
  body: { results: items.map((_, index) => ({ index, status: 201, messageId: `m${index}` })) },
});

/** Stops with the test. */
export async function startApi(answer: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>) {
  const requests: ApiRequest[] = [];
  const server = createServer(async (request, response) => {
    const items = JSON.parse((await buffer(request)).toString());
    const seen = { path: request.url ?? "", authorization: request.headers.authorization, items };
    requests.push(seen);
    const { status, headers = {}, body = {} } = await answer(seen);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
