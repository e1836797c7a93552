/** An error as an attempt stores it: name, the provider's code and text, without the customer's addresses. Pure. */

import type { Addresses } from "../domain/channel.ts";
import type { AttemptError } from "../domain/message/message.ts";
import { type ChannelError, Undeliverable } from "./errors.ts";

export const toAttemptError = ({ name, code, message, speaksOf, identity }: ChannelError): AttemptError => ({
  name,
  ...(code === undefined ? {} : { code }),
  message,
  speaksOf,
  ...(identity === undefined ? {} : { identity }),
});

/**
 * A failure that the provider reported after it accepted the message. The message is not sent again, so even a temporary failure
 * is final.
 */
export const toLaterFailure = (error: ChannelError): AttemptError =>
  toAttemptError(error.refusedForNow ? new Undeliverable(error.message, { ...error }) : error);

/** The error's text in the execution's history: the provider's code, then its message. */
export const describeError = ({ code, message }: Pick<AttemptError, "code" | "message">): string =>
  code === undefined ? message : `${code}: ${message}`;

/** A provider's text may quote the customer's number, which must not reach the trace or the execution's history. */
export function withoutAddresses(text: string, addresses: Addresses): string {
  const secrets = Object.values(addresses).flatMap((value) => {
    if (value === undefined) return [];
    if (typeof value !== "string") return value.map(({ token }) => token);
    return value.startsWith("+") ? [value, value.slice(1)] : [value];
  });
  return secrets
    .filter((secret) => secret !== "")
    .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, "[address]"), text);
}
