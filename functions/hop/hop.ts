/**
 * One hop: the task of one channel. Called by each channel's Lambda function (handler.ts).
 *
 * 1. Claim the channel on the message's item. Refused → nothing is sent: a finished message ends the task with success, an
 *   expired one throws `MessageExpired`, an earlier attempt is adopted (refused-claim.ts). In quiet hours nothing is claimed: the
 *   task ends, and the state machine waits or goes on (quiet-hours.ts). A channel that was claimed before they began is not held
 *   back.
 * 2. At once: write the entry by which receipts, and searches by address, find the message; check whether the customer opted out
 *   since the message was accepted (consent.ts); read the circuits. Opted out → `OptedOut`, and nothing is sent.
 * 3. Check the circuits of the identities that would send it (circuits.ts). All open → `CircuitOpen`, and nothing is sent.
 * 4. Send (a message of a test key to no provider: test-message.ts), with retries inside the function where the provider clearly refused for now.
 * - Refused for now, even at the last try → the claim is released, and the error thrown: the state's Retry may send.
 * - Any other failure → recorded and thrown: the state's Catch moves on to the next channel.
 * - Outcome unknown → recorded, and the function ends: a receipt ends the task, or its window does.
 * 5. Record the provider's message ids. Where the rule asks for no more than `sent`, the task ends with success; otherwise a
 *   receipt ends it (functions/receipts/apply-receipt.ts), or its window does.
 *
 * Idempotency: the claim is one conditional update before the send, and only a clear refusal releases it, so a hop that runs
 * twice sends once. Where DynamoDB or Step Functions fail, `HopInterrupted` makes the state's Retry call the function again,
 * which adopts the attempt: a fault on our side never makes the route leave a channel that may have sent.
 */
import { OptedOut } from "../channels/errors.ts";
import type { Sent } from "../domain/channel.ts";
import { together } from "../shared/together.ts";
import { type Admission, admit, readCircuits } from "./admission.ts";
import { refuseWhereOptedOut } from "./consent.ts";
import type { HopDependencies, HopEvent } from "./dependencies.ts";
import { claimOutsideQuietHours } from "./quiet-hours.ts";
import { indexAddress } from "./receipt-index.ts";
import { recordFailure, recordSend } from "./record.ts";
import { handleRefusedClaim } from "./refused-claim.ts";
import { sendWithRetries } from "./send.ts";
import { withoutProvider } from "./test-message.ts";

/** Throws a ChannelError (functions/channels/errors.ts) or HopInterrupted; the state's Retry and Catch decide by its name. */
export async function runHop(event: HopEvent, usual: HopDependencies): Promise<void> {
  const { now } = usual;
  const { hop } = event;

  const at = now();
  const claimedAt = at.toISOString();
  const claim = await claimOutsideQuietHours(event, at, usual);
  if (claim === undefined) return;
  if (!claim.claimed) return handleRefusedClaim(claim.message, event, usual);
  const dependencies = withoutProvider(claim.message, usual);

  let admission: Admission | undefined;
  let sent: Sent;
  try {
    const [, , areRead] = await together([
      indexAddress(claim.message, claimedAt, dependencies),
      refuseWhereOptedOut(claim.message, dependencies),
      readCircuits(claim.message, dependencies),
    ]);
    admission = await admit(claim.message, areRead, dependencies);
    sent = await sendWithRetries(claim.message, hop, claimedAt, admission.unusable, dependencies);
  } catch (error) {
    // An opt-out says nothing about the identities.
    if (!(error instanceof OptedOut)) await admission?.report(error);
    return recordFailure(error, claim.message, dependencies);
  }

  await Promise.all([
    recordSend(sent, claim.message, event, dependencies),
    admission.report(undefined, sent),
  ]);
}
