/**
 * The entries of the contacts table by which the message of a receipt is found, for channels whose receipts do not carry the
 * messageId; searches by address use the same entries. `receiptsNameThe` of the channel's contract says what its receipts name.
 */
import { ownFailure } from "../channels/errors.ts";
import type { Message } from "../domain/message/message.ts";
import { logFault } from "../shared/log.ts";
import type { HopDependencies } from "./dependencies.ts";

/** Before the send, so that a receipt which comes before the provider's answer finds its message too. Throws as `indexSend`. */
export async function indexAddress(
  message: Message,
  claimedAt: string,
  dependencies: HopDependencies,
): Promise<void> {
  const { channel } = dependencies;
  const address = message.addresses[channel.address];
  if (channel.receiptsNameThe === "address" && typeof address === "string")
    await indexSend(address, message, claimedAt, dependencies);
}

/** Throws ProviderUnavailable where it cannot be written: nothing was sent, so the state's Retry may try again. */
export async function indexSend(
  address: string,
  message: Message,
  claimedAt: string,
  { channel, contacts }: HopDependencies,
): Promise<void> {
  try {
    await contacts.recordSend(channel.id, address, message, claimedAt);
  } catch (cause) {
    throw ownFailure("nothing was sent: the send could not be recorded for its receipts", cause);
  }
}

/**
 * After the send, for an answer that comes from another form of the address. If it cannot be written, such an answer finds no
 * message.
 */
export async function indexOtherName(
  name: string,
  messageId: string,
  at: string,
  { channel, contacts }: HopDependencies,
): Promise<void> {
  await contacts
    .recordProviderIds(channel.id, [name], messageId, at)
    .catch((fault: unknown) => logFault("another form of the address could not be recorded", fault));
}
