/**
 * The API reference as a page, the OpenAPI document with the local API's URL and key, and the way of its "Try it out" to the
 * local API, which answers no other site, not even this one. Mounted by server.ts.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as v from "valibot";

const files = [
  { path: "/reference", file: "reference.html", type: "text/html; charset=utf-8" },
  { path: "/reference.js", file: "reference.js", type: "text/javascript; charset=utf-8" },
  { path: "/reference.css", file: "reference.css", type: "text/css; charset=utf-8" },
];

/** The viewer makes HTML from strings, which DOMPurify sanitizes, and has icons in its style sheet. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const document = v.looseObject({ openapi: v.string() });

/** Where the page sends what is tried out (page/reference.ts). */
const tried = "/reference/api";
/** Headers of one connection, which the other one has of its own. */
const ofTheConnection =
  /^(host|origin|referer|connection|keep-alive|transfer-encoding|content-length|(accept|content)-encoding|sec-.*)$/;

export function referenceRoutes(
  scope: FastifyInstance,
  page: string,
  { url: apiUrl, apiKey }: { url: string; apiKey: string },
): void {
  for (const { path, file, type } of files) {
    const content = readFileSync(resolve(page, file));
    scope.get(path, (_request, reply) =>
      reply.type(type).header("content-security-policy", policy).send(content),
    );
  }
  scope.get("/openapi.json", async () => {
    const answer = await fetch(`${apiUrl}/openapi.json`);
    return {
      ...v.parse(document, await answer.json()),
      servers: [{ url: apiUrl }],
      "x-local-api-key": apiKey,
    };
  });
  scope.register(async (own) => {
    own.removeAllContentTypeParsers();
    own.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    own.all(`${tried}/*`, (request, reply) => tryOut(request, reply, apiUrl));
  });
}

async function tryOut(request: FastifyRequest, reply: FastifyReply, apiUrl: string): Promise<FastifyReply> {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" && !ofTheConnection.test(name) ? [[name, value]] : [],
  );
  const answer = await fetch(`${apiUrl}${request.url.slice(tried.length)}`, {
    method: request.method,
    headers,
    ...(typeof request.body === "string" && request.body !== "" ? { body: request.body } : {}),
  });
  for (const [name, value] of answer.headers) if (!ofTheConnection.test(name)) reply.header(name, value);
  return reply.code(answer.status).send(Buffer.from(await answer.arrayBuffer()));
}
