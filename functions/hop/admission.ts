/** What may be used to send a message: all but the identities and templates whose circuits are open. */
import { ChannelError, CircuitOpen } from "../channels/errors.ts";
import type { Sent, Unusable } from "../domain/channel.ts";
import type { Message } from "../domain/message/message.ts";
import { logFault } from "../shared/log.ts";
import type { Uses } from "./circuits.ts";
import type { HopDependencies } from "./dependencies.ts";

export interface Admission {
  unusable: Unusable;
  /** Reports the outcome of the send: the error, or what was sent. */
  report: (error: unknown, sent?: Sent) => Promise<void>;
}

/** What the message would be sent with. */
function usesOf(
  { client, addresses, channelOptions }: Message,
  { channel, settings }: Pick<HopDependencies, "channel" | "settings">,
): Uses {
  const named = channel.identities?.(settings, addresses) ?? [];
  return {
    client,
    identities: named.length > 0 ? named : ["account"],
    template: channel.templateIn?.(channelOptions?.[channel.id] ?? {}),
  };
}

/** So that `admit` need not wait for them. False where they cannot be read: then they stop nothing. */
export async function readCircuits(message: Message, dependencies: HopDependencies): Promise<boolean> {
  try {
    await dependencies.circuits.read(usesOf(message, dependencies));
    return true;
  } catch (fault) {
    logFault("the circuits could not be read", fault);
    return false;
  }
}

/**
 * Which identities and template of the channel may be used for this message. A circuit that could not be read stops nothing, and
 * one that cannot be written changes nothing for this message.
 * @throws {CircuitOpen} where none may be used
 */
export async function admit(
  message: Message,
  areRead: boolean,
  dependencies: HopDependencies,
): Promise<Admission> {
  const uses = usesOf(message, dependencies);
  const { identities } = uses;
  const admitting = areRead ? dependencies.circuits.admit(uses) : undefined;
  const admitted = await admitting?.catch((fault: unknown) => {
    logFault("the circuits could not be read", fault);
    return undefined;
  });
  const closed = admitted?.identities ?? new Map<string, string>();
  const usable = identities.filter((identity) => !closed.has(identity));
  if (usable.length === 0) throw new CircuitOpen(`circuit open since ${[...closed.values()].sort()[0]}`);
  return {
    unusable: { identities: new Set(closed.keys()), template: admitted?.template !== undefined },
    report: async (error, sent) => {
      const errors =
        error instanceof ChannelError ? [error, ...error.others] : [error, ...(sent?.failures ?? [])];
      // Of a provider that was not asked, nothing is known.
      const isAsked = (identity: string) =>
        dependencies.channel.providers?.inOrder === undefined ||
        identities.length === 1 ||
        identity === sent?.provider ||
        errors.some((one) => one instanceof ChannelError && one.identity === identity);
      const outcomes = usable
        .filter(isAsked)
        .map((identity) => [identity, errorOf(identity, errors)] as const);
      await admitted
        ?.report(new Map(outcomes))
        .catch((fault: unknown) => logFault("the circuits could not be written", fault));
    },
  };
}

/** An error without an identity is about all identities that sent the message. */
const errorOf = (identity: string, errors: readonly unknown[]): unknown =>
  errors.find((error) => error instanceof ChannelError && (error.identity ?? identity) === identity);
