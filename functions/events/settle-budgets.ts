/**
 * Corrects the budgets' counters by what messages really cost: until a message is finished it keeps what was reserved for it,
 * then it counts for its cost; what late receipts add is added. One write a client and day for each batch. A correction that
 * cannot be written fails no batch, which would come again cut up otherwise and count twice. One that was throttled (a client
 * that reserves more often than its item takes) goes with the next batch of this instance; any other is left out, and what
 * was reserved then stays.
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
  /** A moment of the day that the message counts for. */
  day: Date;
  usd: string;
}

/** What the message takes of its client's budget. */
export function shareOf(message: Message): Big {
  const { reserved, finishedAt } = message;
  if (reserved === undefined) return new Big(0);
  const total = new Big(totalOf(message));
  return finishedAt === undefined && total.lt(reserved) ? new Big(reserved) : total;
}

/** Pure. Before it was stored, ingest had reserved it. */
export function correctionsIn(changes: readonly MessageStates[]): Correction[] {
  const corrections = new Map<string, Omit<Correction, "usd"> & { usd: Big }>();
  for (const { before, after } of changes) {
    const change = shareOf(after).minus(before === undefined ? (after.reserved ?? "0") : shareOf(before));
    if (change.eq(0)) continue;
    const { client, createdAt } = after;
    const key = JSON.stringify([client, createdAt.slice(0, 10)]);
    const usd = (corrections.get(key)?.usd ?? new Big(0)).plus(change);
    corrections.set(key, { client, day: new Date(createdAt), usd });
  }
  return [...corrections.values()].flatMap(({ usd, ...correction }) =>
    usd.eq(0) ? [] : [{ ...correction, usd: usd.toFixed() }],
  );
}

export function settleBudgets(budgets: Pick<BudgetsTable, "settle">) {
  /** Not written so far, by client and day. */
  const due = new Map<string, Correction & { batch: string }>();
  const add = (correction: Correction, batch: string) => {
    const key = JSON.stringify([correction.client, correction.day.toISOString().slice(0, 10)]);
    const before = due.get(key);
    // Handed over again, the batch is in it.
    if (before?.batch === batch) return;
    const usd = new Big(correction.usd).plus(before?.usd ?? 0).toFixed();
    due.set(key, { ...correction, usd, batch });
  };
  const settle = async ([key, { client, day, usd, batch }]: [string, Correction & { batch: string }]) => {
    try {
      await budgets.settle(client, day, usd, batch);
      due.delete(key);
    } catch (fault) {
      logFault("a budget could not be corrected", fault);
      if (!isThrottled(fault)) due.delete(key);
    }
  };
  return async (changes: readonly MessageStates[]): Promise<void> => {
    const batch = batchId(changes);
    for (const correction of correctionsIn(changes)) add(correction, batch);
    await pMap(due, settle, { concurrency: atOnce });
  };
}
