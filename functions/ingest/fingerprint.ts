/** Tells whether two requests mean the same, by a keyed hash of the parsed request. */
import { createHash } from "node:crypto";
import type { KeyedHash } from "../storage/keyed-hash.ts";
import { inNfc } from "../validation/text.ts";
import type { SendRequest } from "./request.ts";

/**
 * The fingerprints under which a stored message counts as the same; the first is the one to store. They are made of the parsed
 * request, in which a phone number, a time and null have one form; the last is that of versions up to 0.2, made of the JSON as it
 * came, without a key.
 */
export async function fingerprintsOf(
  input: unknown,
  request: SendRequest | undefined,
  hash: KeyedHash,
  isTest: boolean,
): Promise<[string, ...string[]]> {
  const understood = request === undefined ? input : withDigits(inNfc(request));
  // What a test key sends is never the same as what another key does.
  if (isTest) return hash.all(canonicalJson({ test: understood }));
  return [
    ...(await hash.all(canonicalJson(understood))),
    createHash("sha256").update(canonicalJson(input)).digest("base64url"),
  ];
}

/** A phone number is the same with and without its `+`, spaces and brackets. */
const withDigits = (request: SendRequest): object => {
  const { phoneNumber } = request.to;
  return phoneNumber === undefined
    ? request
    : { ...request, to: { ...request.to, phoneNumber: phoneNumber.replace(/\D/g, "") } };
};

/** JSON with sorted keys: the same content gives the same text, whatever the order of its fields. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
