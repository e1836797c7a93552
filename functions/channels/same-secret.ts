import { createHmac, timingSafeEqual } from "node:crypto";

/** Compares two secrets in constant time, by their hashes, which have the same length. */
export function isSameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
