/**
 * Corrects the budgets' counters to what messages cost: until a message is finished, the amount reserved for it counts; after
 * that its cost, including what late receipts add. A batch costs one write for each client and day. A correction that cannot be
 * written does not fail the batch: Lambda might split the batch before the retry, and then the correction would count twice. A
 * correction that DynamoDB throttled (a client that reserves more often than one item can be written) goes with the next batch of
 * this instance; after any other error it is left out, and the reserved amount stays.
 */
import Big from "big.js";
import pMap from "p-map";
import { isThrottled } from "../aws/dynamodb.ts";
import type { Message } from "../domain/message/message.ts";
import { totalOf } from "../domain/money/cost.ts";
import { logFault } from "../shared/log.ts";
import type { BudgetsTable } from "../storage/budgets-table.ts";
import { batchId, type MessageStates } from "./batch-id.ts";

const atOnce = 10;

export interface Correction {
  client: string;
  /** Any time in the day (UTC) whose budget is corrected. */
  day: Date;
  /** US dollars as decimal text, to be added; may be negative. */
  usd: string;
}

/** How much of its client's budget the message uses, in US dollars. */
export function shareOf(message: Message): Big {
  const { reserved, finishedAt } = message;
  if (reserved === undefined) return new Big(0);
  const total = new Big(totalOf(message));
  return finishedAt === undefined && total.lt(reserved) ? new Big(reserved) : total;
}

/** The corrections of a batch, one for each client and day. A new message is compared with what ingest reserved for it. Pure. */
export function correctionsIn(changes: readonly MessageStates[]): Correction[] {
  const corrections = new Map<string, Omit<Correction, "usd"> & { usd: Big }>();
  for (const { before, after } of changes) {
    // What was reserved since is in the sum already.
    const share = before?.reserved === undefined ? (after.reserved ?? "0") : shareOf(before);
    const change = shareOf(after).minus(share);
    if (change.eq(0)) continue;
    const { client, createdAt, reservedAt = createdAt } = after;
    const key = JSON.stringify([client, reservedAt.slice(0, 10)]);
    const usd = (corrections.get(key)?.usd ?? new Big(0)).plus(change);
    corrections.set(key, { client, day: new Date(reservedAt), usd });
  }
  return [...corrections.values()].flatMap(({ usd, ...correction }) =>
    usd.eq(0) ? [] : [{ ...correction, usd: usd.toFixed() }],
  );
}

export function correctBudgets(budgets: Pick<BudgetsTable, "correct">) {
  /** Corrections not yet written, by client and day. */
  const due = new Map<string, Correction & { batch: string }>();
  const add = (correction: Correction, batch: string) => {
    const key = JSON.stringify([correction.client, correction.day.toISOString().slice(0, 10)]);
    const before = due.get(key);
    // The same batch, delivered again: its correction is already included.
    if (before?.batch === batch) return;
    const usd = new Big(correction.usd).plus(before?.usd ?? 0).toFixed();
    due.set(key, { ...correction, usd, batch });
  };
  const write = async ([key, { client, day, usd, batch }]: [string, Correction & { batch: string }]) => {
    try {
      await budgets.correct(client, day, usd, batch);
      due.delete(key);
    } catch (fault) {
      logFault("a budget could not be corrected", fault);
      if (!isThrottled(fault)) due.delete(key);
    }
  };
  return async (changes: readonly MessageStates[]): Promise<void> => {
    const batch = batchId(changes);
    for (const correction of correctionsIn(changes)) add(correction, batch);
    await pMap(due, write, { concurrency: atOnce });
  };
}
