/**
 * CSV as a stream. The header names paths into the message (see csv-columns.ts). Quoting is read as spreadsheets read it:
 * a stray quote is text, so that it spoils its own cell and no other line.
 */
import { finished } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { type Column, readHeader, toFields } from "./csv-columns.ts";
import type { Line } from "./message.ts";
import { maxLineBytes } from "./ndjson.ts";

interface Row {
  number: number;
  endByte: number;
  cells: string[];
}

export async function* readCsv(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let columns: Column[] | undefined;
  for await (const row of parseRows(chunks)) {
    if ("content" in row) yield row;
    else if (columns === undefined) columns = readHeader(row.cells);
    else yield { number: row.number, endByte: row.endByte, content: toFields(columns, row.cells) };
  }
}

/** A fault is the last thing it gives: behind a quote that is never closed there are no lines any more. */
async function* parseRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<Row | Line> {
  let rows: Row[] = [];
  let nextNumber = 1;
  let emptyLines = 0;
  const parser = parse({
    bom: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ["\r\n", "\n"],
    max_record_size: maxLineBytes,
    // Kept here and not in the parser's own buffer, which a fault would empty.
    on_record: (cells: string[], { bytes, empty_lines }) => {
      const number = nextNumber + empty_lines - emptyLines;
      rows.push({ number, endByte: bytes, cells });
      nextNumber = number + cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 1);
      emptyLines = empty_lines;
      return null;
    },
  });
  const ended = finished(parser.resume());
  const write = (chunk: Buffer) =>
    new Promise<void>((resolve, reject) => {
      parser.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  // Heard below; without this it would end the process before.
  ended.catch(() => {});
  try {
    for await (const chunk of chunks) {
      const written = await write(chunk).catch((error: unknown) => error);
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
    yield { number: nextNumber, endByte: parser.info.bytes, content: { fault: explain(error) } };
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
