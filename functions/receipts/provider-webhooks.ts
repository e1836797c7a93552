/**
 * `GET` and `POST /webhooks/<channel>`: a provider's handshake, and its receipts, which go on the queue; nothing else is done in
 * the request. Meta wants its 200 in a quarter of a second, and retries for days what does not get it. The bundler writes the
 * entry point from the channels in the registry that have a webhook.
 */
import * as v from "valibot";
import { createReceiptsQueue, type ReceiptsQueue } from "../aws/receipts-queue.ts";
import { secretsIn, secretsMiddleware } from "../aws/secrets.ts";
import { describeIssues } from "../channels/webhook-reading.ts";
import { webhookPath, webhookSecretVariable } from "../domain/channel.ts";
import type { Queued } from "../domain/message/queued-receipt.ts";
import type { Webhook } from "../domain/receipt-readers.ts";
import { rawBody } from "../http/body.ts";
import { type HttpEvent, type HttpResult, httpHandler, readParts } from "../http/handler.ts";
import { Problem } from "../http/problem.ts";
import { environment } from "../shared/environment.ts";
import { log } from "../shared/log.ts";

/** A channel's webhook, with the facts of the channel that are needed here. */
export interface ChannelWebhook {
  channel: string;
  /** The header with the signature or the secret. */
  header: string;
  /** The names of its secrets. */
  secrets: readonly string[];
  /** The variable that names our account at the provider; absent: everything is ours. */
  identity?: string;
  webhook: Webhook;
}

/** `secretsByName`: `<channel>_<secret>`. */
export function createWebhooks(webhooks: readonly ChannelWebhook[], queue: Pick<ReceiptsQueue, "enqueue">) {
  return async (event: HttpEvent, secretsByName: Readonly<Record<string, string>>): Promise<HttpResult> => {
    const found = webhooks.find(({ channel }) => event.rawPath.endsWith(webhookPath(channel)));
    if (found === undefined) throw new Problem(404, "there is no such webhook");
    const { channel, webhook, header } = found;
    const secrets = Object.fromEntries(
      found.secrets.map((name) => [name, secretsByName[`${channel}_${name}`]]),
    );
    if (event.requestContext.http.method === "GET") {
      const challenge = webhook.answerHandshake?.(event.queryStringParameters ?? {}, secrets);
      if (challenge === undefined)
        throw new Problem(
          403,
          "the handshake is refused: its mode or its token is not the one that was set up",
        );
      return { statusCode: 200, headers: { "content-type": "text/plain" }, body: challenge };
    }
    if (!webhook.isGenuine({ headers: event.headers, body: rawBody(event) }, secrets))
      throw new Problem(401, `${header} is missing or wrong: it must prove who posts`);
    const reasons = new Map<string, number>();
    const leaveOut = (reason: string) => void reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const ours = found.identity && process.env[found.identity];
    // The provider may put a thousand updates into one post, with whatever text customers write.
    const body = readParts(event);
    await queue.enqueue(readOrRefuse(() => webhook.read(body, { ours: ours || undefined, leaveOut })));
    for (const [reason, count] of reasons)
      log("WARN", "a part of a webhook is left out", { channel, reason, count });
    return { statusCode: 200 };
  };
}

function readOrRefuse(read: () => Queued[]): Queued[] {
  try {
    return read();
  } catch (error) {
    // The post is genuine, so an unknown form must be noticed.
    log("ERROR", "a signed webhook has an unknown form", { error: whatIsOdd(error) });
    throw new Problem(400, "the event has a form that this webhook does not know");
  }
}

const whatIsOdd = (error: unknown): string => {
  if (v.isValiError(error)) return describeIssues(error.issues, "the event");
  return error instanceof Error ? error.name : typeof error;
};

export function createHandler(webhooks: readonly ChannelWebhook[]) {
  // The stack sets these variables for the channels of this deployment.
  const variables = Object.fromEntries(
    webhooks
      .flatMap(({ channel, secrets }) =>
        secrets.map((name) => [`${channel}_${name}`, webhookSecretVariable(channel, name)] as const),
      )
      .filter(([, variable]) => process.env[variable] !== undefined),
  );
  return httpHandler(
    () => {
      const handle = createWebhooks(webhooks, createReceiptsQueue(environment("RECEIPTS_QUEUE_URL")));
      return (event, context) => handle(event, secretsIn(context, Object.keys(variables)));
    },
    () => secretsMiddleware(variables),
  );
}
