/**
 * One page of results: the lists' rows in one order, each checked against its message. The number of reads is bounded, and they
 * are only Queries.
 */
import pMap from "p-map";
import type { Message } from "../../domain/message/message.ts";
import { type FoundAnswer, type FoundMessage, foundMessage } from "../../domain/outcome/found-message.ts";
import type { Range } from "../../storage/message-lists.ts";
import type { Criterion, FindDependencies, Found } from "./criterion.ts";

export interface FoundPage {
  items: (FoundMessage | FoundAnswer)[];
  /** Absent where there is no more. */
  goOnBefore?: string;
}

/** Rows may be left out, so one read may not fill a page. */
const mostReads = 5;
const readsAtOnce = 20;

/** `withAnswers`: also what the customer answered. */
export async function findPage(
  client: string,
  { sources, fits }: Criterion,
  { from, before, limit }: Range,
  withAnswers: boolean,
  { messages }: Pick<FindDependencies, "messages">,
): Promise<FoundPage> {
  const items: FoundPage["items"] = [];
  const read = new Map<string, Promise<Message | undefined>>();
  const shown = new Set<string>();
  const messageOf = (messageId: string) => {
    const known = read.get(messageId) ?? messages.get(messageId);
    read.set(messageId, known);
    return known;
  };
  let position = before;
  for (let reads = 0; reads < mostReads; reads += 1) {
    const range = { from, before: position, limit: limit - items.length };
    const pages = await Promise.all(sources.map((source) => source(range)));
    const { rows, goOnBefore } = merge(pages.flat(), range.limit);
    const wanted = withAnswers ? rows : rows.filter(({ answeredBy }) => answeredBy === undefined);
    const found = await pMap(wanted, async (row) => ({ row, message: await messageOf(row.messageId) }), {
      concurrency: readsAtOnce,
    });
    for (const { row, message } of found) {
      if (message?.client !== client || !fits(message, row)) continue;
      if (row.answeredBy !== undefined) items.push(answerOf(row, row.answeredBy));
      else if (!shown.has(message.messageId)) {
        shown.add(message.messageId);
        items.push(foundMessage(message));
      }
    }
    if (goOnBefore === undefined) return { items };
    position = goOnBefore;
    if (items.length >= limit) break;
  }
  return { items, goOnBefore: position };
}

const answerOf = ({ position, messageId }: Found, channel: string): FoundAnswer => ({
  direction: "in",
  channel,
  at: position.slice(0, position.indexOf("#")),
  answers: messageId,
});

/**
 * Merges pages, newest first. Rows below the end of a list's page that has more are left for the next read, because that list may
 * have further rows above them.
 */
export function merge(
  pages: readonly { rows: Found[]; goOnBefore?: string }[],
  limit: number,
): { rows: Found[]; goOnBefore?: string } {
  const floors = pages.flatMap(({ goOnBefore }) => (goOnBefore === undefined ? [] : [goOnBefore]));
  const floor = floors.sort().at(-1);
  const rows = pages
    .flatMap((page) => page.rows)
    .filter(({ position }) => floor === undefined || position >= floor)
    .sort((a, b) => (a.position < b.position ? 1 : -1));
  if (rows.length > limit) {
    const taken = rows.slice(0, limit);
    return { rows: taken, goOnBefore: taken.at(-1)?.position ?? "" };
  }
  return { rows, ...(floor === undefined ? {} : { goOnBefore: floor }) };
}
