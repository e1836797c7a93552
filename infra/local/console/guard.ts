/** Runs before every response of the console: refuses requests from other sites, and sets security headers. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { whyForbidden } from "../own-requests.ts";

/** No content from elsewhere, no inline script or style, no HTML made from strings. */
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
  const fault = whyForbidden(request.headers, request.socket.localPort);
  return fault === undefined ? undefined : reply.code(403).send({ message: fault });
}
