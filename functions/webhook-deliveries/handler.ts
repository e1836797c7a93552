/**
 * Tells clients' webhooks what is on the queue, each event for itself. What failed is tried again over 24 hours; then it is
 * parked in the dead-letter queue. 410 switches a webhook off.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { environment } from "../aws/client.ts";
import { type ClientWebhooks, createClientWebhooks } from "../aws/client-webhooks.ts";
import { createDeadLetters, type DeadLetters } from "../aws/dead-letters.ts";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { asciiJson } from "../aws/sqs-text.ts";
import {
  createWebhookDeliveriesQueue,
  type WebhookDeliveriesQueue,
} from "../aws/webhook-deliveries-queue.ts";
import { type ClientWebhook, secretsAt, wants } from "../client-webhook/webhook.ts";
import { lazily } from "../lazily.ts";
import { logFault } from "../log.ts";
import { createCall, type MakeCall } from "./call.ts";
import { delivery as deliverySchema } from "./delivery.ts";
import { createAddressCheck, readExceptions, resolveName } from "./public-address.ts";
import { nextCallAt, secondsUntilNextTry, turnMs, turnOf, waitedTooLong, wasLastTry } from "./schedule.ts";

export interface DeliveryDependencies {
  webhooks: Omit<ClientWebhooks, "put" | "delete">;
  queue: Pick<WebhookDeliveriesQueue, "enqueueIn">;
  park: DeadLetters;
  call: MakeCall;
  now: () => Date;
}

export function createWebhookDeliveries({ webhooks, queue, park, call, now }: DeliveryDependencies) {
  const deliver = async (
    record: SQSRecord,
    lookup: (client: string) => Promise<ClientWebhook | undefined>,
  ): Promise<void> => {
    const given = v.parse(deliverySchema, JSON.parse(record.body));
    const { client, id, type, payload, tries } = given;
    const since = given.since ?? new Date(Number(record.attributes.SentTimestamp)).toISOString();
    const webhook = await lookup(client);
    if (webhook === undefined || !wants(webhook, type)) return;
    /** Put back, its 24 hours begin anew. */
    const giveUp = (reason: string) => {
      const client_ = { stringValue: client, dataType: "String" as const };
      const body = asciiJson({ client, id, type, payload });
      return park({ ...record, body, messageAttributes: { client: client_ } }, type, reason);
    };

    let turn = turnOf(webhook, now());
    if (turn === "claim") {
      const until = new Date(now().getTime() + turnMs);
      if (!(await webhooks.claimCall(client, webhook, until))) turn = { waitSeconds: turnMs / 1000 };
    }
    if (typeof turn === "object") {
      if (waitedTooLong(since, now())) return giveUp("the webhook did not answer for 24 hours");
      return queue.enqueueIn(turn.waitSeconds, { ...given, since });
    }

    const at = now();
    const outcome = await call({
      url: new URL(webhook.url),
      secrets: secretsAt(webhook, at),
      id,
      payload,
      now: at,
    }).catch((error: unknown) => (error instanceof Error ? error.name : "Error"));
    if (typeof outcome === "number" && outcome >= 200 && outcome < 300) {
      if (webhook.failures > 0) await webhooks.recovered(client, webhook);
    } else if (outcome === 410) await webhooks.switchOff(client, webhook, now());
    else {
      await webhooks.failed(client, webhook, now(), nextCallAt(webhook, now()));
      if (wasLastTry(since, now())) await giveUp(`after ${tries + 1} tries: ${outcome}`);
      else await queue.enqueueIn(secondsUntilNextTry(tries + 1), { ...given, tries: tries + 1, since });
    }
  };

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const found = new Map<string, Promise<ClientWebhook | undefined>>();
    const lookup = (client: string) => {
      const one = found.get(client) ?? webhooks.get(client);
      found.set(client, one);
      return one;
    };
    const failed = await Promise.all(
      Records.map((record) =>
        deliver(record, lookup).then(
          () => [],
          (error: unknown) => {
            logFault("an event could not be delivered or put back", error);
            return [{ itemIdentifier: record.messageId }];
          },
        ),
      ),
    );
    return { batchItemFailures: failed.flat() };
  };
}

const run = lazily(() =>
  createWebhookDeliveries({
    webhooks: createClientWebhooks(createDynamoDb(), environment("CLIENTS_TABLE")),
    queue: createWebhookDeliveriesQueue(environment("WEBHOOK_DELIVERIES_QUEUE_URL")),
    park: createDeadLetters(environment("DEAD_LETTER_QUEUE_URL")),
    call: createCall(createAddressCheck(resolveName, readExceptions(environment("WEBHOOK_EXCEPTIONS")))),
    now: () => new Date(),
  }),
);
export const handler = (event: SQSEvent) => run()(event);
