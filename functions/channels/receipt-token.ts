/**
 * The token that a push carries, with which the app says what became of it: a JWT (HS256) for one message, good for a week.
 * Made by the channel (app-messaging.ts), read by what takes the app's receipts. RFC 7519.
 */
import { errors, jwtVerify, SignJWT } from "jose";

/** The longest window: a receipt that comes later could change nothing. */
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

/** How long that is, before there is a key: three parts in base64url, the last one of 32 bytes. */
export const receiptTokenLength = (messageId: string): number =>
  [JSON.stringify(header), JSON.stringify(claimsOf(messageId)), "-".repeat(32)]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".").length;

/** The messageId that the token is for; undefined where it is forged, or its time is over. */
export async function verifyReceiptToken(token: string, secret: string): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      algorithms: ["HS256"],
      audience,
      requiredClaims: ["sub", "exp"],
    });
    // Typed as text by the library, which does not look: a signed token may have anything there.
    return typeof payload.sub === "string" ? payload.sub : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
