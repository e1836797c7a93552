/** A message in a list: what a person needs to recognize it, and what became of it. Addresses are masked. Pure. */
import type { AppDevice } from "../channel.ts";
import type { Message } from "../message/message.ts";
import { type ChannelTrace, type Trace, traceOf } from "./trace.ts";

export interface FoundMessage
  extends Pick<
    Trace,
    "messageId" | "status" | "test" | "createdAt" | "finishedAt" | "sendAt" | "reference" | "cost" | "saved"
  > {
  direction: "out";
  /** The profile, and each address with all but its end masked. */
  to: Record<string, string>;
  channels: Pick<ChannelTrace, "channel" | "outcome">[];
}

/** A customer's answer, without its words, which are in the event alone. */
export interface FoundAnswer {
  direction: "in";
  channel: string;
  at: string;
  /** The id of the message that it answers. */
  answers: string;
}

/** Enough to recognize a number that one has at hand. */
const shownEnd = 4;
const masked = (address: string | AppDevice[]): string => {
  if (Array.isArray(address)) return address.length === 1 ? "1 device" : `${address.length} devices`;
  return `…${address.length > 2 * shownEnd ? address.slice(-shownEnd) : ""}`;
};

export function foundMessage(message: Message): FoundMessage {
  const { messageId, status, test, createdAt, finishedAt, sendAt, reference, cost, saved, channels } =
    traceOf(message);
  const { profileId, addresses } = message;
  return {
    direction: "out",
    messageId,
    createdAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(sendAt === undefined ? {} : { sendAt }),
    to: {
      ...(profileId === undefined ? {} : { profileId }),
      ...Object.fromEntries(
        Object.entries(addresses).flatMap(([field, address]) =>
          address === undefined ? [] : [[field, masked(address)]],
        ),
      ),
    },
    ...(reference === undefined ? {} : { reference }),
    status,
    ...(test ? { test } : {}),
    channels: channels.map(({ channel, outcome }) => ({ channel, outcome })),
    cost,
    ...(saved === undefined ? {} : { saved }),
  };
}
