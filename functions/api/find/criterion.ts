/**
 * What is asked for, as lists to read and a check. A row of a list may be out of date, so a message is found only if it still has
 * what was asked for, and only at one of its rows.
 */
import { channels } from "../../channels/registry.ts";
import type { Message } from "../../domain/message/message.ts";
import { statusOf } from "../../domain/outcome/trace.ts";
import type { List, ListPage, ListRow, MessageLists, Range } from "../../storage/message-lists.ts";
import type { MessagesTable } from "../../storage/messages-table.ts";
import { type ListedStatus, listedStatuses } from "./query.ts";

export interface Found extends ListRow {
  /** For the list of an address. */
  channel?: string;
}
export type Source = (range: Range) => Promise<{ rows: Found[]; goOnBefore?: string }[]>;

export interface Criterion {
  sources: Source[];
  fits: (message: Message, row: Found) => boolean;
}

export interface FindDependencies {
  messages: Pick<MessagesTable, "get" | "readListed">;
  lists: Pick<MessageLists, "read">;
}

/** `way`: a field of the query, and its value. */
export function criterionOf(
  client: string,
  [way, value]: readonly [string, string],
  { messages, lists }: FindDependencies,
): Criterion {
  const source =
    (list: List, channel?: string): Source =>
    async (range) => {
      const pages = await lists.read(list, client, range);
      return channel === undefined ? pages : pages.map((page) => ofChannel(page, channel));
    };
  switch (way) {
    case "profileId":
      return {
        sources: [source({ of: "profile", client, value })],
        fits: (message, row) =>
          message.profileId === value &&
          (row.answeredBy !== undefined || isAt(row, message.createdAt, message.messageId)),
      };
    case "reference":
      return {
        sources: [source({ of: "reference", client, value })],
        fits: (message, row) =>
          message.reference === value && isAt(row, message.createdAt, message.messageId),
      };
    case "status": {
      const status = value as ListedStatus;
      return {
        sources: [async (range) => [await messages.readListed(client, listedStatuses[status], range)]],
        fits: (message, row) =>
          // A later receipt may have reported that it was delivered after all.
          statusOf(message) === status &&
          isAt(row, status === "scheduled" ? message.sendAt : message.finishedAt, message.messageId),
      };
    }
    default: {
      const by = channels.filter(({ address }) => address === way).map(({ id }) => id);
      return {
        sources: by.map((channel) => source({ of: "address", channel, address: value }, channel)),
        fits: (message, row) => message.addresses[way] === value && isNewestTry(message, row, by),
      };
    }
  }
}

const ofChannel = ({ rows, ...page }: ListPage, channel: string) => ({
  ...page,
  rows: rows.map((row) => ({ ...row, channel })),
});

const isAt = ({ position }: ListRow, time: string | undefined, messageId: string): boolean =>
  position === `${time}#${messageId}`;

/**
 * Whether the row is for the newest try on these channels. A released claim leaves no time, so such a message may be found at
 * each of its rows.
 */
function isNewestTry({ messageId, route, attempts }: Message, row: Found, by: readonly string[]): boolean {
  const claims = route
    .filter(({ channel }) => by.includes(channel))
    .map(({ channel }) => ({ channel, claimedAt: attempts[channel]?.claimedAt }));
  const tried = claims.filter(({ claimedAt }) => claimedAt !== undefined);
  const own = claims.findIndex(({ channel }) => channel === row.channel);
  if (own < 0 || claims.slice(own + 1).some((later) => tried.includes(later))) return false;
  const { claimedAt } = claims[own] ?? {};
  return claimedAt === undefined || isAt(row, claimedAt, messageId);
}
