/** A message whose time has not come: nothing is read or claimed, and the state machine waits as it does for quiet hours to end. */

import type { HopDependencies, HopEvent } from "./dependencies.ts";
import { quietHoursError } from "./quiet-hours.ts";
import { retryOwnCall } from "./retries.ts";

/** Whether the task was ended until `sendAt`. Throws HopInterrupted where Step Functions fails. */
export async function waitsForItsTime(
  { taskToken, hop: { sendAt } }: HopEvent,
  at: Date,
  dependencies: HopDependencies,
): Promise<boolean> {
  if (sendAt === undefined || sendAt <= at.toISOString()) return false;
  await retryOwnCall(dependencies, () => dependencies.failTask(taskToken, quietHoursError, sendAt));
  return true;
}
