/** Requests of many items, each with a result of its own: one that is refused, or fails on our side, does not affect the others. */
import type { Fault } from "../domain/fault.ts";
import { logFault } from "../shared/log.ts";
import { type HttpEvent, readParts } from "./handler.ts";
import { checkPart } from "./json.ts";
import { Problem, truncateFaults } from "./problem.ts";

/** Few enough that the faults of 5,000 items fit into one answer. */
const maxFaultsPerItem = 3;

export interface FailedItem {
  index: number;
  status: number;
  errors: readonly Fault[];
}

/** What `handle` returns, or what it threw as the item's result. `remedy`: what to send again where something failed on our side. */
export async function resultOfItem<Result>(
  { item, index, remedy }: { item: unknown; index: number; remedy: string },
  handle: () => Promise<Result>,
): Promise<Result | FailedItem> {
  try {
    checkPart(item);
    return await handle();
  } catch (error) {
    if (error instanceof Problem)
      return { index, status: error.status, errors: truncateFaults(error.errors, maxFaultsPerItem) };
    logFault("an item of a batch failed", error);
    return failedItem(index, remedy);
  }
}

/** The result of an item that failed on our side. */
export const failedItem = (index: number, remedy: string): FailedItem & { status: 500 } => ({
  index,
  status: 500,
  errors: [{ path: "", code: "failed", message: `something failed on our side: send ${remedy}` }],
});

/** How many requests it counts as: the number of its items, and at most `max`. */
export const countItems =
  (max: number) =>
  (event: HttpEvent): number => {
    let items: unknown;
    try {
      items = readParts(event);
    } catch {
      // The handler refuses it, and it counts as one request.
      return 1;
    }
    return Array.isArray(items) ? Math.min(Math.max(items.length, 1), max) : 1;
  };
