/**
 * The cursor of a list: the position, signed together with the client and the query. Which list is read never depends on it: the
 * signature only reveals that a cursor belongs to another request.
 */
import { timingSafeEqual } from "node:crypto";
import { notValid } from "../../http/problem.ts";
import type { KeyedHash } from "../../storage/keyed-hash.ts";

const encode = (text: string) => Buffer.from(text).toString("base64url");
const decode = (text: string) => Buffer.from(text, "base64url").toString();

/** `asked`: the client and the query that the cursor continues. */
export function createCursors(hash: KeyedHash, asked: readonly unknown[]) {
  const textOf = (position: string) => JSON.stringify(["cursor", position, ...asked]);
  return {
    async write(position: string): Promise<string> {
      return `${encode(position)}.${await hash.newest(textOf(position))}`;
    },
    /** The position in the cursor. Throws a Problem (400) where it was not made for this query. */
    async read(cursor: string): Promise<string> {
      const [encoded = "", signature = ""] = cursor.split(".");
      const position = decode(encoded);
      const known = await hash.all(textOf(position));
      if (!known.some((one) => isEqual(one, signature)))
        throw notValid({
          path: "cursor",
          code: "refused",
          message: "must be the `next` of an answer to this request, which may differ in `limit` alone",
        });
      return position;
    },
  };
}

const isEqual = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
