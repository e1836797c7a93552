/**
 * The token in a push with which the app reports what became of it: a JWT (HS256) for one message, valid for a week. Signed by
 * the channel (app-messaging.ts), verified by the endpoint for the app's receipts. RFC 7519.
 */
import { errors, jwtVerify, SignJWT } from "jose";

/** The longest window: a later receipt could change nothing. */
const lifetimeSeconds = 7 * 24 * 3600;
const audience = "receipts/app-messaging";

const keyOf = (secret: string) => new TextEncoder().encode(secret);

const header = { alg: "HS256" };
const claimsOf = (messageId: string) => ({
  sub: messageId,
  aud: audience,
  exp: Math.floor(Date.now() / 1000) + lifetimeSeconds,
});

export const signReceiptToken = (messageId: string, secret: string): Promise<string> =>
  new SignJWT(claimsOf(messageId)).setProtectedHeader(header).sign(keyOf(secret));

/** The token's length, calculated without a key: three parts in base64url, the last one of 32 bytes. */
export const receiptTokenLength = (messageId: string): number =>
  [JSON.stringify(header), JSON.stringify(claimsOf(messageId)), "-".repeat(32)]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".").length;

/** The messageId that the token is for; undefined where it is forged or has expired. */
export async function verifyReceiptToken(token: string, secret: string): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      algorithms: ["HS256"],
      audience,
      requiredClaims: ["sub", "exp"],
    });
    // The library types it as text without a check: a signed token may contain anything here.
    return typeof payload.sub === "string" ? payload.sub : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
