/** Retries inside the function: cheaper than the state's Retry, each of which is billed as a transition. */
import { HopInterrupted } from "../channels/errors.ts";
import type { HopDependencies } from "./dependencies.ts";

/** The waits before the second and the third try, in milliseconds; each is spread by half of itself. */
const pausesMs = [150, 400];

/** Makes up to three tries, as long as `isTemporary` is true of the error. Throws the last error. */
export async function retryAfterPauses<Result>(
  call: () => Promise<Result>,
  isTemporary: (error: unknown) => boolean,
  pause: HopDependencies["pause"],
): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return await call();
    } catch (error) {
      if (!isTemporary(error)) throw error;
      await pause(pauseMs * (0.5 + Math.random()));
    }
  }
  return call();
}

/**
 * Makes up to three tries of a call to DynamoDB or Step Functions. The call must be idempotent.
 * Throws HopInterrupted where all fail: the state's Retry then calls the function again.
 */
export async function retryOwnCall<Result>(
  { pause }: Pick<HopDependencies, "pause">,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await retryAfterPauses(call, () => true, pause);
  } catch (cause) {
    // Only the name: the error's text may quote personal data.
    throw new HopInterrupted(cause instanceof Error ? cause.name : typeof cause, { cause });
  }
}
