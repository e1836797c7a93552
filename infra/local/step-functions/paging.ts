/** Paging over a list that only grows: a next token is a position, so that additions do not shift pages. */
import { ServiceError } from "../aws/service-error.ts";

const defaultPageSize = 100;

export interface PageInput {
  maxResults: number;
  nextToken?: string | undefined;
}

export function page<Item>(
  items: readonly Item[],
  { maxResults, nextToken }: PageInput,
  { backwards = false, wanted = () => true }: { backwards?: boolean; wanted?: (item: Item) => boolean } = {},
): { found: Item[]; nextToken?: string } {
  const found: Item[] = [];
  const size = maxResults || defaultPageSize;
  const step = backwards ? -1 : 1;
  let place = nextToken === undefined ? (backwards ? items.length - 1 : 0) : decode(nextToken);
  for (let item = items[place]; item !== undefined; item = items[place]) {
    if (found.length === size) return { found, nextToken: encode(place) };
    if (wanted(item)) found.push(item);
    place += step;
  }
  return { found };
}

const encode = (place: number) => Buffer.from(`place:${place}`).toString("base64url");

function decode(token: string): number {
  const place = /^place:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (place === undefined) throw new ServiceError("InvalidToken", "Invalid Token: 'Invalid token'");
  return Number(place);
}
