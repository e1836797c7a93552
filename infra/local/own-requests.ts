/**
 * Who may talk to the ports of the local run: programs and pages of this machine. A page of another site could otherwise
 * reach them through a name that resolves to 127.0.0.1 (its Host gives it away: DNS rebinding), or by a request across
 * sites (Origin, Sec-Fetch-Site). Every server of the local run is guarded by it.
 */
import type { IncomingHttpHeaders, Server } from "node:http";

const ofThisMachine = /^(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d+)?$/i;

/** Why a request is refused; undefined where it is this machine's own. `port`: the one that the Host has to name, if any. */
export function whyForbidden(headers: IncomingHttpHeaders, port?: number): string | undefined {
  const { host = "", origin, "sec-fetch-site": site } = headers;
  const { "sec-fetch-mode": mode, "sec-fetch-dest": destination } = headers;
  const isOwn = ofThisMachine.test(host) && (port === undefined || host.endsWith(`:${port}`));
  if (!isOwn) return "the Host is not this machine's own";
  if (origin !== undefined && origin !== `http://${host}`) return "the Origin is not this server's own";
  if (site === undefined || site === "same-origin" || site === "none") return undefined;
  // A link to a page from elsewhere is fine; anything else from elsewhere is not.
  return mode === "navigate" && destination === "document" && origin === undefined
    ? undefined
    : "the request comes from another site";
}

/** Refuses foreign requests with 403 before anything else sees them, and lets no answer be read by another site. */
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
