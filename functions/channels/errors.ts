/**
 * Why a hop did not reach the customer, in the names that the Step Functions console shows and the state machine's Retry
 * and Catch match. Thrown by the channels; mapped from each provider's codes in the channel's own file.
 */
export class ChannelError extends Error {
  /** The provider's own code, e.g. `131026` or `100/2018001`; absent where no provider spoke. */
  readonly code: string | undefined;
  /** Safe to send again: the provider clearly refused, or never got a byte. */
  readonly refusedForNow: boolean = false;

  constructor(message: string, options: { code?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
  }
}

/** The customer is not on this channel. */
export class NotRegistered extends ChannelError {
  override readonly name = "NotRegistered";
}
/** This customer cannot be reached here now; also every code that no table knows. */
export class Undeliverable extends ChannelError {
  override readonly name = "Undeliverable";
}
/** Only templates are taken outside the 24 hours after the customer's last message. */
export class WindowClosed extends ChannelError {
  override readonly name = "WindowClosed";
}
/** Our request is wrong: the provider will never take it. */
export class Rejected extends ChannelError {
  override readonly name = "Rejected";
}
/** Our account or its configuration is broken: this channel is down for everyone. */
export class ChannelMisconfigured extends ChannelError {
  override readonly name = "ChannelMisconfigured";
}
/** The provider's rate limit. */
export class Throttled extends ChannelError {
  override readonly name = "Throttled";
  override readonly refusedForNow = true;
}
/** The provider is down, and clearly did not take the message. */
export class ProviderUnavailable extends ChannelError {
  override readonly name = "ProviderUnavailable";
  override readonly refusedForNow = true;
}
/** The request went out and no answer came: sent or not, nobody knows, so it is never sent again. */
export class OutcomeUnknown extends ChannelError {
  override readonly name = "OutcomeUnknown";
}
/**
 * Nothing was sent: the channel is known to be down. A name of its own, because the state machine's Retry is for
 * `ProviderUnavailable`, and there is nothing to wait for.
 */
export class CircuitOpen extends ChannelError {
  override readonly name = "CircuitOpen";
}
/** `expiresOn` is past: no channel is tried any more. */
export class MessageExpired extends ChannelError {
  override readonly name = "MessageExpired";
}

/**
 * Our own side failed around a send (the table, Step Functions), not the channel: the state's Retry calls the function again,
 * which takes over what was claimed and never sends twice.
 */
export class HopInterrupted extends Error {
  override readonly name = "HopInterrupted";
}

export type ErrorClass = new (
  message: string,
  options?: { code?: string | undefined; cause?: unknown },
) => ChannelError;

/** Node and undici codes of a connection that was never made: the provider got no byte. */
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** An HTTP call that ended without an answer: never connected is safe to repeat, anything later is not. */
export function fromNetworkError(error: unknown, provider: string): ChannelError {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && neverConnected.has(cause.code))
      return new ProviderUnavailable(`${provider} could not be reached`, { code: cause.code, cause: error });
  }
  return new OutcomeUnknown(`${provider} gave no answer: sent or not, nobody knows`, { cause: error });
}
