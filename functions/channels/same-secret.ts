import { createHmac, timingSafeEqual } from "node:crypto";

/** Two secrets, compared in constant time: their hashes have one length. */
export function isSameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
