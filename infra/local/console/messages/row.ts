/** A row of the console's list of messages, and its search. Pure. */
import { channelById } from "../../../../functions/channels/registry.ts";
import type { ShownMessage } from "../../../../functions/domain/reporting/shown-message.ts";
import type { MessageRow } from "../contract.ts";

export interface Listed {
  row: MessageRow;
  /** The searchable text, in lower case. */
  words: string;
  /** The channels that were tried. */
  tried: readonly string[];
}

const shownText = 140;
const untried: readonly string[] = ["skipped", "notTried"];

export function listed(message: ShownMessage): Listed {
  const { trace, title, texts } = message;
  const { messageId, createdAt, finishedAt, status, test, reference, channels, saved } = trace;
  const text = title ?? Object.values(texts)[0];
  const tried = channels.filter(({ outcome }) => !untried.includes(outcome)).map(({ channel }) => channel);
  const words = [
    messageId,
    status,
    message.profileId,
    reference,
    title,
    ...new Set(Object.values(texts)),
    ...Object.values(message.addresses),
    ...tried.flatMap((channel) => [channel, channelById.get(channel)?.name]),
  ];
  return {
    row: {
      messageId,
      createdAt,
      ...(finishedAt === undefined ? {} : { finishedAt }),
      status,
      ...(test && { test }),
      who: whoOf(message),
      ...(text === undefined ? {} : { text: text.slice(0, shownText) }),
      channels: channels.map(({ channel, outcome }) => ({ channel, outcome })),
      ...(saved === undefined ? {} : { saved: saved.usd }),
    },
    words: words
      .filter((word) => word !== undefined)
      .join("\n")
      .toLowerCase(),
    tried,
  };
}

/** The profile, or else the phone number or another address. */
export function whoOf({ profileId, addresses }: Pick<ShownMessage, "profileId" | "addresses">): string {
  const [first = "a customer whose data was removed"] = Object.values(addresses);
  return profileId ?? addresses.phoneNumber ?? first;
}

/** Every word must match; a phone number may be written in any way. */
export function searchOf(typed: string): (words: string) => boolean {
  const trimmed = typed.trim().toLowerCase();
  if (/^\+?\d[\d\s().-]{4,}$/.test(trimmed)) {
    // With a country code or with a leading 0.
    const digits = trimmed.replace(/\D/g, "").replace(/^0+/, "");
    return (words) => words.includes(digits) || words.includes(trimmed);
  }
  const terms = trimmed.split(/\s+/);
  return (words) => terms.every((term) => words.includes(term));
}
