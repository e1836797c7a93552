/** A batch of deliveries: the events of one message one after the other, by their sequence; those of others meanwhile. */
import type { SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { type Delivery, delivery as deliverySchema } from "../../domain/events/webhook-delivery.ts";
import { logFault, withLogFields } from "../../shared/log.ts";

/** Answers whether the delivery is done with; `isBehindAnother`: an earlier one of its message in this batch is not. */
export type Deliver = (record: SQSRecord, given: Delivery, isBehindAnother: boolean) => Promise<boolean>;

const sequenceOf = ({ given }: { given: Delivery }) => given.order?.sequence ?? 0;
const messageOf = ({ client, order, id }: Delivery) => JSON.stringify([client, order?.messageId ?? id]);

/** Answers the records that failed: they come again. */
export async function eachInOrder(records: readonly SQSRecord[], deliver: Deliver): Promise<SQSRecord[]> {
  const failed: SQSRecord[] = [];
  const fail = (record: SQSRecord, error: unknown) => {
    logFault("an event could not be delivered or put back", error);
    failed.push(record);
    return false;
  };
  const parsed = records.flatMap((record) => {
    try {
      return [{ record, given: v.parse(deliverySchema, JSON.parse(record.body)) }];
    } catch (error) {
      fail(record, error);
      return [];
    }
  });
  const before = new Map<string, Promise<boolean>>();
  for (const { record, given } of parsed.toSorted((a, b) => sequenceOf(a) - sequenceOf(b))) {
    const message = messageOf(given);
    const earlier = before.get(message) ?? Promise.resolve(true);
    before.set(
      message,
      earlier.then(async (isDone) => {
        const isThisDone = await withLogFields({ messageId: given.order?.messageId }, () =>
          deliver(record, given, !isDone).catch((error: unknown) => fail(record, error)),
        );
        return isDone && isThisDone;
      }),
    );
  }
  await Promise.all(before.values());
  return failed;
}
