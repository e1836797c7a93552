/**
 * Looks at every HTTP request that a server of this process answers, by Node's diagnostics channel: who counts disturbs
 * nothing, and no part of the system knows of it.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Exchange {
  /** Of the server. */
  port: number;
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  requestBody: Buffer;
  status: number;
  responseBody: Buffer;
}

const channel = "http.server.request.start";

/** Answers what ends it. */
export function watchHttp(onExchange: (exchange: Exchange) => void): () => void {
  const watch = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const port = request.socket.localPort ?? 0;
    const received: Buffer[] = [];
    const answered: Buffer[] = [];
    // The server reads by `readable`, which goes first: this only listens.
    request.on("data", (chunk: Buffer) => received.push(chunk));
    const { write, end } = response;
    const keep = (chunk: unknown) => {
      if (typeof chunk === "string" || chunk instanceof Uint8Array)
        answered.push(Buffer.from(chunk as string));
    };
    const watched =
      (method: typeof write | typeof end) =>
      (chunk: unknown, ...others: unknown[]) => {
        keep(chunk);
        return Reflect.apply(method, response, [chunk, ...others]);
      };
    Object.assign(response, { write: watched(write), end: watched(end) });
    response.once("close", () =>
      onExchange({
        port,
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        requestBody: Buffer.concat(received),
        status: response.statusCode,
        responseBody: Buffer.concat(answered),
      }),
    );
  };
  subscribe(channel, watch);
  return () => void unsubscribe(channel, watch);
}
