/** The one place that hashes what the contacts table's keys hold: addresses, profiles, references. */
import { createHash } from "node:crypto";

export interface ContactHash {
  /** For what is written now. */
  newest: (text: string) => Promise<string>;
  /** For what is looked for. */
  all: (text: string) => Promise<string[]>;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

export const contactHash: ContactHash = {
  newest: async (text) => sha256(text),
  all: async (text) => [sha256(text)],
};
