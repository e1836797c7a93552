/**
 * Moves the local system's clock only while nothing is at work, so that a slow machine is not taken for a slow provider:
 * otherwise windows would end, and messages would come back from their queues, while their functions run.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { System } from "../../infra/local/system.ts";
import type { Queues } from "./queues.ts";

const lookEveryMs = 4;
/** Long enough for the event source to take what became visible. */
const quietLooks = 3;

/** Until no function runs and no queue holds anything that could be taken now; answers whether anything had to be waited for. */
export async function untilQuiet({ lambda }: System, queues: Queues): Promise<boolean> {
  let worked = false;
  for (let quiet = 0; quiet < quietLooks; ) {
    await pause(lookEveryMs);
    const isBusy = lambda.openInvocations() > 0 || (await queues.depths()).some(({ visible }) => visible > 0);
    worked ||= isBusy;
    quiet = isBusy ? 0 : quiet + 1;
  }
  return worked;
}

const shortestStepMs = 5_000;
const longestStepMs = 60_000;

/** Moves the clock, a little after something happened and further the longer nothing does, until `isDone` says so. */
export async function passTime(system: System, queues: Queues, isDone: () => boolean): Promise<void> {
  let stepMs = shortestStepMs;
  await untilQuiet(system, queues);
  while (!isDone()) {
    await system.clock.advance(stepMs);
    const worked = await untilQuiet(system, queues);
    stepMs = worked ? shortestStepMs : Math.min(stepMs * 2, longestStepMs);
  }
}
