/**
 * Tells clients' webhooks what is on the queue. What failed is tried again over 24 hours; then it is parked in the dead-letter
 * queue. 410 switches a webhook off. Once a receiver has failed, later events of a message wait for the earlier ones, for as
 * long as any may wait: a receiver that never fails costs no write.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { createDeadLetters, type DeadLetters } from "../../aws/dead-letters.ts";
import { createDynamoDb } from "../../aws/dynamodb.ts";
import { asciiJson } from "../../aws/sqs-text.ts";
import {
  createWebhookDeliveriesQueue,
  type WebhookDeliveriesQueue,
} from "../../aws/webhook-deliveries-queue.ts";
import type { Delivery, Order } from "../../domain/events/webhook-delivery.ts";
import { secretsAt, type WebhookSubscription, wants } from "../../domain/events/webhook-subscription.ts";
import { environment } from "../../shared/environment.ts";
import { lazily } from "../../shared/lazily.ts";
import { createWebhookOrder, type WebhookOrder } from "../../storage/webhook-order-table.ts";
import {
  createWebhookSubscriptionsTable,
  type WebhookSubscriptionsTable,
} from "../../storage/webhook-subscriptions-table.ts";
import { createCall, type MakeCall } from "./call.ts";
import { eachInOrder } from "./in-order.ts";
import { createAddressCheck, resolveName } from "./public-address.ts";
import {
  behindUntil,
  isBehind,
  nextCallAt,
  secondsAskedFor,
  secondsBehindAnother,
  secondsUntilNextTry,
  turnMs,
  turnOf,
  waitedTooLong,
  wasLastTry,
} from "./schedule.ts";

export interface DeliveryDependencies {
  webhooks: Omit<WebhookSubscriptionsTable, "put" | "delete">;
  order: WebhookOrder;
  queue: Pick<WebhookDeliveriesQueue, "enqueueIn">;
  park: DeadLetters;
  call: MakeCall;
  now: () => Date;
}

export function createWebhookDeliveries(dependencies: DeliveryDependencies) {
  const { webhooks, order, queue, park, call, now } = dependencies;

  /** Whether it is done with: told, parked, or wanted no more. */
  const deliver = async (
    record: SQSRecord,
    given: Delivery,
    webhook: WebhookSubscription | undefined,
    isBehindAnother: boolean,
  ): Promise<boolean> => {
    const { client, id, type, payload, tries } = given;
    const since = given.since ?? new Date(Number(record.attributes.SentTimestamp)).toISOString();
    const place = webhook && (isBehindAnother || isBehind(webhook, now())) ? given.order : undefined;
    const leave = async () => {
      if (place) await order.leave(client, place);
      return true;
    };
    /** Who waited before has its place since then. */
    let isQueued = given.since !== undefined;
    const isNext = async (mine: Order) => {
      isQueued = true;
      return order.queueUp(client, mine, now());
    };
    const wait = async (seconds: number, changes: Partial<Delivery> = {}) => {
      if (given.order && !isQueued) await isNext(given.order);
      await queue.enqueueIn(seconds, { ...given, ...changes, since });
      return false;
    };
    /** Put back, its 24 hours begin anew. */
    const giveUp = async (reason: string) => {
      const client_ = { stringValue: client, dataType: "String" as const };
      const body = asciiJson({ client, order: given.order, id, type, payload });
      await park({ ...record, body, messageAttributes: { client: client_ } }, type, reason);
      return leave();
    };
    if (webhook === undefined || !wants(webhook, type)) return leave();

    let turn = turnOf(webhook, now());
    if (typeof turn !== "object" && place && !(await isNext(place)))
      turn = { waitSeconds: secondsBehindAnother };
    if (turn === "claim") {
      const until = new Date(now().getTime() + turnMs);
      if (!(await webhooks.claimCall(client, webhook, until))) turn = { waitSeconds: turnMs / 1000 };
    }
    if (typeof turn === "object") {
      if (waitedTooLong(since, now())) return giveUp("the webhook did not answer for 24 hours");
      return wait(turn.waitSeconds);
    }

    const at = now();
    const answer = await call({
      url: new URL(webhook.url),
      secrets: secretsAt(webhook, at),
      id,
      payload,
      now: at,
    }).catch((error: unknown) => (error instanceof Error ? error.name : "Error"));
    const outcome = typeof answer === "string" ? answer : answer.status;
    if (typeof outcome === "number" && outcome >= 200 && outcome < 300) {
      if (webhook.failures > 0) await webhooks.recovered(client, webhook);
      return leave();
    }
    if (outcome === 410) {
      await webhooks.switchOff(client, webhook, now());
      return leave();
    }
    // Before anyone can see that it failed: who looks then finds it waiting.
    if (given.order && !isQueued) await isNext(given.order);
    const askedSeconds = typeof answer === "string" ? 0 : secondsAskedFor(answer, now());
    const times = { retryAt: nextCallAt(webhook, now(), askedSeconds), behindUntil: behindUntil(now()) };
    await webhooks.failed(client, webhook, now(), times);
    if (wasLastTry(since, now())) return giveUp(`after ${tries + 1} tries: ${outcome}`);
    return wait(secondsUntilNextTry(tries + 1, askedSeconds), { tries: tries + 1 });
  };

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const found = new Map<string, Promise<WebhookSubscription | undefined>>();
    const lookup = (client: string) => {
      const one = found.get(client) ?? webhooks.get(client);
      found.set(client, one);
      return one;
    };
    const failed = await eachInOrder(Records, async (record, given, isBehindAnother) =>
      deliver(record, given, await lookup(given.client), isBehindAnother),
    );
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const run = lazily(() => {
  const dynamoDb = createDynamoDb();
  return createWebhookDeliveries({
    webhooks: createWebhookSubscriptionsTable(dynamoDb, environment("CLIENTS_TABLE")),
    order: createWebhookOrder(dynamoDb, environment("COUNTERS_TABLE")),
    queue: createWebhookDeliveriesQueue(environment("WEBHOOK_DELIVERIES_QUEUE_URL")),
    park: createDeadLetters(environment("DEAD_LETTER_QUEUE_URL")),
    call: createCall(createAddressCheck(resolveName, environment("WEBHOOK_EXCEPTIONS"))),
    now: () => new Date(),
  });
});
export const handler = (event: SQSEvent) => run()(event);
