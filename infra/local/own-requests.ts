/**
 * Only programs and pages of this machine may use the ports of the local run. Otherwise a page of another site could reach
 * them through a name that resolves to 127.0.0.1 (DNS rebinding, detected by the Host), or by a cross-site request (Origin,
 * Sec-Fetch-Site). Guards every server of the local run.
 */
import type { IncomingHttpHeaders, Server } from "node:http";

const ofThisMachine = /^(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d+)?$/i;

/** Why a request is refused; undefined if it comes from this machine. `port`: the port that the Host must have, if any. */
export function whyForbidden(headers: IncomingHttpHeaders, port?: number): string | undefined {
  const { host = "", origin, "sec-fetch-site": site } = headers;
  const { "sec-fetch-mode": mode, "sec-fetch-dest": destination } = headers;
  const isOwn = ofThisMachine.test(host) && (port === undefined || host.endsWith(`:${port}`));
  if (!isOwn) return "the Host is not this machine's own";
  if (origin !== undefined && origin !== `http://${host}`) return "the Origin is not this server's own";
  if (site === undefined || site === "same-origin" || site === "none") return undefined;
  // Other sites may only link to a page.
  return mode === "navigate" && destination === "document" && origin === undefined
    ? undefined
    : "the request comes from another site";
}

/** Refuses foreign requests with 403 before any other handler, and lets no other site read a response. */
export function guardServer(server: Server): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const fault = whyForbidden(request.headers);
    if (fault === undefined) {
      for (const listener of listeners) listener.call(server, request, response);
      return;
    }
    response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ message: fault }));
  });
}
