/**
 * Forwards the page's calls to the service and the carrier, only those that are listed. Adds the API key to calls to the
 * service. Mounted by server.ts.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

interface Targets {
  api: { url: string; apiKey: string };
  carrier: { url: string };
}

export function passRoutes(
  scope: FastifyInstance,
  { api, carrier }: Targets,
  changed: () => Promise<void>,
): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  const toApi = (request: FastifyRequest, reply: FastifyReply) =>
    pass(request, reply, api.url, { authorization: `Bearer ${api.apiKey}` });
  const toCarrier = async (request: FastifyRequest, reply: FastifyReply) => {
    const answer = await pass(request, reply, carrier.url, {});
    await changed();
    return answer;
  };
  scope.post("/api/messages", toApi);
  scope.post("/api/messages/plan", toApi);
  scope.delete("/api/messages/:messageId", toApi);
  scope.put("/api/settings", toApi);
  scope.get("/api/carrier/answers", (request, reply) => pass(request, reply, carrier.url, {}));
  scope.put("/api/carrier/:channel/:address", toCarrier);
  scope.post("/api/carrier/:channel/:address/messages", toCarrier);
  scope.post("/api/carrier/:channel/:address/read", toCarrier);
  scope.post("/api/carrier/clock", toCarrier);
  scope.delete("/api/carrier", toCarrier);
}

async function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  target: string,
  headers: Record<string, string>,
): Promise<FastifyReply> {
  const path = request.url.slice("/api".length);
  const url = new URL(path, target);
  // A `..` would lead to another route than the one that matched.
  if (url.pathname !== path) return reply.code(404).send({ message: "there is no such call" });
  const hasBody = typeof request.body === "string" && request.body !== "";
  const answer = await fetch(url, {
    method: request.method,
    headers: { ...headers, ...(hasBody ? { "content-type": "application/json" } : {}) },
    ...(hasBody ? { body: String(request.body) } : {}),
  });
  const text = await answer.text();
  return reply
    .code(answer.status)
    .type("application/json; charset=utf-8")
    .send(text === "" ? "null" : text);
}
