/**
 * A hop whose turn comes in quiet hours. From the time when they may begin, the claim is refused; only then is the message read,
 * and the quiet hours stored with it decide (functions/domain/customer/quiet-hours.ts): the task ends with `QuietHours` and the
 * time of their end, until which the state machine waits, or with `SkippedInQuietHours`, and the route goes on. Nothing is
 * claimed or sent before.
 */
import { quietAt, whySkipped } from "../domain/customer/quiet-hours.ts";
import type { Message } from "../domain/message/message.ts";
import type { Claim } from "../storage/messages-table.ts";
import type { HopDependencies, HopEvent } from "./dependencies.ts";
import { previousHop } from "./previous-hop.ts";
import { retryOwnCall } from "./retries.ts";

/** The error's name, which the state machine catches, with the end of the quiet hours as its cause. */
export const quietHoursError = "QuietHours";
const skippedError = "SkippedInQuietHours";

/**
 * Claims the channel, unless it is quiet: then it ends the task and returns `undefined`. Throws HopInterrupted where DynamoDB or
 * Step Functions fail.
 */
export async function claimOutsideQuietHours(
  event: HopEvent,
  at: Date,
  dependencies: HopDependencies,
): Promise<Claim | undefined> {
  const { channel, messages } = dependencies;
  const { taskToken, hop } = event;
  const claimedAt = at.toISOString();
  const claim = (mayBeQuiet: boolean) =>
    retryOwnCall(dependencies, () =>
      messages.claim(hop.messageId, channel.id, taskToken, claimedAt, previousHop(hop), mayBeQuiet),
    );

  const endTask = (error: string, cause: string) =>
    retryOwnCall(dependencies, () => dependencies.failTask(taskToken, error, cause));

  const first = await claim(true);
  const { message } = first;
  // The function died, or Step Functions did not answer, between the record and the end of the task.
  const skipped = message?.finishedAt === undefined ? message?.attempts[channel.id]?.skipped : undefined;
  if (skipped !== undefined) {
    await endTask(skippedError, skipped.reason);
    return undefined;
  }
  const { zones = [], byChannel } = message?.quietHours ?? {};
  const spans = byChannel?.[channel.id]?.spans;
  if (first.claimed || message === undefined || spans === undefined) return first;
  if (!isClaimable(message, channel.id, claimedAt)) return first;
  const quiet = quietAt(spans, zones, at);
  if (quiet === undefined) return claim(false);

  const reason = whySkipped(quiet, message.expiresOn);
  const until = quiet.until?.toISOString() ?? claimedAt;
  const held =
    reason === undefined
      ? { waited: { since: claimedAt, until, timeZone: quiet.timeZone } }
      : { skipped: { code: "quiet_hours" as const, reason } };
  const isHeld = await retryOwnCall(dependencies, () =>
    messages.hold(hop.messageId, channel.id, claimedAt, held, previousHop(hop)),
  );
  // The message ended meanwhile, and the claim shows how.
  if (isHeld === undefined) return claim(true);
  await (reason === undefined ? endTask(quietHoursError, until) : endTask(skippedError, reason));
  return undefined;
}

/** The same condition as the claim's own. */
function isClaimable({ attempts, finishedAt, expiresOn }: Message, channel: string, at: string): boolean {
  const { claimedAt, endedAt } = attempts[channel] ?? {};
  return (claimedAt ?? endedAt ?? finishedAt) === undefined && (expiresOn === undefined || expiresOn > at);
}
