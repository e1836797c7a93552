import type { Subject } from "../domain/message/message.ts";

/**
 * Why a hop did not reach the customer, in the names that the Step Functions console shows and the state machine's Retry
 * and Catch match. Thrown by the channels; mapped from each provider's codes in the channel's own file.
 */
export class ChannelError extends Error {
  /** The provider's own code, e.g. `131026` or `100/2018001`; absent where no provider answered. */
  readonly code: string | undefined;
  /**
   * What the error is about: it decides which circuits it may open, and whether it counts in what is known about the customer.
   */
  readonly speaksOf: Subject;
  /** For an error about one sender identity (a page, a phone number, a platform application, a provider of several): its id. */
  identity: string | undefined;
  /** For a message to several devices, or by several providers: the errors of the others. */
  others: readonly ChannelError[] = [];
  /** Whether it is safe to send again: the provider clearly refused, or never got a byte. */
  readonly refusedForNow: boolean = false;

  constructor(message: string, speaksOf: Subject, options: ChannelErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.speaksOf = options.speaksOf ?? speaksOf;
    this.identity = options.identity;
  }
}

export interface ChannelErrorOptions {
  code?: string | undefined;
  cause?: unknown;
  /** Where it is not what the class is usually about. */
  speaksOf?: Subject | undefined;
  identity?: string | undefined;
}

/** The customer is not on this channel. */
export class NotRegistered extends ChannelError {
  override readonly name = "NotRegistered";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "customer", options);
  }
}
/** This customer cannot be reached on this channel now; also the meaning of every unknown code. */
export class Undeliverable extends ChannelError {
  override readonly name = "Undeliverable";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "customer", options);
  }
}
/** Outside the 24 hours after the customer's last message only templates are accepted. */
export class WindowClosed extends ChannelError {
  override readonly name = "WindowClosed";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "customer", options);
  }
}
/** The template cannot be sent now: Meta paused or disabled it. Other templates and free text still work. */
export class TemplateUnavailable extends ChannelError {
  override readonly name = "TemplateUnavailable";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "template", options);
  }
}
/** Our request is wrong, and the provider will never accept it. Nothing was sent. */
export class Rejected extends ChannelError {
  override readonly name = "Rejected";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "request", options);
  }
}
/** The account, or one sender identity in it, is broken or set up wrongly: it reaches nobody. */
export class ChannelMisconfigured extends ChannelError {
  override readonly name = "ChannelMisconfigured";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "account", options);
  }
}
/** The provider's rate limit. */
export class Throttled extends ChannelError {
  override readonly name = "Throttled";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "identity", options);
  }
  override readonly refusedForNow = true;
}
/** The provider is down, and clearly did not accept the message. */
export class ProviderUnavailable extends ChannelError {
  override readonly name = "ProviderUnavailable";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "provider", options);
  }
  override readonly refusedForNow = true;
}
/** This service could not read or write what a send needs: nothing was sent, and no provider was asked. Safe to try again. */
export const ownFailure = (message: string, cause: unknown) =>
  new ProviderUnavailable(message, { cause, code: "ServiceFault", speaksOf: "request" });

/** The request went out and no answer came: nobody knows whether the message was sent, so it is never sent again. */
export class OutcomeUnknown extends ChannelError {
  override readonly name = "OutcomeUnknown";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "provider", options);
  }
}
/**
 * Nothing was sent, because the channel is known to be down. It has a name of its own because the state machine retries
 * `ProviderUnavailable`, and here a retry would not help.
 */
export class CircuitOpen extends ChannelError {
  override readonly name = "CircuitOpen";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "identity", options);
  }
}
/** Nothing was sent: the customer opted out while the route ran. */
export class OptedOut extends ChannelError {
  override readonly name = "OptedOut";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "customer", options);
  }
}
/** `expiresOn` is past: no channel is tried any more. */
export class MessageExpired extends ChannelError {
  override readonly name = "MessageExpired";
  constructor(message: string, options: ChannelErrorOptions = {}) {
    super(message, "request", options);
  }
}

/**
 * Our own side failed around a send (the table, Step Functions), not the channel: the state's Retry calls the function again,
 * which takes over the claim and never sends twice.
 */
export class HopInterrupted extends Error {
  override readonly name = "HopInterrupted";
}

export type ErrorClass = new (message: string, options?: ChannelErrorOptions) => ChannelError;

/** What a provider's error means: its class, and what it is about, where that is not the class's usual subject. */
export interface Meaning {
  Kind: ErrorClass;
  speaksOf?: Subject;
}
/** A row of a provider's table. */
export const means = (Kind: ErrorClass, speaksOf?: Subject): Meaning =>
  speaksOf === undefined ? { Kind } : { Kind, speaksOf };

/**
 * Runs what a sender does before its request leaves.
 * @throws {Rejected} where that fails: nothing was sent, and only the message is at fault.
 */
export async function prepare<Result>(make: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await make();
  } catch (cause) {
    if (cause instanceof ChannelError) throw cause;
    throw new Rejected("the message could not be written for its provider: nothing was sent", { cause });
  }
}

/** Node.js and undici codes of a connection that was never made: the provider got no byte. */
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The error of an HTTP call that ended without an answer: it is safe to repeat only if it never connected. */
export function fromNetworkError(error: unknown, provider: string): ChannelError {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && neverConnected.has(cause.code))
      return new ProviderUnavailable(`${provider} could not be reached`, { code: cause.code, cause: error });
  }
  return new OutcomeUnknown(`${provider} gave no answer: sent or not, nobody knows`, { cause: error });
}
