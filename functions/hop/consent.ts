/** Customers who opted out: checked before each send, because they may opt out while the route runs. */
import { OptedOut, ownFailure } from "../channels/errors.ts";
import type { Channel } from "../domain/channel.ts";
import {
  type Consents,
  everyClient,
  goesDespiteOptOut,
  holdersOf,
  refusalOf,
} from "../domain/customer/consent.ts";
import type { Message } from "../domain/message/message.ts";
import type { ConsentsTable } from "../storage/consents-table.ts";
import type { HopDependencies } from "./dependencies.ts";

/**
 * Throws OptedOut where the customer opted out; ProviderUnavailable where that cannot be read: nothing was sent, so the
 * state's Retry may try again.
 */
export async function refuseWhereOptedOut(
  message: Message,
  { channel, consents }: Pick<HopDependencies, "channel" | "consents">,
): Promise<void> {
  if (goesDespiteOptOut(channel, message.category)) return;
  let kept: Consents[];
  try {
    kept = await consents.read(holdersOf(message, channel));
  } catch (cause) {
    throw ownFailure("nothing was sent: it is not known whether the customer opted out", cause);
  }
  const refusal = refusalOf(channel, kept, message.requireOptIn);
  if (refusal !== undefined)
    throw new OptedOut(`${refusal.reason}: nothing was sent`, { code: refusal.code });
}

/** Records an opt-out that a provider's error reports. */
export async function noteOptOut(
  { id, name, address: field, optOutCodes = {} }: Channel,
  { client, addresses }: Pick<Message, "client" | "addresses">,
  code: string | undefined,
  at: string,
  consents: Pick<ConsentsTable, "record">,
): Promise<void> {
  const concerns = code === undefined ? undefined : optOutCodes[code];
  const value = addresses[field];
  if (concerns === undefined || typeof value !== "string") return;
  const holder = { client: concerns === "marketing" ? everyClient : client, field, value };
  await consents.record(holder, id, { state: "opted-out", at, source: `${name} answered ${code}` });
}
