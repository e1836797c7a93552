/** Records the outcome of a send on the message's item: receipts, the next hop and the trace depend on it. */

import { describeError, toAttemptError, withoutAddresses } from "../channels/attempt-error.ts";
import {
  ChannelError,
  CircuitOpen,
  OutcomeUnknown,
  ProviderUnavailable,
  Undeliverable,
} from "../channels/errors.ts";
import type { Sent } from "../domain/channel.ts";
import type { Attempt, Message } from "../domain/message/message.ts";
import { logFault } from "../shared/log.ts";
import { noteOptOut } from "./consent.ts";
import type { HopDependencies, HopEvent } from "./dependencies.ts";
import { indexOtherName } from "./receipt-index.ts";
import { retryOwnCall } from "./retries.ts";

/**
 * Records the provider's ids; where the rule asks for no more than `sent`, finishes the message and ends the task. Throws
 * HopInterrupted where DynamoDB or Step Functions fail.
 */
export async function recordSend(
  { providerMessageIds, isHeld, knownAs, provider, failures = [] }: Sent,
  { route }: Message,
  { taskToken, hop: { messageId } }: HopEvent,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, messages, succeedTask, now } = dependencies;
  const sentAt = now().toISOString();
  const until = route.find((hop) => hop.channel === channel.id)?.until;
  const reachedAt = until === "sent" && !isHeld ? sentAt : undefined;
  const outcome = {
    ...(isHeld ? {} : { sentAt }),
    providerMessageIds,
    ...(provider === undefined ? {} : { provider, ...refusalsIn(failures) }),
  };
  const recorded = await retryOwnCall(dependencies, () =>
    messages.recordAttempt(messageId, channel.id, outcome, reachedAt),
  );
  if (knownAs !== undefined) await indexOtherName(knownAs, messageId, sentAt, dependencies);
  // It was cancelled and redacted during the send: what was recorded since is redacted too.
  if (recorded.redactedAt !== undefined)
    await retryOwnCall(dependencies, () => messages.redact(recorded, sentAt));
  // A failure that was reported meanwhile ends the task or has already ended it.
  if (reachedAt && recorded.outcome === "reached")
    await retryOwnCall(dependencies, () =>
      succeedTask(taskToken, { messageId, channel: channel.id, status: "sent" }),
    );
}

/**
 * Records why the send failed, and throws the error, so that the state's Retry or Catch decides what comes next. Returns
 * where the outcome is unknown: the task goes on waiting for a receipt, until its window ends.
 */
export async function recordFailure(
  thrown: unknown,
  message: Message,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, messages, consents, now } = dependencies;
  const { messageId, addresses } = message;
  // Any other error is a fault of the function during the send: the provider may have taken the message.
  const error =
    thrown instanceof ChannelError
      ? thrown
      : new OutcomeUnknown("the function failed while sending", { cause: thrown, speaksOf: "request" });
  error.message = withoutAddresses(error.message, addresses);
  const recorded = toAttemptError(error instanceof CircuitOpen ? asUnavailable(error) : error);
  const refusals = channel.providers?.inOrder ? refusalsIn(error.others) : {};
  const at = now().toISOString();
  if (error instanceof OutcomeUnknown) {
    await retryOwnCall(dependencies, () =>
      messages.recordAttempt(messageId, channel.id, { unknownAt: at, error: recorded, ...refusals }),
    );
    return;
  }
  error.message = describeError(recorded);
  await noteOptOut(channel, message, error.code, at, consents).catch((fault: unknown) =>
    logFault("an opt-out could not be recorded", fault),
  );
  try {
    await retryOwnCall<unknown>(dependencies, () =>
      error.refusedForNow
        ? messages.release(messageId, channel.id, recorded)
        : messages.recordAttempt(messageId, channel.id, { failedAt: at, error: recorded, ...refusals }),
    );
  } catch (cause) {
    // Nothing was sent, so the route moves on, and the next state writes the reason. While the claim may still be held, a
    // Retry could not send, so no error is thrown that the state's Retry matches.
    logFault("a failure could not be recorded", cause);
    throw error.refusedForNow ? new Undeliverable(error.message, { cause: error }) : error;
  }
  throw error;
}

/** What the providers said that were tried before, or besides: names and codes, as their texts may quote the customer. */
function refusalsIn(errors: readonly unknown[]): Pick<Attempt, "refusals"> {
  const refusals = errors.flatMap((error) =>
    error instanceof ChannelError && error.identity !== undefined
      ? [
          {
            provider: error.identity,
            name: error.name,
            ...(error.code === undefined ? {} : { code: error.code }),
          },
        ]
      : [],
  );
  return refusals.length === 0 ? {} : { refusals };
}

/** As the trace shows it: the name in the execution's history is another one, which the state machine does not retry. */
const asUnavailable = ({ message, speaksOf, identity }: CircuitOpen) =>
  new ProviderUnavailable(message, { code: "CircuitOpen", speaksOf, identity });
