/**
 * Meta's webhook signature, `X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the raw body by the app secret>`.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether one of the secrets signed it; false where there is no secret. */
export const isSignedByOneOf = (
  appSecrets: readonly string[],
  rawBody: Uint8Array,
  signature: string | undefined,
): boolean => appSecrets.some((appSecret) => isSignedBy(appSecret, rawBody, signature));

export function isSignedBy(appSecret: string, rawBody: Uint8Array, signature: string | undefined): boolean {
  const given = Buffer.from(/^sha256=([0-9a-f]{64})$/i.exec(signature ?? "")?.[1] ?? "", "hex");
  const expected = createHmac("sha256", appSecret).update(rawBody).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}
