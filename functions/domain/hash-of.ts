/** An id that is made of what it stands for: of the same parts it is the same. Not for what is secret or personal. */
import { createHash } from "node:crypto";

export const hashOf = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
