/** An error as an attempt keeps it: name, provider's code and text, without the customer's addresses. Pure. */

import { type ChannelError, Undeliverable } from "../channels/errors.ts";
import type { Addresses } from "../domain/channel.ts";
import type { AttemptError } from "../domain/message/message.ts";

export const toAttemptError = ({ name, code, message, speaksOf, identity }: ChannelError): AttemptError => ({
  name,
  ...(code === undefined ? {} : { code }),
  message,
  speaksOf,
  ...(identity === undefined ? {} : { identity }),
});

/** A failure that the provider told of later: it is never sent again, so "for now" is for good. */
export const toLaterFailure = (error: ChannelError): AttemptError =>
  toAttemptError(error.refusedForNow ? new Undeliverable(error.message, { ...error }) : error);

/** The history and the trace show the text: the provider's code goes first. */
export const describeError = ({ code, message }: Pick<AttemptError, "code" | "message">): string =>
  code === undefined ? message : `${code}: ${message}`;

/** Provider texts may quote the number: neither the trace nor the execution's history shall hold it. */
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
