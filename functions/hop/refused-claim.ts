/** A hop whose claim was refused: nothing is sent, and the stored message says how the task ends. */

import { describeError } from "../channels/attempt-error.ts";
import { MessageExpired } from "../channels/errors.ts";
import type { Message } from "../domain/message/message.ts";
import type { HopDependencies, HopEvent } from "./dependencies.ts";
import { retryOwnCall } from "./retries.ts";

/**
 * - Finished: the task ends with success.
 * - Claimed by an earlier try of this hop: that attempt is adopted, so that receipts end the task that is waiting now.
 * - Left by the route: the function ends, and no task waits for it.
 *
 * Throws MessageExpired past `expiresOn`; the provider's error where the adopted attempt has failed; HopInterrupted where
 * DynamoDB or Step Functions fail; Error where the message is not in the table.
 */
export async function handleRefusedClaim(
  message: Message | undefined,
  event: HopEvent,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, messages, now } = dependencies;
  const { taskToken, hop } = event;
  if (message === undefined)
    throw new Error(
      `message ${hop.messageId} is not in the table: it was deleted, or its time to live ended`,
    );
  const attempt = message.attempts[channel.id];
  if (message.finishedAt !== undefined) return endFinished(message, event, dependencies);
  if (attempt?.claimedAt !== undefined) {
    const isRecorded = (attempt.sentAt ?? attempt.providerMessageIds) !== undefined;
    const unknownAt = isRecorded ? undefined : now().toISOString();
    const adopted = await retryOwnCall(dependencies, () =>
      messages.adopt(hop.messageId, channel.id, taskToken, unknownAt),
    );
    // A receipt that came before this write knew only the old task token, so it could not end this task.
    if (adopted.finishedAt !== undefined) return endFinished(adopted, event, dependencies);
    const { failedAt, error } = adopted.attempts[channel.id] ?? {};
    if (failedAt && error) throw Object.assign(new Error(describeError(error)), { name: error.name });
    return;
  }
  // The window ended before this function ran, and the route moved on: no task waits for it any more.
  if (attempt?.endedAt !== undefined) return;
  if (message.expiresOn !== undefined && message.expiresOn <= now().toISOString())
    throw new MessageExpired("expiresOn is past");
  throw new Error(`message ${hop.messageId} could not be claimed for ${channel.id}`);
}

/** Ends the task of a message that was reached, cancelled or resolved. Throws MessageExpired where it expired. */
async function endFinished(
  message: Message,
  { taskToken, hop }: HopEvent,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, succeedTask } = dependencies;
  if (message.outcome === "expired") throw new MessageExpired("expiresOn is past");
  const status = `${message.outcome} before`;
  await retryOwnCall(dependencies, () =>
    succeedTask(taskToken, { messageId: hop.messageId, channel: channel.id, status }),
  );
}
