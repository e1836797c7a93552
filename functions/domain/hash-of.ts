/** An id derived from its parts: the same parts give the same id. Not for secret or personal data. */
import { createHash } from "node:crypto";

export const hashOf = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
