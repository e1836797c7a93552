/** `…/webhooks` of the Omnichannel API: a client may have several, each with the events that it asks for and their filters. */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { UnsafeAddress } from "../../events/webhooks/public-address.ts";
import { type HttpEvent, type HttpResult, json, readJson } from "../../http/handler.ts";
import { notValid, Problem } from "../../http/problem.ts";
import { validate } from "../../http/validate.ts";
import { webhookUrl } from "../webhook-subscription-request.ts";
import { checkVersion, versionHeaders } from "./etag.ts";
import { newStamps, type StoredWebhook, type WebhookEntries } from "./settings-table.ts";

/** Each has what its channel filter looks at in `filters`. */
export const eventNames = {
  "message.sent": "A channel took the message.",
  "message.delivered": "The customer has it.",
  "message.read": "The customer read it.",
  "message.expired": "No channel reached the customer in time.",
  "message.failed": "No channel took it, or it was cancelled.",
  "message.inbound": "A customer wrote.",
  "profile.create": "A profile was made.",
  "profile.update": "A profile was changed.",
  "profile.delete": "A profile was deleted.",
} as const;
export type EventName = keyof typeof eventNames;

export const webhookRequest = v.looseObject({
  name: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.maxLength(256)),
  url: webhookUrl,
  secret: v.nullish(v.pipe(v.string(), v.minLength(1, "must not be empty"), v.maxLength(1024))),
  subscriptions: v.nullish(
    v.pipe(
      v.array(
        v.looseObject({
          type: v.pipe(v.string(), v.maxLength(100)),
          filters: v.nullish(
            v.pipe(
              v.array(
                v.looseObject({
                  name: v.pipe(v.string(), v.maxLength(100)),
                  value: v.pipe(v.string(), v.maxLength(256)),
                }),
              ),
              v.maxLength(20),
            ),
          ),
        }),
      ),
      v.maxLength(50),
    ),
  ),
  batch: v.nullish(v.boolean()),
  maxBatchSize: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500))),
  batchTimeout: v.nullish(v.pipe(v.number(), v.minValue(1), v.maxValue(60))),
});

/** Each is asked for every event of its client. */
const mostWebhooks = 20;

export interface WebhooksDependencies {
  webhooks: WebhookEntries;
  checkAddress: (url: URL) => Promise<unknown>;
  now: () => Date;
}

export function createWebhooks({ webhooks, checkAddress, now }: WebhooksDependencies) {
  const clientOf = (event: HttpEvent) => event.requestContext.authorizer.lambda;

  async function read(event: HttpEvent) {
    const { name, url, secret, subscriptions, batch, maxBatchSize, batchTimeout } = validate(
      webhookRequest,
      readJson(event),
    );
    await checkAddress(new URL(url)).catch((error: unknown) => {
      if (!(error instanceof UnsafeAddress)) throw error;
      throw notValid({ path: "url", code: "unsafe_address", message: error.message });
    });
    return {
      name,
      url,
      ...(secret ? { secret } : {}),
      ...(subscriptions
        ? {
            subscriptions: subscriptions.map(({ type, filters }) => ({
              type,
              ...(filters ? { filters: filters.map(({ name, value }) => ({ name, value })) } : {}),
            })),
          }
        : {}),
      ...(batch === null || batch === undefined ? {} : { batch }),
      ...(maxBatchSize ? { maxBatchSize } : {}),
      ...(batchTimeout ? { batchTimeout } : {}),
    };
  }

  async function own(event: HttpEvent): Promise<StoredWebhook> {
    const { webhookId = "" } = event.pathParameters ?? {};
    const found = webhookId.length > 100 ? undefined : await webhooks.get(clientOf(event).client, webhookId);
    if (found === undefined) throw new Problem(404, "you have no webhook with this id");
    return found;
  }

  const changedMeanwhile = () =>
    new Problem(409, "the webhook was changed at the same time: send the request again");

  return {
    async list(event: HttpEvent): Promise<HttpResult> {
      return json(200, await webhooks.values(clientOf(event).client));
    },
    async create(event: HttpEvent): Promise<HttpResult> {
      const { client, keyId } = clientOf(event);
      const request = await read(event);
      if ((await webhooks.values(client)).length >= mostWebhooks)
        throw notValid({ path: "", code: "too_large", message: `must be at most ${mostWebhooks} webhooks` });
      const webhook = { id: randomUUID(), ...request, ...newStamps(keyId, now()) };
      await webhooks.put(client, webhook.id, webhook);
      return json(201, webhook, versionHeaders(webhook));
    },
    async get(event: HttpEvent): Promise<HttpResult> {
      const webhook = await own(event);
      return json(200, webhook, versionHeaders(webhook));
    },
    async replace(event: HttpEvent): Promise<HttpResult> {
      const { client, keyId } = clientOf(event);
      const [before, request] = [await own(event), await read(event)];
      checkVersion(event, before);
      const webhook = { id: before.id, ...request, ...newStamps(keyId, now(), before) };
      if (!(await webhooks.put(client, webhook.id, webhook, before))) throw changedMeanwhile();
      return json(200, webhook, versionHeaders(webhook));
    },
    async remove(event: HttpEvent): Promise<HttpResult> {
      const before = await own(event);
      checkVersion(event, before);
      await webhooks.delete(clientOf(event).client, before.id);
      return { statusCode: 204 };
    },
    async availableEvents(): Promise<HttpResult> {
      const channel = { name: "channel", path: "payload.details.channel", required: false };
      return json(
        200,
        Object.entries(eventNames).map(([type, description]) => ({
          type,
          description,
          filters: type.startsWith("message.")
            ? [{ ...channel, description: "The channel that the event is of, such as sms." }]
            : [],
        })),
      );
    },
    async availableTemplates(): Promise<HttpResult> {
      const names = Object.keys(eventNames);
      const events = names.filter((name) => name.startsWith("message."));
      return json(200, [
        { name: "Message events", description: "All that happens to messages.", events },
        { name: "Message and profile events", description: "The same, and all of profiles.", events: names },
      ]);
    },
  };
}
