/**
 * `GET` and `POST /webhooks/{whats-app,fb-messenger}`: Meta's handshake, and its receipts, which go on the queue; nothing else
 * is done in the request. Meta wants its 200 in a quarter of a second, and repeats for days what does not get it.
 */
import * as v from "valibot";
import { createReceiptsQueue, type ReceiptsQueue } from "../aws/receipts-queue.ts";
import { secretsIn, secretsMiddleware } from "../aws/secrets.ts";
import { appSecretsIn } from "../channels/app-secrets.ts";
import { fbMessenger } from "../channels/fb-messenger.ts";
import { whatsApp } from "../channels/whats-app.ts";
import { type Channel, environmentName, fileName, secretVariable } from "../domain/channel.ts";
import { rawBody } from "../http/body.ts";
import { type HttpEvent, type HttpResult, httpHandler, readParts } from "../http/handler.ts";
import { Problem } from "../http/problem.ts";
import { channelSettings, environment } from "../shared/environment.ts";
import { log } from "../shared/log.ts";
import { readMessengerWebhook } from "./fb-messenger.ts";
import { isSameSecret, isSignedByOneOf } from "./meta-signature.ts";
import type { WebhookContents } from "./webhook-reading.ts";
import { readWhatsAppWebhook } from "./whats-app.ts";

interface Reader {
  read: (body: unknown, ours?: string) => WebhookContents;
  channel: Channel;
}
const readers: Readonly<Record<string, Reader>> = {
  whatsApp: { read: readWhatsAppWebhook, channel: whatsApp },
  fbMessenger: { read: readMessengerWebhook, channel: fbMessenger },
};

/**
 * `secrets`: `<channel>_appSecret` and `<channel>_verifyToken`. `identityOf`: the number or page that is ours; undefined: all
 * are.
 */
export function createWebhooks(
  queue: Pick<ReceiptsQueue, "enqueue">,
  identityOf: (channel: Channel) => string | undefined,
) {
  return async (event: HttpEvent, secrets: Readonly<Record<string, string>>): Promise<HttpResult> => {
    const channel = Object.keys(readers).find((id) => event.rawPath.endsWith(`/webhooks/${fileName(id)}`));
    const reader = channel === undefined ? undefined : readers[channel];
    if (reader === undefined) throw new Problem(404, "there is no such webhook");
    if (event.requestContext.http.method === "GET")
      return handshake(event, secrets[`${channel}_verifyToken`] ?? "");
    const signature = event.headers["x-hub-signature-256"];
    if (!isSignedByOneOf(appSecretsIn(secrets[`${channel}_appSecret`]), rawBody(event), signature))
      throw new Problem(401, "X-Hub-Signature-256 does not fit the body");
    // Signed by Meta, which puts up to a thousand updates into one, with whatever text customers write.
    const body = readParts(event);
    const { items, leftOut } = readOrRefuse(reader, body, identityOf(reader.channel));
    await queue.enqueue(items);
    for (const [reason, count] of countsOf(leftOut))
      log("WARN", "a part of a webhook is left out", { channel, reason, count });
    return { statusCode: 200 };
  };
}

const countsOf = (reasons: readonly string[]): Map<string, number> =>
  reasons.reduce(
    (counts, reason) => counts.set(reason, (counts.get(reason) ?? 0) + 1),
    new Map<string, number>(),
  );

function readOrRefuse({ read }: Reader, body: unknown, ours: string | undefined): WebhookContents {
  try {
    return read(body, ours);
  } catch (error) {
    // By its signature it is Meta's: a form that we do not know must be seen.
    log("ERROR", "a signed webhook has a form that we do not know", { error: whatIsOdd(error) });
    throw new Problem(400, "the event has a form that this webhook does not know");
  }
}

/** Fields and types alone: a customer's words and address stay out of the log. */
const whatIsOdd = (error: unknown): string =>
  v.isValiError(error)
    ? error.issues
        .map((issue) => `${v.getDotPath(issue) ?? "the event"} is not ${issue.expected ?? issue.type}`)
        .join("; ")
    : error instanceof Error
      ? error.name
      : typeof error;

/** https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests */
function handshake({ queryStringParameters = {} }: HttpEvent, verifyToken: string): HttpResult {
  const {
    "hub.mode": mode,
    "hub.verify_token": token = "",
    "hub.challenge": challenge = "",
  } = queryStringParameters;
  if (mode !== "subscribe" || verifyToken === "" || !isSameSecret(token, verifyToken))
    throw new Problem(403, "hub.mode must be subscribe, and hub.verify_token the one that was set up");
  return { statusCode: 200, headers: { "content-type": "text/plain" }, body: challenge };
}

/** The variables that the stack sets for the channels that this deployment has. */
const variables = Object.fromEntries(
  Object.keys(readers).flatMap((channel) =>
    ["appSecret", "verifyToken"]
      .map(
        (secret) =>
          [`${channel}_${secret}`, `${environmentName(channel)}_${secretVariable(secret)}`] as const,
      )
      .filter(([, variable]) => process.env[variable] !== undefined),
  ),
);

export const handler = httpHandler(
  () => {
    const handle = createWebhooks(
      createReceiptsQueue(environment("RECEIPTS_QUEUE_URL")),
      (channel) => channel.identities?.(channelSettings(channel), {})[0] || undefined,
    );
    return (event, context) => handle(event, secretsIn(context, Object.keys(variables)));
  },
  () => secretsMiddleware(variables),
);
