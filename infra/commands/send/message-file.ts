/** Reads messages or consents from FILE or standard input, as a stream of CSV or NDJSON. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { addAbortSignal } from "node:stream";
import { readCsv } from "./csv.ts";
import type { FileFields } from "./csv-columns.ts";
import type { Line } from "./message.ts";
import { readNdjson } from "./ndjson.ts";

export interface MessageFile {
  lines: AsyncIterable<Line>;
  /** Absent for standard input. */
  stats?: { size: number; mtimeMs: number };
}

/** Without a path: standard input. Reading throws an AbortError when the signal aborts. `say` gets the format of a CSV. */
export async function openMessageFile(
  path: string | undefined,
  fields: FileFields,
  { signal, say }: { signal: AbortSignal; say: (format: string) => void },
): Promise<MessageFile> {
  if (path === undefined) return { lines: readSniffing(addAbortSignal(signal, process.stdin), fields, say) };
  const { size, mtimeMs } = await stat(path);
  const stream = addAbortSignal(signal, createReadStream(path));
  const isCsv = extname(path).toLowerCase() === ".csv";
  return { lines: isCsv ? readCsv(stream, fields, say) : readNdjson(stream), stats: { size, mtimeMs } };
}

/** Detects the format: every message begins with a brace, and no CSV header does. */
export async function* readSniffing(
  chunks: AsyncIterable<Buffer>,
  fields: FileFields,
  say?: (format: string) => void,
): AsyncGenerator<Line> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let text = "";
  while (text.trim() === "") {
    const { done, value } = await iterator.next();
    if (done) return;
    first.push(value);
    text += value.toString();
  }
  const all = (async function* () {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  yield* text.trim().startsWith("{") ? readNdjson(all) : readCsv(all, fields, say);
}
