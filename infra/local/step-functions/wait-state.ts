/** Runs a Wait state, which `definition.ts` turned into a task, on the local clock. Called by `execution.ts`. */
import * as v from "valibot";
import { stateInput } from "./definition.ts";
import { StatesRuntimeFailure } from "./errors.ts";
import { type TaskScope, wait } from "./task.ts";

const schema = v.object({
  [stateInput]: v.unknown(),
  seconds: v.optional(v.pipe(v.number(), v.minValue(0))),
  timestamp: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});

/** Returns the state's input, which is the result of a Wait state. */
export async function runWait(parameters: unknown, scope: TaskScope): Promise<unknown> {
  const parsed = v.safeParse(schema, parameters);
  if (!parsed.success)
    throw new StatesRuntimeFailure("A Wait state needs seconds or a timestamp to wait for");
  const { seconds, timestamp, [stateInput]: input } = parsed.output;
  const delayMs = timestamp === undefined ? (seconds ?? 0) * 1000 : Date.parse(timestamp) - scope.clock.now();
  await wait(delayMs, scope, "wait");
  return input;
}
