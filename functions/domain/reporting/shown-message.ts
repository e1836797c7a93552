/**
 * A stored message in plain values, for whoever shows messages to the people who run the service (the console of the local run):
 * what became of it, what it says and to whom, and its executions. Addresses are not masked. Pure.
 */
import * as v from "valibot";
import { executionOf } from "../message/execution-input.ts";
import { type Message, storedMessage } from "../message/message.ts";
import { type Trace, traceOf } from "../outcome/trace.ts";
import { bodyFor } from "../route/content.ts";

export interface ShownMessage {
  trace: Trace;
  profileId?: string;
  /** By the field of the request. */
  addresses: Record<string, string>;
  title?: string;
  /** What goes out, by channel; absent where it is a template alone, or was redacted. */
  texts: Record<string, string>;
  /** The channels that are tried, in their order. */
  hops: { channel: string; windowSeconds: number; template?: string; estimatedCost?: string }[];
  /** A resumed route has a further one. */
  executions: string[];
}

/** @throws {v.ValiError} where the item is no message */
export function shownMessage(item: unknown): ShownMessage {
  const message = v.parse(storedMessage, item);
  const { messageId, profileId, addresses, title, rules, route } = message;
  const { name } = executionOf(message);
  return {
    trace: traceOf(message),
    ...(profileId === undefined ? {} : { profileId }),
    addresses: Object.fromEntries(
      Object.entries(addresses).flatMap(([field, address]) => {
        const text = Array.isArray(address) ? address.map(({ token }) => token).join(", ") : address;
        return text === undefined ? [] : [[field, text]];
      }),
    ),
    ...(title === undefined ? {} : { title }),
    texts: Object.fromEntries(
      rules.flatMap((channel) => {
        const text = bodyFor(channel, message);
        return text === undefined ? [] : [[channel, text]];
      }),
    ),
    hops: route.map(({ channel, timeoutSeconds, form, estimatedCost }) => ({
      channel,
      windowSeconds: timeoutSeconds,
      ...(form === "template" ? { template: templateOf(message, channel) } : {}),
      ...(estimatedCost === undefined ? {} : { estimatedCost }),
    })),
    executions: name === messageId ? [messageId] : [messageId, name],
  };
}

function templateOf({ channelOptions }: Message, channel: string): string {
  const template = channelOptions?.[channel]?.template;
  return typeof template === "object" && template !== null && "name" in template ? String(template.name) : "";
}
