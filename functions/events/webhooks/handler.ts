/**
 * Makes the webhook deliveries on the queue. One that failed is tried again over 24 hours, then parked in the dead-letter queue;
 * 410 switches the subscription off. Once a receiver has failed, an event waits for the earlier events of its message, for as
 * long as any of them may be waiting. A receiver that never fails costs no write.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { createDeadLetters, type DeadLetters } from "../../aws/dead-letters.ts";
import { createDynamoDb } from "../../aws/dynamodb.ts";
import { asciiJson } from "../../aws/sqs-text.ts";
import {
  createWebhookDeliveriesQueue,
  type WebhookDeliveriesQueue,
} from "../../aws/webhook-deliveries-queue.ts";
import { secretsAt, type WebhookSubscription } from "../../domain/events/webhook-subscription.ts";
import { environment } from "../../shared/environment.ts";
import { lazily } from "../../shared/lazily.ts";
import { createWebhookOrder, type WebhookOrder } from "../../storage/webhook-order-table.ts";
import {
  createWebhookSubscriptionsTable,
  type WebhookSubscriptionsTable,
} from "../../storage/webhook-subscriptions-table.ts";
import { createCall, type MakeCall } from "./call.ts";
import {
  afterCall,
  afterRefusedClaim,
  afterRefusedOrder,
  beforeCall,
  type Call,
  type Decision,
  type Received,
  received,
  type SubscriptionChange,
} from "./decision.ts";
import { eachInOrder } from "./in-order.ts";
import { createAddressCheck, resolveName } from "./public-address.ts";
import { turnMs } from "./schedule.ts";

export interface DeliveryDependencies {
  subscriptions: Omit<WebhookSubscriptionsTable, "put" | "delete">;
  order: WebhookOrder;
  queue: Pick<WebhookDeliveriesQueue, "enqueueIn">;
  park: DeadLetters;
  call: MakeCall;
  now: () => Date;
}

export function createWebhookDeliveries(dependencies: DeliveryDependencies) {
  const { subscriptions, order, queue, park, call, now } = dependencies;

  async function callInTurn(given: Received, { subscription, mustBeAlone }: Call): Promise<Decision> {
    const { delivery, mustFollow } = given;
    const { client, id, payload } = delivery;
    if (mustFollow && !(await order.queueUp(client, mustFollow, now())))
      return afterRefusedOrder(given, now());
    const until = new Date(now().getTime() + turnMs);
    if (mustBeAlone && !(await subscriptions.claimCall(client, subscription, until)))
      return afterRefusedClaim(given, now());
    const at = now();
    const answer = await call({
      url: new URL(subscription.url),
      secrets: secretsAt(subscription, at),
      id,
      payload,
      now: at,
    }).catch((error: unknown) => (error instanceof Error ? error.name : "Error"));
    return afterCall(given, subscription, answer, now());
  }

  async function record(
    client: string,
    seen: WebhookSubscription,
    change: SubscriptionChange,
  ): Promise<void> {
    if (change.state === "recovered") await subscriptions.recovered(client, seen);
    else if (change.state === "off") await subscriptions.switchOff(client, seen, now());
    else await subscriptions.failed(client, seen, now(), change);
  }

  /** Resolves to whether the event is dealt with: delivered, parked, or not wanted. */
  async function deliver(sqsRecord: SQSRecord, given: Received): Promise<boolean> {
    const { delivery, since, subscription, mustFollow } = given;
    const { client, id, type, payload, order: position } = delivery;
    const first = beforeCall(given, now());
    const decision = first.action === "call" ? await callInTurn(given, first) : first;
    const isQueued = delivery.since !== undefined || (first.action === "call" && mustFollow !== undefined);

    // Before the failure is recorded, so that whoever reads of the failure finds this event waiting.
    if (decision.action !== "finish" && position && !isQueued) await order.queueUp(client, position, now());
    if (subscription && decision.change) await record(client, subscription, decision.change);
    if (decision.action === "wait") {
      await queue.enqueueIn(decision.seconds, { ...delivery, tries: decision.tries, since });
      return false;
    }
    if (decision.action === "park") {
      // Without `tries` and `since`: a delivery that is redriven has another 24 hours.
      const body = asciiJson({ client, order: position, id, type, payload });
      const messageAttributes = { client: { stringValue: client, dataType: "String" as const } };
      await park({ ...sqsRecord, body, messageAttributes }, type, decision.reason);
    }
    const waiting = decision.action === "park" ? position : mustFollow;
    if (waiting) await order.leave(client, waiting);
    return true;
  }

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const found = new Map<string, Promise<WebhookSubscription | undefined>>();
    const lookUp = (client: string) => {
      const one = found.get(client) ?? subscriptions.get(client);
      found.set(client, one);
      return one;
    };
    const failed = await eachInOrder(Records, async (record, delivery, isBehindAnother) => {
      const sentAt = new Date(Number(record.attributes.SentTimestamp));
      const subscription = await lookUp(delivery.client);
      return deliver(record, received(delivery, sentAt, subscription, isBehindAnother, now()));
    });
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

const run = lazily(() => {
  const dynamoDb = createDynamoDb();
  return createWebhookDeliveries({
    subscriptions: createWebhookSubscriptionsTable(dynamoDb, environment("CLIENTS_TABLE")),
    order: createWebhookOrder(dynamoDb, environment("COUNTERS_TABLE")),
    queue: createWebhookDeliveriesQueue(environment("WEBHOOK_DELIVERIES_QUEUE_URL")),
    park: createDeadLetters(environment("DEAD_LETTER_QUEUE_URL")),
    call: createCall(createAddressCheck(resolveName, environment("WEBHOOK_EXCEPTIONS"))),
    now: () => new Date(),
  });
});
export const handler = (event: SQSEvent) => run()(event);
