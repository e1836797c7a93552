/** The send of a claimed hop. */
import { ChannelError } from "../channels/errors.ts";
import type { Sent, Unusable } from "../domain/channel.ts";
import type { HopInput } from "../domain/message/execution-input.ts";
import type { Message } from "../domain/message/message.ts";
import { bodyFor } from "../domain/route/content.ts";
import { refuseWhereOptedOut } from "./consent.ts";
import type { HopDependencies } from "./dependencies.ts";
import { indexSend } from "./receipt-index.ts";
import { retryAfterPauses } from "./retries.ts";

/**
 * Makes up to three tries, as long as the provider clearly refuses for now. Throws what the channel's sender throws, and OptedOut
 * where the customer opted out between two tries.
 */
export async function sendWithRetries(
  message: Message,
  hop: HopInput,
  claimedAt: string,
  unusable: Unusable,
  dependencies: HopDependencies,
): Promise<Sent> {
  const { channel, send, pause } = dependencies;
  const body = bodyFor(channel.id, message);
  const planned = message.route.find((one) => one.channel === channel.id);
  const form = message.attempts[channel.id]?.refusedTextId === undefined ? planned?.form : "template";
  const outbound = {
    messageId: message.messageId,
    addresses: message.addresses,
    ...(message.title === undefined ? {} : { title: message.title }),
    ...(body === undefined ? {} : { body }),
    options: message.channelOptions?.[channel.id] ?? {},
    ...(message.category === undefined ? {} : { category: message.category }),
    ...(planned === undefined ? {} : { until: planned.until }),
    ...(form === undefined ? {} : { form }),
    timeoutSeconds: hop.timeoutSeconds ?? channel.windowSeconds,
    ...(planned?.mostCost === undefined ? {} : { mostCost: planned.mostCost }),
    unusable,
    noteAddress: (address: string) => indexSend(address, message, claimedAt, dependencies),
  };
  const isForNow = (error: unknown) => error instanceof ChannelError && error.refusedForNow;
  let isRepeated = false;
  const sendOnce = async () => {
    if (isRepeated) await refuseWhereOptedOut(message, dependencies);
    isRepeated = true;
    return send(outbound);
  };
  return retryAfterPauses(sendOnce, isForNow, pause);
}
