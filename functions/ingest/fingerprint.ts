/** Whether two requests mean the same: by a hash of what was understood of them. */
import { createHash } from "node:crypto";
import { inNfc } from "../validation/text.ts";
import type { SendRequest } from "./request.ts";

/**
 * The fingerprints by which a stored message is the same: the first is stored. It is made of the request as it was understood, in
 * which a phone number, a time and null have one form; the last is that of versions up to 0.2, made of the JSON as it came.
 */
export function fingerprintsOf(input: unknown, request: SendRequest | undefined): [string, ...string[]] {
  const ofInput = hash(input);
  return request === undefined ? [ofInput] : [hash(inNfc(request)), ofInput];
}

/** JSON with sorted keys: the same content has the same fingerprint, whatever the order of its fields. */
const hash = (value: unknown): string =>
  createHash("sha256")
    .update(
      JSON.stringify(value, (_, item: unknown) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
          ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
          : item,
      ),
    )
    .digest("base64url");
