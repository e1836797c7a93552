/**
 * Hashes of addresses and of what was sent. Without a key, phone numbers could be found from their hashes: there are few enough
 * to try them all. During a key rotation there are several keys: what is written is hashed with the newest, what is looked up may
 * have any.
 */
import { createHash, createHmac } from "node:crypto";
import { createHashKeys } from "../aws/hash-keys.ts";

export interface KeyedHash {
  /** For writing. */
  newest: (text: string) => Promise<string>;
  /** For lookups: one hash for each key, the newest first. */
  all: (text: string) => Promise<[string, ...string[]]>;
}

/** Stands in place of a key: hashes as in version 0.2 and before. */
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

/**
 * With the keys of this deployment, which are read at first use. `prepare` begins to read them, for a use that comes after another
 * call; where that fails, the use reads them again.
 */
export function deployedHash(): KeyedHash & { prepare: () => void } {
  const keys = createHashKeys();
  return { ...createKeyedHash(keys), prepare: () => void keys().catch(() => {}) };
}
