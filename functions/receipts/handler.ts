/**
 * The receipts function: applies receipts from their queue, each on its own. One that finds no message yet (it arrived before the
 * provider's answer) waits a moment and goes back to the queue; one that never finds its message ends in the dead-letter queue.
 * The bundler writes the entry point from the channels in the registry whose receipts come by a topic.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { createEventsTopic } from "../aws/events-topic.ts";
import { createReceiptsQueue, type ReceiptsQueue } from "../aws/receipts-queue.ts";
import { createWebhookDeliveriesQueue } from "../aws/webhook-deliveries-queue.ts";
import { type Queued, queued, type Receipt } from "../domain/message/queued-receipt.ts";
import type { ReadTopicMessage } from "../domain/receipt-readers.ts";
import { createQueueDeliveries } from "../events/queue-webhook-deliveries.ts";
import { circuitsOf } from "../hop/circuits-of.ts";
import { ownFacts } from "../shared/deployment-facts.ts";
import { environment } from "../shared/environment.ts";
import { lazily } from "../shared/lazily.ts";
import { log, logFault } from "../shared/log.ts";
import { emitCount } from "../shared/metrics.ts";
import { createConsentsTable } from "../storage/consents-table.ts";
import { createContactsTable } from "../storage/contacts-table.ts";
import { createCustomerRefs } from "../storage/customer-refs.ts";
import { deployedHash } from "../storage/keyed-hash.ts";
import { createMessageLists } from "../storage/message-lists.ts";
import { createProfilesTable } from "../storage/profiles-table.ts";
import { createWebhookSubscriptionsTable } from "../storage/webhook-subscriptions-table.ts";
import { type AppliedReceipt, applyReceipt, type ReceiptDependencies } from "./apply-receipt.ts";
import { startRest, updateDependencies } from "./dependencies.ts";
import { createPublishInbound } from "./publish-inbound.ts";
import { type InboundDependencies, recordConsentChange, recordInbound } from "./record-inbound.ts";

export interface QueuedReceiptDependencies extends ReceiptDependencies {
  publishInbound: InboundDependencies["publishInbound"];
  consents: InboundDependencies["consents"];
  lists: InboundDependencies["lists"];
  profiles: InboundDependencies["profiles"];
  customerRefs: InboundDependencies["customerRefs"];
  comeBackIn: ReceiptsQueue["comeBackIn"];
  pause: (milliseconds: number) => Promise<void>;
  /** How often the queue delivers an entry before it is a dead letter. */
  tries: number;
  emitCount: typeof emitCount;
  /** The readers of the channels whose topics feed the queue. */
  topicReaders: readonly TopicReader[];
}

export interface TopicReader {
  read: ReadTopicMessage;
  /** The variable that names our account at the provider. */
  identity?: string | undefined;
}

/** Most answers are recorded within these pauses; after that the receipt comes again after 2, 8 and 32 seconds. */
const pausesMs = [100, 400];
const secondsUntilNextTry = (receiveCount: number) => 2 * 4 ** (receiveCount - 1);
const longestSeconds = 60;

const isMatched = (applied: AppliedReceipt) => applied === "recorded" || applied === "nothing new";

export function createReceipts(dependencies: QueuedReceiptDependencies) {
  const applyWithRetries = async (receipt: Receipt, isRepeated: boolean): Promise<AppliedReceipt> => {
    for (const pauseMs of pausesMs) {
      const applied = await applyReceipt(receipt, dependencies, isRepeated);
      if (isMatched(applied)) return applied;
      await dependencies.pause(pauseMs);
    }
    return applyReceipt(receipt, dependencies, isRepeated);
  };
  const processRecord = async (record: SQSRecord): Promise<boolean> => {
    const processed = await Promise.all(
      itemsIn(record, dependencies.topicReaders).map((item) => processItem(item, record)),
    );
    return processed.every(Boolean);
  };
  const processItem = async (item: Queued, { attributes, receiptHandle }: SQSRecord): Promise<boolean> => {
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    if (item.names === "customer") {
      await recordInbound(item, dependencies);
      return true;
    }
    if (item.names === "consent") {
      await recordConsentChange(item, dependencies);
      return true;
    }
    const applied = await applyWithRetries(item, receiveCount > 1);
    if (isMatched(applied)) return true;
    // Without the provider's id: WhatsApp's contain the customer's number.
    const { channel, status } = item;
    if (applied === "not ours" && receiveCount >= dependencies.tries) {
      await dependencies.emitCount("ReceiptsOfOthers", { channel });
      return true;
    }
    log("WARN", "a receipt finds no message yet", { channel, status, receiveCount });
    const seconds = secondsUntilNextTry(receiveCount);
    if (seconds < longestSeconds) await dependencies.comeBackIn(seconds, receiptHandle);
    return false;
  };
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const processed = await Promise.all(
      Records.map((record) =>
        processRecord(record).catch((error: unknown) => {
          logFault("a receipt could not be applied", error);
          return false;
        }),
      ),
    );
    return {
      batchItemFailures: Records.filter((_, index) => !processed[index]).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    };
  };
}

/** What a channel's topic published, or an entry of our own. */
function itemsIn({ body, attributes }: SQSRecord, topicReaders: readonly TopicReader[]): Queued[] {
  const json = jsonOrText(body);
  const sentAt = new Date(Number(attributes.SentTimestamp));
  const leaveOut = (reason: string) => log("WARN", "a part of an event is left out", { reason });
  for (const { read, identity } of topicReaders) {
    const ours = identity && process.env[identity];
    const items = read(json, sentAt, { ours: ours || undefined, leaveOut });
    if (items !== undefined) return items;
  }
  return [v.parse(queued, json)];
}

/** A service may publish a sentence where it is set up. */
function jsonOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Made once for each channel: circuits count failures in a row. */
function byChannel<Made>(make: (channel: string) => Made): (channel: string) => Made {
  const made = new Map<string, Made>();
  return (channel) => {
    const known = made.get(channel) ?? make(channel);
    made.set(channel, known);
    return known;
  };
}

export function createHandler(topicReaders: readonly TopicReader[]) {
  const run = lazily(() => createReceipts({ ...dependenciesFromEnvironment(), topicReaders }));
  return (event: SQSEvent) => run()(event);
}

function dependenciesFromEnvironment(): Omit<QueuedReceiptDependencies, "topicReaders"> {
  const dynamoDb = createDynamoDb();
  const hash = deployedHash();
  const contactsTable = environment("CONTACTS_TABLE");
  return {
    ...updateDependencies(dynamoDb),
    startRest: startRest(),
    circuitsOf: byChannel((channel) => circuitsOf(dynamoDb, channel)),
    contacts: createContactsTable(dynamoDb, contactsTable, environment("RETENTION_DAYS"), hash),
    consents: createConsentsTable(dynamoDb, contactsTable, hash),
    lists: createMessageLists(dynamoDb, contactsTable, hash),
    profiles: createProfilesTable(dynamoDb, environment("PROFILES_TABLE")),
    customerRefs: createCustomerRefs(dynamoDb, contactsTable, environment("RETENTION_DAYS"), hash),
    publishInbound: createPublishInbound(
      createEventsTopic(environment("MESSAGE_EVENTS_TOPIC")),
      createQueueDeliveries(
        createWebhookSubscriptionsTable(dynamoDb, environment("CLIENTS_TABLE")),
        createWebhookDeliveriesQueue(environment("WEBHOOK_DELIVERIES_QUEUE_URL")),
      ),
    ),
    prices: ownFacts().prices,
    comeBackIn: createReceiptsQueue(environment("RECEIPTS_QUEUE_URL")).comeBackIn,
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    tries: environment("QUEUE_TRIES"),
    emitCount,
  };
}
