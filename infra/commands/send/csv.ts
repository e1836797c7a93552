/**
 * Reads CSV as a stream, in the format of its first line (csv-format.ts). The header names paths into the message
 * (csv-columns.ts). Empty rows are skipped. Quotes are read as spreadsheets do: a stray quote is text, so that it affects
 * only its own cell.
 */
import { finished } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { type Column, type FileFields, readHeader, toFields, withoutTrailingEmpty } from "./csv-columns.ts";
import { type CsvFormat, describeFormat, readFormat } from "./csv-format.ts";
import type { Line } from "./message.ts";
import { maxLineBytes } from "./ndjson.ts";

interface Row {
  number: number;
  endByte: number;
  cells: string[];
}

/** `say` gets a description of the format, if it is not UTF-8 with commas. */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  fields: FileFields,
  say: (format: string) => void = () => {},
): AsyncGenerator<Line> {
  const { format, text } = await readFormat(chunks);
  const said = describeFormat(format);
  if (said !== undefined) say(said);
  let columns: Column[] | undefined;
  for await (const row of parseRows(text, format)) {
    if ("content" in row) yield row;
    else if (columns === undefined && /^sep=/i.test(row.cells[0] ?? "")) continue;
    else if (columns === undefined) columns = readHeader(withoutTrailingEmpty(row.cells), fields);
    else yield { number: row.number, endByte: row.endByte, content: toFields(columns, row.cells) };
  }
}

/** A fault is the last thing it yields: after a quote that is never closed no lines can be found. */
async function* parseRows(
  text: AsyncIterable<{ bytes: Buffer; endByte: number }>,
  { encoding, delimiter, lineEnd }: CsvFormat,
): AsyncGenerator<Row | Line> {
  let rows: Row[] = [];
  let nextNumber = 1;
  let emptyLines = 0;
  let readBytes = 0;
  // Decoded text has other lengths than the file: then the position up to which the file was read has to do.
  const endOf = (bytes: number) => (encoding === "UTF-8" ? bytes : readBytes);
  const parser = parse({
    bom: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    delimiter,
    record_delimiter: lineEnd === "\r" ? "\r" : ["\r\n", "\n"],
    max_record_size: maxLineBytes,
    // Kept here, because a fault would empty the parser's own buffer.
    on_record: (cells: string[], { bytes, empty_lines }) => {
      const number = nextNumber + empty_lines - emptyLines;
      if (cells.some((cell) => cell.trim() !== "")) rows.push({ number, endByte: endOf(bytes), cells });
      nextNumber = number + cells.reduce((sum, cell) => sum + cell.split(lineEnd).length - 1, 1);
      emptyLines = empty_lines;
      return null;
    },
  });
  const ended = finished(parser.resume());
  const write = (chunk: Buffer) =>
    new Promise<void>((resolve, reject) => {
      parser.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  // Awaited below; without a handler here a rejection would end the process first.
  ended.catch(() => {});
  try {
    for await (const { bytes, endByte } of text) {
      readBytes = endByte;
      const written = await write(bytes).catch((error: unknown) => error);
      yield* rows.splice(0);
      if (written !== undefined) throw written;
    }
    parser.end();
    const end = await ended.catch((error: unknown) => error);
    yield* rows.splice(0);
    if (end !== undefined) throw end;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    rows = [];
    yield { number: nextNumber, endByte: endOf(parser.info.bytes), content: { fault: explain(error) } };
  }
}

function explain({ code }: CsvError) {
  const unclosed = code === "CSV_QUOTE_NOT_CLOSED" || code === "CSV_MAX_RECORD_SIZE";
  return {
    path: "",
    code: "not_csv",
    message: unclosed
      ? "has a quote that is not closed: nothing from this line on can be read"
      : "is not CSV: nothing from this line on can be read",
  };
}
