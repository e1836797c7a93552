/**
 * Who may talk to the console: the page itself, on this machine. A foreign page could otherwise reach it through a name
 * that resolves to 127.0.0.1 (Host), or by a request across origins (Origin). Used by server.ts.
 */
import type { FastifyReply, FastifyRequest } from "fastify";

/** What the browser may do with the page: nothing from elsewhere, no inline script or style, no HTML made from strings. */
const headers = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

export async function guard(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  reply.headers(headers);
  const fault = foreignness(request.headers, request.socket.localPort);
  return fault === undefined ? undefined : reply.code(403).send({ message: fault });
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Why a request is not the page's own; undefined where it is. */
export function foreignness(given: Headers, port: number | undefined): string | undefined {
  const hosts = ["127.0.0.1", "localhost"].map((name) => `${name}:${port}`);
  const { host, origin } = given;
  if (typeof host !== "string" || !hosts.includes(host)) return "the Host is not this machine's own";
  if (origin !== undefined && origin !== `http://${host}`) return "the Origin is not the console's own";
  const site = given["sec-fetch-site"];
  // A link to the page from elsewhere is fine; anything else from elsewhere is not.
  if (site === undefined || site === "same-origin" || site === "none") return undefined;
  return given["sec-fetch-mode"] === "navigate" && given["sec-fetch-dest"] === "document"
    ? undefined
    : "the request comes from another site";
}
