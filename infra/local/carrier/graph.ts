/**
 * Meta's Graph API, `POST /v26.0/{id}/messages`: checks the token and tells WhatsApp from Messenger by the body. Mounted
 * by index.ts. https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
import type { FastifyInstance } from "fastify";
import * as v from "valibot";
import { sendMessenger } from "./fb-messenger.ts";
import { failure, type GraphResult } from "./graph-wire.ts";
import type { Phones } from "./phones.ts";
import { sendWhatsApp } from "./whats-app.ts";

/** Messenger's parameters may be in the query or in the body. */
const parameters = v.object({
  access_token: v.optional(v.string()),
  appsecret_proof: v.optional(v.string()),
});
const path = v.object({ sender: v.string() });
const whatsAppBody = v.looseObject({ messaging_product: v.unknown() });
const messengerBody = v.looseObject({ recipient: v.unknown() });

export function graphRoutes(scope: FastifyInstance, phones: Phones, accessToken: string): void {
  // A body that is no JSON is refused in Graph's own shape.
  scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    const answer = failure({
      status: status < 500 ? 400 : 500,
      code: status < 500 ? 100 : 1,
      message: `(#${status < 500 ? 100 : 1}) ${error.message}`,
    });
    return reply.code(answer.status).send(answer.body);
  });
  scope.post("/:version(^v\\d+\\.\\d+$)/:sender/messages", async (request, reply) => {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const result = await send(phones, accessToken, {
      bearer,
      sender: v.parse(path, request.params).sender,
      query: request.query,
      body: request.body,
    });
    if (result !== "drop-connection") return reply.code(result.status).send(result.body);
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  });
}

interface GraphRequest {
  bearer: string | undefined;
  /** The business's number or page. */
  sender: string;
  query: unknown;
  body: unknown;
}

async function send(phones: Phones, accessToken: string, request: GraphRequest): Promise<GraphResult> {
  const { bearer, sender, query, body } = request;
  const isWhatsApp = v.is(whatsAppBody, body);
  const given = { ...parametersIn(body), ...parametersIn(query) };
  if ((bearer ?? (isWhatsApp ? undefined : given.access_token)) !== accessToken)
    return failure({
      status: 401,
      code: 190,
      message: "Invalid OAuth access token - Cannot parse access token",
    });
  if (isWhatsApp) return sendWhatsApp(phones, sender, body);
  if (v.is(messengerBody, body)) return sendMessenger(phones, sender, body, given.appsecret_proof);
  return failure({
    status: 400,
    code: 100,
    message: "(#100) The parameter messaging_product or recipient is required.",
  });
}

function parametersIn(source: unknown): v.InferOutput<typeof parameters> {
  const parsed = v.safeParse(parameters, source);
  return parsed.success ? parsed.output : {};
}
