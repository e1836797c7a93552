/**
 * The token in a push with which the app reports what became of it: a JWT (HS256) for one message and channel, valid for a week.
 * Signed by the channel (push.ts), verified by the endpoint for the app's receipts. RFC 7519.
 */
import { errors, jwtVerify, SignJWT } from "jose";

/** The longest window: a later receipt could change nothing. */
const lifetimeSeconds = 7 * 24 * 3600;
const audience = "receipts/app-messaging";

const keyOf = (secret: string) => new TextEncoder().encode(secret);

const header = { alg: "HS256" };
/** The channels that send pushes. */
export const pushChannels = ["appMessaging", "nativePush"] as const;
export type PushChannel = (typeof pushChannels)[number];

export interface Pushed {
  messageId: string;
  channel: PushChannel;
}

const claimsOf = ({ messageId, channel }: Pushed) => ({
  sub: messageId,
  aud: audience,
  // Absent in tokens that are out since before there were two.
  ...(channel === "appMessaging" ? {} : { channel }),
  exp: Math.floor(Date.now() / 1000) + lifetimeSeconds,
});

export const signReceiptToken = (pushed: Pushed, secret: string): Promise<string> =>
  new SignJWT(claimsOf(pushed)).setProtectedHeader(header).sign(keyOf(secret));

/** The token's length, calculated without a key: three parts in base64url, the last one of 32 bytes. */
export const receiptTokenLength = (pushed: Pushed): number =>
  [JSON.stringify(header), JSON.stringify(claimsOf(pushed)), "-".repeat(32)]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".").length;

/** What the token is for; undefined where it is forged or has expired. */
export async function verifyReceiptToken(token: string, secret: string): Promise<Pushed | undefined> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      algorithms: ["HS256"],
      audience,
      requiredClaims: ["sub", "exp"],
    });
    const { sub: messageId, channel = "appMessaging" } = payload;
    const of = pushChannels.find((one) => one === channel);
    // The library types it as text without a check: a signed token may contain anything here.
    return typeof messageId === "string" && of !== undefined ? { messageId, channel: of } : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
