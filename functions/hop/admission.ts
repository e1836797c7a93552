/** A hop and its channel's circuit breaker: asks it before the send, and tells it the result. */
import { CircuitOpen } from "../channels/errors.ts";
import { logFault } from "../shared/log.ts";
import type { Admission } from "./circuit-breaker.ts";
import type { HopDependencies, HopEvent } from "./dependencies.ts";
import { previousHop } from "./previous-hop.ts";
import { handleRefusedClaim } from "./refused-claim.ts";
import { retryOwnCall } from "./retries.ts";

/** Whether the hop may send now. A circuit breaker that cannot be read holds nothing back. */
export async function admit({ circuit }: HopDependencies): Promise<Admission> {
  return circuit.admit().catch((fault: unknown) => {
    logFault("the circuit breaker could not be read", fault);
    return { admitted: true, isProbe: false } as const;
  });
}

/**
 * Fails the hop before its claim, because the circuit is open. Throws CircuitOpen, or what a refused claim throws
 * (refused-claim.ts) where the channel was claimed before, or the message is finished or expired.
 */
export async function failWithOpenCircuit(
  since: string,
  event: HopEvent,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, messages, now } = dependencies;
  const { messageId } = event.hop;
  const message = `circuit open since ${since}`;
  const error = { name: "ProviderUnavailable", code: "CircuitOpen", message };
  const at = now().toISOString();
  const failed = await retryOwnCall(dependencies, () =>
    messages.refuse(messageId, channel.id, error, at, previousHop(event.hop)),
  );
  if (failed === undefined) {
    const stored = await retryOwnCall(dependencies, () => messages.get(messageId));
    return handleRefusedClaim(stored, event, dependencies);
  }
  throw new CircuitOpen(message);
}

/**
 * Tells the circuit breaker the result of a send; undefined: the provider took it. Throws nothing: a report that fails
 * changes nothing for this message.
 */
export async function reportSend(
  error: unknown,
  admission: { isProbe: boolean },
  { circuit }: HopDependencies,
): Promise<void> {
  await circuit
    .report(error, admission)
    .catch((fault: unknown) => logFault("the circuit breaker could not be updated", fault));
}
