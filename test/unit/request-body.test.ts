/** The bytes of a request: UTF-8, plain or by gzip; everything else is refused in words. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { createIngestInProcess } from "./fixtures/ingest-in-process.ts";

const message = { to: { phoneNumber: "+447123980001" }, rules: ["sms"], body: "café" };
const text = JSON.stringify(message);
const octets = { "content-type": "application/octet-stream" };
const gzip = { ...octets, "content-encoding": "gzip" };
const bodyOf = async (body: string | Buffer, headers: Record<string, string>) => {
  const { post, messages } = createIngestInProcess();
  const answer = await post("/messages", body, headers);
  return [...messages.values()][0]?.body ?? answer;
};

it.each([
  ["as a string", text, { "content-type": "application/json" }],
  ["with its charset", text, { "content-type": 'application/json; charset="UTF-8"' }],
  ["as bytes", Buffer.from(text), octets],
  ["by gzip", gzipSync(text), gzip],
  ["by gzip, under its old name", gzipSync(text), { ...gzip, "content-encoding": "X-GZIP" }],
  ["by gzip, with a byte order mark", gzipSync(`\ufeff${text}`), gzip],
  ["with a byte order mark", Buffer.from(`\ufeff${text}`), octets],
  ["not compressed, and saying so", text, { "content-encoding": "identity" }],
])("a body is read %s", async (_, body, headers) => {
  expect(await bodyOf(body, headers)).toBe("café");
});

it.each([
  [
    "another charset",
    text,
    { "content-type": "application/json; charset=iso-8859-1" },
    415,
    "Content-Type",
    "iso-8859-1 is not read",
  ],
  ["UTF-16", Buffer.from(text, "utf16le"), octets, 415, "", "must be JSON in UTF-8"],
  ["UTF-16 with its mark", Buffer.from(`\ufeff${text}`, "utf16le"), octets, 415, "", "must be JSON in UTF-8"],
  [
    "UTF-16, other way round",
    Buffer.from(text, "utf16le").swap16(),
    octets,
    415,
    "",
    "must be JSON in UTF-8",
  ],
  [
    "UTF-16 that was read as text",
    Buffer.from(`\ufeff${text}`, "utf16le").toString(),
    {},
    415,
    "",
    "must be JSON in UTF-8",
  ],
  ["Latin-1", Buffer.from(text, "latin1"), octets, 400, "body", "send the text as UTF-8"],
  [
    "Latin-1 that was read as text",
    Buffer.from(text, "latin1").toString(),
    {},
    400,
    "body",
    "send the text as UTF-8",
  ],
  [
    "Brotli",
    brotliCompressSync(text),
    { ...octets, "content-encoding": "br" },
    415,
    "Content-Encoding",
    "br is not read",
  ],
  [
    "gzip twice",
    gzipSync(gzipSync(text)),
    { ...octets, "content-encoding": "gzip, gzip" },
    415,
    "Content-Encoding",
    "must be gzip",
  ],
  ["what is no gzip", Buffer.from(text), gzip, 400, "", "must be gzip, as Content-Encoding says"],
  ["a gzip that ends early", gzipSync(text).subarray(0, 30), gzip, 400, "", "must be gzip"],
  [
    "gzip that was read as text",
    gzipSync(text).toString(),
    { "content-encoding": "gzip" },
    415,
    "Content-Encoding",
    "application/octet-stream",
  ],
  [
    "what unpacks to more than 6 MB",
    gzipSync(Buffer.alloc(7 * 1024 * 1024, " ")),
    gzip,
    413,
    "",
    "at most 6 MB once it is unpacked",
  ],
])("%s is refused in words", async (_, body, headers, status, path, words) => {
  const { post } = createIngestInProcess();
  for (const route of ["/messages", "/messages/batch"]) {
    if (status === 400 && path === "body" && route === "/messages/batch") continue;
    const answer = await post(route, body, headers as Record<string, string>);
    expect(answer).toMatchObject({
      status,
      body: { errors: [{ path, message: expect.stringContaining(words) }] },
    });
    expect(answer.headers["accept-encoding"]).toBe(status === 415 ? "gzip, identity" : undefined);
  }
});
