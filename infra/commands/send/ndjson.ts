/** Reads NDJSON as a stream: a line is a message. Lines are limited by size, so that a long one cannot fill the memory. */
import { isUtf8 } from "node:buffer";
import { type Fields, type Line, maxMessageBytes } from "./message.ts";

/** Longer than a message, for spaces, escapes and the `_error` of an earlier run. */
export const maxLineBytes = 4 * maxMessageBytes;
const newline = 0x0a;

export async function* readNdjson(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  for await (const { number, endByte, bytes } of splitLines(chunks)) {
    const content = bytes === undefined ? fault("too_long", "is too long for a message") : parse(bytes);
    if (content !== undefined) yield { number, endByte, content };
  }
}

interface RawLine {
  number: number;
  endByte: number;
  /** Absent if it was too long. */
  bytes: Buffer | undefined;
}

async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawLine> {
  let pieces: Buffer[] = [];
  let length = 0;
  let number = 0;
  let readBytes = 0;
  const keep = (piece: Buffer) => {
    length += piece.length;
    if (length <= maxLineBytes) pieces.push(piece);
    else pieces = [];
  };
  const take = (endByte: number): RawLine => {
    const bytes = length > maxLineBytes ? undefined : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    number += 1;
    return { number, endByte, bytes };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      yield take(readBytes + start);
    }
    keep(chunk.subarray(start));
    readBytes += chunk.length;
  }
  if (length > 0) yield take(readBytes);
}

/** Undefined for an empty line. */
function parse(bytes: Buffer): Line["content"] | undefined {
  if (!isUtf8(bytes)) return fault("not_utf8", "is not UTF-8: save the file as UTF-8");
  // `trim` also removes a byte order mark.
  const text = bytes.toString().trim();
  if (text === "") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { fields: value as Fields };
    return fault("wrong_type", "is not a JSON object: a line is one message");
  } catch {
    return fault("not_json", "is not JSON");
  }
}

const fault = (code: string, message: string) => ({ fault: { path: "", code, message } });
