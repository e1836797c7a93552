/**
 * Meta's Graph API, `POST /v26.0/{id}/messages`: checks the token, and distinguishes WhatsApp and Messenger by the body.
 * Mounted by index.ts. https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
import type { FastifyInstance } from "fastify";
import * as v from "valibot";
import type { Work } from "../work.ts";
import type { Accounts } from "./accounts.ts";
import type { SecretOf } from "./business.ts";
import { sendMessenger } from "./fb-messenger.ts";
import { graphAccountRoutes } from "./graph-account.ts";
import { type GraphResult, refusal } from "./graph-wire.ts";
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

interface GraphOptions {
  phones: Phones;
  secretOf: SecretOf;
  accounts: Accounts;
  work: Work;
}

export function graphRoutes(
  scope: FastifyInstance,
  { phones, secretOf, accounts, work }: GraphOptions,
): void {
  // A body that is not JSON is refused in Graph's own form.
  scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const [code, name] = (error.statusCode ?? 500) < 500 ? [100, "fbMessenger-100"] : [1, "fbMessenger-1"];
    const answer = refusal(name, { message: `(#${code}) ${error.message}` });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
  graphAccountRoutes(scope, accounts, secretOf);
  scope.post("/:version(^v\\d+\\.\\d+$)/:sender/messages", async (request, reply) => {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const sending = send(phones, secretOf, {
      bearer,
      sender: v.parse(path, request.params).sender,
      query: request.query,
      body: request.body,
    });
    const result = await work.during("a call of the Graph API", sending);
    if (result !== "drop-connection")
      return reply.code(result.status).headers(result.headers).send(result.body);
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

async function send(phones: Phones, secretOf: SecretOf, request: GraphRequest): Promise<GraphResult> {
  const { bearer, sender, query, body } = request;
  const isWhatsApp = v.is(whatsAppBody, body);
  const given = { ...parametersIn(body), ...parametersIn(query) };
  const accessToken = secretOf(isWhatsApp ? "whatsApp" : "fbMessenger", "accessToken");
  if ((bearer ?? (isWhatsApp ? undefined : given.access_token)) !== accessToken)
    return refusal(isWhatsApp ? "whatsApp-190" : "fbMessenger-190");
  if (isWhatsApp) return sendWhatsApp(phones, sender, body);
  if (v.is(messengerBody, body)) return sendMessenger(phones, sender, body, given.appsecret_proof);
  return refusal("fbMessenger-100", {
    message: "(#100) The parameter messaging_product or recipient is required.",
  });
}

function parametersIn(source: unknown): v.InferOutput<typeof parameters> {
  const parsed = v.safeParse(parameters, source);
  return parsed.success ? parsed.output : {};
}
