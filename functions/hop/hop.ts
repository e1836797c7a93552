/**
 * One hop: a channel's task, from claim to end. Called by each channel's Lambda function.
 *
 * 1. Claim the channel on the message's item. Refused: already reached → the task succeeds and nothing is sent; expired →
 *    `MessageExpired`; an earlier attempt whose outcome is unknown → adopt it, never send again.
 * 2. What is known not to work (circuits.ts) fails at once, and nothing is sent.
 * 3. Send, trying again for a moment where the provider clearly refused for now; the address that receipts
 *    will name is noted before.
 * 4. Record the provider's message id; where the rule asks for no more than `sent`, the task succeeds. Otherwise a receipt
 *    ends it (functions/receipts/apply-receipt.ts), or its window.
 * A clear refusal for now gives the claim back (the state's Retry may send); any other failure is recorded and thrown, so
 * that Catch moves on; an unknown outcome ends the function without ending the task: the window decides. Where our own side
 * fails, the state's Retry calls again, which adopts the attempt: only a channel that failed is moved on from.
 */

import {
  ChannelError,
  CircuitOpen,
  HopInterrupted,
  MessageExpired,
  OutcomeUnknown,
  ProviderUnavailable,
  Undeliverable,
} from "../channels/errors.ts";
import type { Channel, Send, Sent, Settings, Unusable } from "../domain/channel.ts";
import type { HopInput } from "../domain/message/execution-input.ts";
import type { Message } from "../domain/message/message.ts";
import { bodyFor } from "../domain/route/plan-route.ts";
import { logFault } from "../shared/log.ts";
import type { ContactsTable } from "../storage/contacts-table.ts";
import type { MessagesTable, PreviousHop } from "../storage/messages-table.ts";
import { describeError, toAttemptError, withoutAddresses } from "./attempt-error.ts";
import type { Circuits } from "./circuits.ts";

export interface HopEvent {
  taskToken: string;
  hop: HopInput;
}

export interface HopDependencies {
  channel: Channel;
  messages: MessagesTable;
  contacts: ContactsTable;
  circuits: Pick<Circuits, "admit">;
  settings: Settings;
  send: Send;
  succeedTask: (taskToken: string, output: object) => Promise<void>;
  now: () => Date;
  pause: (milliseconds: number) => Promise<void>;
}

/** Waits between the function's own tries: cheaper than the state's Retry, which is billed as a transition each. */
const pausesMs = [150, 400];

export async function runHop(event: HopEvent, dependencies: HopDependencies): Promise<void> {
  const { channel, messages, succeedTask } = dependencies;
  const { messageId } = event.hop;
  const at = () => dependencies.now().toISOString();

  const claimedAt = at();
  const claim = await retryOwnCall(dependencies, () =>
    messages.claim(messageId, channel.id, event.taskToken, claimedAt, previousHop(event.hop)),
  );
  if (!claim.claimed) return handleRefusedClaim(claim.message, event, dependencies);

  let admission: Admission | undefined;
  let sent: Sent;
  try {
    admission = await admit(claim.message, dependencies);
    await noteAddress(claim.message, claimedAt, dependencies);
    sent = await sendWithRetries(claim.message, event.hop, claimedAt, admission.unusable, dependencies);
  } catch (error) {
    await admission?.report(error);
    return recordFailure(error, claim.message, dependencies);
  }
  const reported = admission.report(undefined, sent.failures);
  const { providerMessageIds } = sent;
  const sentAt = at();
  const outcome = { ...(sent.isHeld ? {} : { sentAt }), providerMessageIds };
  const until = claim.message.route.find((hop) => hop.channel === channel.id)?.until;
  const reached = until === "sent" && !sent.isHeld ? sentAt : undefined;
  const recorded = await retryOwnCall(dependencies, () =>
    messages.recordAttempt(messageId, channel.id, outcome, reached),
  );
  // Cancelled and redacted while it was sent.
  if (recorded.redactedAt !== undefined)
    await retryOwnCall(dependencies, () => messages.redact(recorded, sentAt));
  await reported;
  // A failure that was reported meanwhile ends the task, or has ended it.
  if (reached && recorded.outcome === "reached")
    await retryOwnCall(dependencies, () =>
      succeedTask(event.taskToken, { messageId, channel: channel.id, status: "sent" }),
    );
}

/** A call to our own side: made again for a moment, for each of them does the same the second time. */
async function retryOwnCall<Result>(
  { pause }: Pick<HopDependencies, "pause">,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await retryAfterPauses(call, () => true, pause);
  } catch (cause) {
    // By name: its text may quote what is personal.
    throw new HopInterrupted(cause instanceof Error ? cause.name : typeof cause, { cause });
  }
}

interface Admission {
  unusable: Unusable;
  /** What came of the send, and, of several devices, of those that refused. */
  report: (error: unknown, failures?: readonly unknown[]) => Promise<void>;
}

/**
 * What of the channel may be used for this message. A circuit that cannot be read stops nothing, and one that cannot be
 * written changes nothing for this message.
 * @throws {CircuitOpen} where nothing may.
 */
async function admit(
  { client, addresses, channelOptions }: Message,
  { channel, circuits, settings }: HopDependencies,
): Promise<Admission> {
  const named = channel.identities?.(settings, addresses) ?? [];
  const identities = named.length > 0 ? named : ["account"];
  const template = channel.templateIn?.(channelOptions?.[channel.id] ?? {});
  const admitted = await circuits.admit({ client, identities, template }).catch((fault: unknown) => {
    logFault("the circuits could not be read", fault);
    return undefined;
  });
  const closed = admitted?.identities ?? new Map<string, string>();
  const usable = identities.filter((identity) => !closed.has(identity));
  if (usable.length === 0) throw new CircuitOpen(`circuit open since ${[...closed.values()].sort()[0]}`);
  return {
    unusable: { identities: new Set(closed.keys()), template: admitted?.template !== undefined },
    report: async (error, failures = []) => {
      const errors = error instanceof ChannelError ? [error, ...error.others] : [error, ...failures];
      const outcomes = usable.map((identity) => [identity, errorOf(identity, errors)] as const);
      await admitted
        ?.report(new Map(outcomes))
        .catch((fault: unknown) => logFault("the circuits could not be written", fault));
    },
  };
}

/** An error without an identity speaks of all that the message was sent as. */
const errorOf = (identity: string, errors: readonly unknown[]): unknown =>
  errors.find((error) => error instanceof ChannelError && (error.identity ?? identity) === identity);

async function handleRefusedClaim(
  message: Message | undefined,
  event: HopEvent,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, messages, now } = dependencies;
  const { taskToken, hop } = event;
  if (message === undefined)
    throw new Error(
      `message ${hop.messageId} is not in the table: it was deleted, or its time to live is over`,
    );
  const attempt = message.attempts[channel.id];
  if (message.finishedAt !== undefined) return endFinished(message, event, dependencies);
  if (attempt?.claimedAt !== undefined) {
    const isRecorded = (attempt.sentAt ?? attempt.providerMessageIds) !== undefined;
    const unknownAt = isRecorded ? undefined : now().toISOString();
    const adopted = await retryOwnCall(dependencies, () =>
      messages.adopt(hop.messageId, channel.id, taskToken, unknownAt),
    );
    // A receipt that came in between knew only the old token.
    if (adopted.finishedAt !== undefined) return endFinished(adopted, event, dependencies);
    const { failedAt, error } = adopted.attempts[channel.id] ?? {};
    if (failedAt && error) throw Object.assign(new Error(describeError(error)), { name: error.name });
    return;
  }
  // The window ended before this function began, and the route went on: whoever called it waits no longer.
  if (attempt?.endedAt !== undefined) return;
  if (message.expiresOn !== undefined && message.expiresOn <= now().toISOString())
    throw new MessageExpired("expiresOn is past");
  throw new Error(`message ${hop.messageId} could not be claimed for ${channel.id}`);
}

/** Nothing is left to do: the customer was reached, or nobody wants the message any more. */
async function endFinished(
  message: Message,
  { taskToken, hop }: HopEvent,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, succeedTask } = dependencies;
  if (message.outcome === "expired") throw new MessageExpired("expiresOn is past");
  const status = message.outcome === "cancelled" ? "cancelled before" : "reached before";
  await retryOwnCall(dependencies, () =>
    succeedTask(taskToken, { messageId: hop.messageId, channel: channel.id, status }),
  );
}

async function noteAddress(
  { messageId, addresses }: Message,
  claimedAt: string,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel } = dependencies;
  const address = addresses[channel.address];
  if (channel.receiptsNameThe === "address" && typeof address === "string")
    await note(address, messageId, claimedAt, dependencies);
}

/** @throws {ProviderUnavailable} as nothing went out: the claim is given back. */
async function note(
  address: string,
  messageId: string,
  claimedAt: string,
  { channel, contacts }: HopDependencies,
): Promise<void> {
  try {
    await contacts.sentTo(channel.id, address, messageId, claimedAt);
  } catch (cause) {
    throw new ProviderUnavailable("the send could not be noted for its receipts, so it was not made", {
      cause,
    });
  }
}

async function sendWithRetries(
  message: Message,
  hop: HopInput,
  claimedAt: string,
  unusable: Unusable,
  dependencies: HopDependencies,
): Promise<Sent> {
  const { channel, send, pause } = dependencies;
  const body = bodyFor(channel.id, message);
  const form =
    message.attempts[channel.id]?.refusedTextId === undefined
      ? message.route.find((one) => one.channel === channel.id)?.form
      : "template";
  const outbound = {
    messageId: message.messageId,
    addresses: message.addresses,
    ...(message.title === undefined ? {} : { title: message.title }),
    ...(body === undefined ? {} : { body }),
    options: message.channelOptions?.[channel.id] ?? {},
    ...(form === undefined ? {} : { form }),
    timeoutSeconds: hop.timeoutSeconds ?? channel.windowSeconds,
    unusable,
    noteAddress: (address: string) => note(address, message.messageId, claimedAt, dependencies),
  };
  const isForNow = (error: unknown) => error instanceof ChannelError && error.refusedForNow;
  return retryAfterPauses(() => send(outbound), isForNow, pause);
}

/** Three tries, as long as what went wrong may pass. */
async function retryAfterPauses<Result>(
  call: () => Promise<Result>,
  mayPass: (error: unknown) => boolean,
  pause: HopDependencies["pause"],
): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return await call();
    } catch (error) {
      if (!mayPass(error)) throw error;
      await pause(pauseMs * (0.5 + Math.random()));
    }
  }
  return call();
}

async function recordFailure(
  thrown: unknown,
  message: Message,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel, messages, now } = dependencies;
  const { messageId } = message;
  // Anything but our own errors is a fault between our code and the provider: nobody knows whether it was sent.
  const error =
    thrown instanceof ChannelError
      ? thrown
      : new OutcomeUnknown("the function failed while sending", { cause: thrown, speaksOf: "request" });
  error.message = withoutAddresses(error.message, message.addresses);
  const recorded = toAttemptError(error instanceof CircuitOpen ? asUnavailable(error) : error);
  const at = now().toISOString();
  if (error instanceof OutcomeUnknown) {
    await retryOwnCall(dependencies, () =>
      messages.recordAttempt(messageId, channel.id, { unknownAt: at, error: recorded }),
    );
    return;
  }
  error.message = describeError(recorded);
  try {
    await retryOwnCall<unknown>(dependencies, () =>
      error.refusedForNow
        ? messages.release(messageId, channel.id, recorded)
        : messages.recordAttempt(messageId, channel.id, { failedAt: at, error: recorded }),
    );
  } catch (cause) {
    // Nothing went out: the route goes on, and its next step writes the reason. A claim that may stay allows no retry.
    logFault("a failure could not be recorded", cause);
    throw error.refusedForNow ? new Undeliverable(error.message, { cause: error }) : error;
  }
  throw error;
}

/** As the trace has it: the name that the execution's history shows tells the state machine not to try again. */
const asUnavailable = ({ message, speaksOf, identity }: CircuitOpen) =>
  new ProviderUnavailable(message, { code: "CircuitOpen", speaksOf, identity });

/** What the state machine's Catch knows of the hop before. */
export function previousHop({ previous, failed }: HopInput): PreviousHop | undefined {
  if (previous === undefined || failed === undefined) return undefined;
  return { channel: previous, error: { name: failed.Error, message: causeText(failed) } };
}

/** Lambda's Cause is JSON; a time-out has none. */
function causeText({ Error: name, Cause }: NonNullable<HopInput["failed"]>): string {
  if (name === "States.Timeout") return "no sign within the window";
  if (!Cause) return name;
  try {
    const parsed: unknown = JSON.parse(Cause);
    if (typeof parsed === "object" && parsed !== null && "errorMessage" in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not Lambda's JSON: the text itself says why.
  }
  return Cause;
}
