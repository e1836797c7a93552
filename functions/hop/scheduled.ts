/**
 * A message whose `sendAt` has not come: nothing is read or claimed, and the state machine waits as it does for the end of quiet
 * hours.
 */

import type { HopDependencies, HopEvent } from "./dependencies.ts";
import { quietHoursError } from "./quiet-hours.ts";
import { retryOwnCall } from "./retries.ts";

/** Ends the task if `sendAt` is still ahead; returns whether it did. Throws HopInterrupted where Step Functions fails. */
export async function waitsForItsTime(
  { taskToken, hop: { sendAt } }: HopEvent,
  at: Date,
  dependencies: HopDependencies,
): Promise<boolean> {
  if (sendAt === undefined || sendAt <= at.toISOString()) return false;
  await retryOwnCall(dependencies, () => dependencies.failTask(taskToken, quietHoursError, sendAt));
  return true;
}
