/**
 * The text of a request's body: UTF-8, plain or compressed by gzip, and decompressed no larger than a plain request may be.
 *
 * Whether API Gateway passes bytes (Base64) or a string depends on the content type: text/*, application/json, xml and javascript
 * are strings (https://github.com/ministackorg/ministack/pull/766, tried on AWS; the documentation names no types). What it does
 * with a compressed body of such a type is not documented: if it passes a string, bytes were lost, and the answer says so.
 */
import { gunzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { Problem } from "./problem.ts";

type HttpBody = Pick<APIGatewayProxyEventV2, "headers" | "body" | "isBase64Encoded">;

/** The largest request that Lambda accepts. */
const maxBytes = 6 * 1024 * 1024;

/** The bytes of the body, as they arrived. */
export const rawBody = ({ body = "", isBase64Encoded }: HttpBody): Buffer =>
  Buffer.from(body, isBase64Encoded ? "base64" : "utf8");

/** Throws a Problem (400, 413, 415) where the body is no such text. */
export function textOf(event: HttpBody): string {
  const { "content-type": type = "", "content-encoding": coding = "" } = event.headers;
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type) ?? [];
  if (!/^(utf-?8|us-ascii|ascii)$/i.test(charset))
    throw unsupported(
      "Content-Type",
      `must have the charset utf-8, or none: ${charset.slice(0, 40)} is not read`,
    );
  const text = unpacked(event, coding.trim().toLowerCase()).toString();
  // UTF-16 that is read as UTF-8 begins like this, and JSON never does.
  if (/^(?:\ufffd\ufffd|.?\0)/s.test(text))
    throw unsupported("", "must be JSON in UTF-8: it looks like UTF-16 or another encoding");
  return text;
}

function unpacked(event: HttpBody, coding: string): Buffer {
  const bytes = rawBody(event);
  if (coding === "" || coding === "identity") return bytes;
  if (coding !== "gzip" && coding !== "x-gzip")
    throw unsupported("Content-Encoding", `must be gzip, or none: ${coding.slice(0, 40)} is not read`);
  if (!event.isBase64Encoded)
    throw unsupported(
      "Content-Encoding",
      "must come with Content-Type: application/octet-stream, by which the gzip comes through unchanged",
    );
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError)
      throw new Problem(413, "the request is too large", [
        { path: "", code: "too_large", message: "must have at most 6 MB once it is unpacked" },
      ]);
    throw new Problem(400, "the request is not valid", [
      { path: "", code: "wrong_encoding", message: "must be gzip, as Content-Encoding says" },
    ]);
  }
}

/** RFC 9110, section 15.5.16: the answer names the accepted codings. */
const unsupported = (path: string, message: string) =>
  new Problem(415, "the request cannot be read", [{ path, code: "wrong_encoding", message }], {
    "accept-encoding": "gzip, identity",
  });
