/**
 * A customer's consent to a client's messages: kept for an address, so that it outlives the profile, and for a profile, so that
 * it follows the customer to another address. The latest statement for a channel, or for all of them, holds. Pure.
 */
import * as v from "valibot";
import type { Category, Channel } from "../channel.ts";
import type { Message } from "../message/message.ts";

export const consentStates = ["opted-out", "opted-in"] as const;
/** Stands in place of a channel. */
export const everyChannel = "all";

export const consent = v.object({
  state: v.picklist(consentStates),
  /** When the customer said so, ISO 8601. */
  at: v.string(),
  /** How they said so; for people. */
  source: v.exactOptional(v.string()),
  /** The id of the API key that recorded it; absent where a provider reported it. */
  by: v.exactOptional(v.string()),
});
export type Consent = v.InferOutput<typeof consent>;
/** By channel, or for all. */
export type Consents = Readonly<Record<string, Consent>>;

/** What a consent is stored under. */
export interface ConsentHolder {
  /**
   * `everyClient`: what the customer said to a channel's provider, which concerns every client of the account, and marketing alone.
   */
  client: string | typeof everyClient;
  /** The field of the address, or `profileId`. */
  field: string;
  value: string;
}
export const everyClient = null;

type ConsentTo = Pick<Message, "client" | "profileId" | "category" | "addresses">;

/** Everything under which a consent may forbid this message on this channel. */
export function holdersOf(
  { client, profileId, category, addresses }: ConsentTo,
  { address: field }: Pick<Channel, "address">,
): ConsentHolder[] {
  const value = addresses[field];
  const ofAddress = typeof value === "string" ? [{ client, field, value }] : [];
  return [
    ...ofAddress,
    ...(category === "marketing" ? ofAddress.map((holder) => ({ ...holder, client: everyClient })) : []),
    ...(profileId === undefined ? [] : [{ client, field: "profileId", value: profileId }]),
  ];
}

/**
 * From when a statement counts: its time is by another's clock, which may be ahead, and a later statement must not seem earlier.
 */
export const countsFrom = (at: string, now: Date): string =>
  at < now.toISOString() ? at : now.toISOString();

/** The later of two statements; of two at the same time, the opt-out, in whatever order they came. */
export function lastWord(a: Consent | undefined, b: Consent | undefined): Consent | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return a.state === "opted-out" ? a : b;
}

/** What holds for the channel: an opt-out of any holder, otherwise the latest opt-in. */
export function consentTo(channel: string, kept: readonly Consents[]): Consent | undefined {
  const words = kept.map((one) => lastWord(one[channel], one[everyChannel]));
  const optOuts = words.filter((word) => word?.state === "opted-out");
  return (optOuts.length > 0 ? optOuts : words).reduce(lastWord, undefined);
}

/**
 * Why a message may not go by the channel: the customer opted out, or never opted in where the client requires it. Leaves out the
 * consent's source, which the client wrote and which may be personal.
 */
export function refusalOf(
  { id, name }: Pick<Channel, "id" | "name">,
  kept: readonly Consents[],
  requireOptIn = false,
): { code: "opted_out" | "no_opt_in"; reason: string } | undefined {
  const holds = consentTo(id, kept);
  if (holds?.state === "opted-out")
    return { code: "opted_out", reason: `the customer opted out of ${name} (${holds.at})` };
  if (requireOptIn && holds === undefined)
    return { code: "no_opt_in", reason: `the customer has not opted in to ${name}` };
  return undefined;
}

/** Whether a message of this category may go to a customer who opted out. */
export const goesDespiteOptOut = (
  { authenticationDespiteOptOut }: Pick<Channel, "authenticationDespiteOptOut">,
  category: Category | undefined,
): boolean => category === "authentication" && authenticationDespiteOptOut === true;
