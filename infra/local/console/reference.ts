/** The API reference as a page, and the OpenAPI document with the local API's URL. Mounted by server.ts. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { FastifyInstance } from "fastify";
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

export function referenceRoutes(scope: FastifyInstance, page: string, apiUrl: string): void {
  for (const { path, file, type } of files) {
    const content = readFileSync(resolve(page, file));
    scope.get(path, (_request, reply) =>
      reply.type(type).header("content-security-policy", policy).send(content),
    );
  }
  scope.get("/openapi.json", async () => {
    const answer = await fetch(`${apiUrl}/openapi.json`);
    return { ...v.parse(document, await answer.json()), servers: [{ url: apiUrl }] };
  });
}
