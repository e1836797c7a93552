/**
 * Hashes of addresses and of what was sent. Without a key a phone number could be guessed back: there are few enough to try them
 * all. Several keys while one is replaced: what is written has the newest, what is looked for may have any.
 */
import { createHash, createHmac } from "node:crypto";
import { createHashKeys } from "../aws/hash-keys.ts";

export interface KeyedHash {
  /** For what is written now. */
  newest: (text: string) => Promise<string>;
  /** For what is looked for: by each key, the newest first. */
  all: (text: string) => Promise<[string, ...string[]]>;
}

/** In the place of a key: as version 0.2 and those before it hashed. */
const unkeyed = "unkeyed";

/** `keys`: the newest first. */
export function createKeyedHash(keys: () => Promise<readonly string[]>): KeyedHash {
  const hashBy = (text: string) => (key: string) =>
    (key === unkeyed ? createHash("sha256") : createHmac("sha256", key)).update(text).digest("base64url");
  const all = async (text: string): Promise<[string, ...string[]]> => {
    const [newest, ...others] = (await keys()).map(hashBy(text));
    if (newest === undefined) throw new Error("there is no key to hash with");
    return [newest, ...others];
  };
  return { all, newest: async (text) => (await all(text))[0] };
}

/** With the keys of this deployment, which are read at the first use. */
export const deployedHash = (): KeyedHash => createKeyedHash(createHashKeys());
