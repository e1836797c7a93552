/**
 * The one function of this layer (README.md): its HTTP requests, and its queue with the events of messages and the calls of the
 * webhooks that were made here.
 */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import pMap from "p-map";
import * as v from "valibot";
import { createDeadLetters, type DeadLetters } from "../../aws/dead-letters.ts";
import { createDynamoDb } from "../../aws/dynamodb.ts";
import { createPlatformClient, createPlatformEndpoints } from "../../aws/platform-endpoints.ts";
import { createReceiptsQueue } from "../../aws/receipts-queue.ts";
import { asciiJson } from "../../aws/sqs-text.ts";
import { createStartsQueue } from "../../aws/starts-queue.ts";
import { channels } from "../../channels/registry.ts";
import { createPost, type MakePost } from "../../events/webhooks/call.ts";
import { createAddressCheck, resolveName } from "../../events/webhooks/public-address.ts";
import { guarded } from "../../http/guard.ts";
import { type Handle, type HttpEvent, httpHandler, json } from "../../http/handler.ts";
import { countItems } from "../../http/items.ts";
import { maxMessages } from "../../ingest/batch-request.ts";
import { createStart, ingestDependencies } from "../../ingest/dependencies.ts";
import { environment } from "../../shared/environment.ts";
import { lazily } from "../../shared/lazily.ts";
import { logFault } from "../../shared/log.ts";
import { createClientsTable } from "../../storage/clients-table.ts";
import { createConsentsTable } from "../../storage/consents-table.ts";
import { createCustomerRefs } from "../../storage/customer-refs.ts";
import { createHabitsTable } from "../../storage/habits-table.ts";
import { deployedHash } from "../../storage/keyed-hash.ts";
import { createMessageLists } from "../../storage/message-lists.ts";
import { platformApplications } from "../profiles.ts";
import {
  bodyOf,
  createOmnichannelQueue,
  type Delivery,
  delivery as deliverySchema,
  inCalls,
  type OmnichannelQueue,
  secondsUntilDue,
  signatureHeaders,
  verdictOf,
} from "./deliveries.ts";
import {
  deliveriesOf,
  deliveriesOfOwn,
  type EventsDependencies,
  ownEvent,
  type PublishedEvent,
  type PublishOwn,
} from "./events.ts";
import { createMessages } from "./messages.ts";
import { createOmnichannelProfiles } from "./profiles.ts";
import { createRecords } from "./records.ts";
import { type RouteKey, routeOf, routes } from "./routes.ts";
import { createSend } from "./send.ts";
import {
  createProfileEntries,
  createWebhookEntries,
  type StoredWebhook,
  type WebhookEntries,
} from "./settings-table.ts";
import { createWebhooks } from "./webhooks.ts";

const dependencies = lazily(() => {
  const dynamoDb = createDynamoDb();
  const hash = deployedHash();
  const now = () => new Date();
  const [clientsTable, contactsTable] = [environment("CLIENTS_TABLE"), environment("CONTACTS_TABLE")];
  const queue = createOmnichannelQueue(environment("OMNICHANNEL_QUEUE_URL"), now);
  const publish: PublishOwn = (client, event) => queue.enqueue([{ client, ...event }]);
  const ingest = ingestDependencies();
  return {
    ...ingest,
    lists: createMessageLists(dynamoDb, contactsTable, hash),
    records: createRecords(dynamoDb, contactsTable, hash),
    webhooks: createWebhookEntries(dynamoDb, clientsTable),
    entries: createProfileEntries(dynamoDb, clientsTable),
    customerRefs: createCustomerRefs(dynamoDb, contactsTable, environment("RETENTION_DAYS"), hash),
    clients: createClientsTable(dynamoDb, clientsTable),
    consents: createConsentsTable(dynamoDb, contactsTable, hash),
    habits: createHabitsTable(dynamoDb, environment("HABITS_TABLE")),
    endpoints: createPlatformEndpoints(createPlatformClient(), platformApplications()),
    receipts: createReceiptsQueue(environment("RECEIPTS_QUEUE_URL")),
    starts: createStartsQueue(environment("STARTS_QUEUE_URL")),
    checkAddress: createAddressCheck(resolveName, environment("WEBHOOK_EXCEPTIONS")),
    queue,
    publish,
    channels,
    now,
  };
});

function handlers(): Record<RouteKey, Handle> {
  const given = dependencies();
  const messages = createMessages(given);
  const profiles = createOmnichannelProfiles({ ...given, messages });
  const send = createSend({ ...given, start: createStart(), noteProfile: profiles.note });
  const webhooks = createWebhooks(given);
  return {
    "POST /messages": send.one,
    "POST /messages/batch": send.batch,
    "POST /messages/inbounds": messages.postInbound,
    "POST /messages/inbounds/{inboundId}/statuses/{status}": messages.postInboundStatus,
    "GET /messages/{messageId}": messages.get,
    "PATCH /messages/{messageId}": messages.redact,
    "DELETE /messages/{messageId}": messages.remove,
    "POST /messages/{messageId}/statuses/{status}": messages.postStatus,
    "GET /profiles": profiles.query,
    "POST /profiles": profiles.create,
    "PATCH /profiles/bulk": profiles.patchMany,
    "DELETE /profiles/bulk": profiles.removeMany,
    "GET /profiles/{profileId}": profiles.get,
    "PUT /profiles/{profileId}": profiles.replace,
    "PATCH /profiles/{profileId}": profiles.patch,
    "DELETE /profiles/{profileId}": profiles.remove,
    "PUT /profiles/{profileId}/optin": profiles.optIn,
    "DELETE /profiles/{profileId}/optin": profiles.optOut,
    "GET /profiles/{profileId}/messages": messages.ofProfile,
    "POST /channels/facebook/state": profiles.facebookState,
    "GET /webhooks": webhooks.list,
    "POST /webhooks": webhooks.create,
    "GET /webhooks/availableevents": webhooks.availableEvents,
    "GET /webhooks/availabletemplates": webhooks.availableTemplates,
    "GET /webhooks/{webhookId}": webhooks.get,
    "PUT /webhooks/{webhookId}": webhooks.replace,
    "DELETE /webhooks/{webhookId}": webhooks.remove,
  };
}

const answer = httpHandler(() => {
  const byRoute = handlers();
  return async (event, context) => {
    const found = routeOf(event.requestContext.http.method, event.rawPath);
    // As API Gateway answers where no route fits: its own route takes all paths of this API.
    if (found === undefined) return json(404, { message: "Not Found" });
    const { key, parameters } = found;
    const guard = {
      scope: routes[key],
      ...(key === "POST /messages/batch" ? { weight: countItems(maxMessages) } : {}),
    };
    return guarded(guard, byRoute[key])({ ...event, pathParameters: parameters }, context);
  };
});

export interface QueueDependencies extends EventsDependencies {
  webhooks: Pick<WebhookEntries, "values" | "get">;
  queue: OmnichannelQueue;
  call: MakePost;
  park: DeadLetters;
}

const concurrency = 50;

/** What is redriven has another day. */
function anew(record: SQSRecord, { dueAt: _, ...delivery }: Delivery): SQSRecord {
  const client = { stringValue: delivery.client, dataType: "String" as const };
  return { ...record, body: asciiJson({ ...delivery, tries: 0 }), messageAttributes: { client } };
}

export function createQueueHandler({ webhooks, queue, call, park, ...given }: QueueDependencies) {
  const { now } = given;

  interface Waiting {
    record: SQSRecord;
    delivery: Delivery;
  }

  /** One call; what it failed is put back, or parked. */
  async function callWith(webhook: StoredWebhook, waiting: readonly Waiting[]): Promise<void> {
    const payload = bodyOf(
      webhook,
      waiting.map(({ delivery }) => delivery),
    );
    const result = await call({
      url: new URL(webhook.url),
      payload,
      headers: signatureHeaders(webhook, payload),
    }).catch((error: unknown) => (error instanceof Error ? error.name : "Error"));
    for (const { record, delivery } of waiting) {
      const verdict = verdictOf(delivery, result);
      const why = typeof result === "string" ? result : String(result.status);
      if (verdict === "park") await park(anew(record, delivery), "NotDelivered", `last answer: ${why}`);
      else if (verdict !== "done")
        await queue.enqueue([
          {
            ...delivery,
            tries: delivery.tries + 1,
            dueAt: new Date(now().getTime() + verdict.waitSeconds * 1000).toISOString(),
          },
        ]);
    }
  }

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed = new Set<SQSRecord>();
    // Of one client once.
    const found = new Map<string, Promise<StoredWebhook[]>>();
    const webhooksOf = (client: string) => {
      const known = found.get(client) ?? webhooks.values(client);
      found.set(client, known);
      return known;
    };
    const fail = (record: SQSRecord, error: unknown) => {
      logFault("an entry of the Omnichannel API's queue failed", error);
      failed.add(record);
    };
    const byWebhook = new Map<string, Waiting[]>();
    const readOne = async (record: SQSRecord): Promise<void> => {
      const entry: unknown = JSON.parse(record.body);
      if (v.is(deliverySchema, entry)) {
        if (secondsUntilDue(entry, now()) > 0) return queue.enqueue([entry]);
        const key = JSON.stringify([entry.client, entry.webhookId]);
        byWebhook.set(key, [...(byWebhook.get(key) ?? []), { record, delivery: entry }]);
      } else if (v.is(ownEvent, entry))
        await queue.enqueue(deliveriesOfOwn(entry, await webhooksOf(entry.client), now()));
      else await queue.enqueue(await deliveriesOf(entry as PublishedEvent, webhooksOf, given));
    };
    await pMap(Records, (record) => readOne(record).catch((error: unknown) => fail(record, error)), {
      concurrency,
    });
    const calls: { webhook: StoredWebhook; waiting: Waiting[] }[] = [];
    for (const waiting of byWebhook.values()) {
      const [first] = waiting;
      if (first === undefined) continue;
      const { client, webhookId } = first.delivery;
      // One that was deleted meanwhile wants nothing more.
      const webhook = await webhooks.get(client, webhookId);
      if (webhook === undefined) continue;
      const inOrder = waiting.map(({ delivery }) => delivery);
      for (const one of inCalls(webhook, inOrder))
        calls.push({ webhook, waiting: waiting.filter(({ delivery }) => one.includes(delivery)) });
    }
    await pMap(
      calls,
      ({ webhook, waiting }) =>
        callWith(webhook, waiting).catch((error: unknown) => {
          for (const { record } of waiting) fail(record, error);
        }),
      { concurrency },
    );
    return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** As its page says; less than the function may run. */
const longestCallMs = 10_000;

const ofQueue = lazily(() =>
  createQueueHandler({
    ...dependencies(),
    call: createPost(dependencies().checkAddress, longestCallMs),
    park: createDeadLetters(environment("DEAD_LETTER_QUEUE_URL")),
  }),
);

export const handler = (event: HttpEvent | SQSEvent, context: Context) =>
  "Records" in event ? ofQueue()(event) : answer(event, context);
