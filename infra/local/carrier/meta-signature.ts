/**
 * A webhook as Meta sends it: JSON with everything beyond ASCII escaped, and the signature of exactly these bytes. Used by business.ts. https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
 */
import { createHmac } from "node:crypto";

/** Meta's own escapes; the first four as its documentation spells them. */
const spelled: Readonly<Record<string, string>> = {
  "/": "\\/",
  "<": "\\u003C",
  "%": "\\u0025",
  "@": "\\u0040",
};

export const metaJson = (body: object): string =>
  JSON.stringify(body).replace(
    /[/<%@]|[\u0080-\uffff]/g,
    (character) => spelled[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The value of `X-Hub-Signature-256`. */
export const metaSignature = (appSecret: string, rawBody: string): string =>
  `sha256=${createHmac("sha256", appSecret).update(rawBody).digest("hex")}`;
