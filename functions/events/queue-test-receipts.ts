/**
 * The receipts of messages of test keys, which no provider reports: by the table of test addresses they go on the receipts
 * queue, once it is recorded that a message went out, or may have. A receipt that is put there twice changes nothing.
 */
import pMap from "p-map";
import type { ReceiptsQueue } from "../aws/receipts-queue.ts";
import type { Attempt, Message } from "../domain/message/message.ts";
import type { Receipt } from "../domain/message/queued-receipt.ts";
import { testOutcomes } from "../domain/test-addresses.ts";
import type { Consumer } from "./consumer.ts";

const atOnce = 10;

export const queueTestReceipts =
  (queue: Pick<ReceiptsQueue, "enqueueIn">, now: () => Date): Consumer =>
  async (changed) => {
    const receipts = changed.flatMap(({ before, after }) => receiptsBetween(before, after));
    const seconds = (at: string) => Math.max(0, Math.ceil((Date.parse(at) - now().getTime()) / 1000));
    await pMap(receipts, (receipt) => queue.enqueueIn(seconds(receipt.at), receipt), { concurrency: atOnce });
  };

function receiptsBetween(before: Message | undefined, after: Message): Receipt[] {
  return Object.entries(after.test ?? {}).flatMap(([channel, number]) => {
    const outAt = wentOutAt(after.attempts[channel]);
    if (outAt === undefined || wentOutAt(before?.attempts[channel]) !== undefined) return [];
    return (testOutcomes[number]?.later ?? []).map(({ status, afterSeconds }) => ({
      names: "messageId",
      messageId: after.messageId,
      channel,
      status,
      at: new Date(Date.parse(outAt) + afterSeconds * 1000).toISOString(),
      ...(status === "failed" ? { error: { name: "Undeliverable", message: whatIs(number) } } : {}),
    }));
  });
}

const wentOutAt = ({ sentAt, unknownAt }: Attempt = {}): string | undefined => unknownAt ?? sentAt;
const whatIs = (number: string) => `as the test address says: ${testOutcomes[number]?.what}`;
