/**
 * A batch of webhook deliveries: the events of one message in order of their sequence, one after the other; different messages in
 * parallel.
 */
import type { SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { type WebhookDelivery, webhookDelivery } from "../../domain/events/webhook-delivery.ts";
import { logFault, withLogFields } from "../../shared/log.ts";

/**
 * Resolves to whether the event is dealt with, so that later events of its message need not wait for it. `isBehindAnother`: an
 * earlier event of its message in this batch is not dealt with.
 */
export type Deliver = (
  record: SQSRecord,
  delivery: WebhookDelivery,
  isBehindAnother: boolean,
) => Promise<boolean>;

const sequenceOf = ({ delivery }: { delivery: WebhookDelivery }) => delivery.order?.sequence ?? 0;
const messageOf = ({ client, order, id }: WebhookDelivery) =>
  JSON.stringify([client, order?.messageId ?? id]);

/** Resolves to the records that failed, for SQS to deliver again. */
export async function eachInOrder(records: readonly SQSRecord[], deliver: Deliver): Promise<SQSRecord[]> {
  const failed: SQSRecord[] = [];
  const fail = (record: SQSRecord, error: unknown) => {
    logFault("a webhook delivery could neither be made nor put back on the queue", error);
    failed.push(record);
    return false;
  };
  const parsed = records.flatMap((record) => {
    try {
      return [{ record, delivery: v.parse(webhookDelivery, JSON.parse(record.body)) }];
    } catch (error) {
      fail(record, error);
      return [];
    }
  });
  const before = new Map<string, Promise<boolean>>();
  for (const { record, delivery } of parsed.toSorted((a, b) => sequenceOf(a) - sequenceOf(b))) {
    const message = messageOf(delivery);
    const earlier = before.get(message) ?? Promise.resolve(true);
    before.set(
      message,
      earlier.then(async (isDone) => {
        const isThisDone = await withLogFields({ messageId: delivery.order?.messageId }, () =>
          deliver(record, delivery, !isDone).catch((error: unknown) => fail(record, error)),
        );
        return isDone && isThisDone;
      }),
    );
  }
  await Promise.all(before.values());
  return failed;
}
