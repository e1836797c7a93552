/**
 * Detects the format of a CSV file by its first line: encoding, delimiter and line end. The header's names contain no comma,
 * semicolon or tab, so the first of these is the delimiter. Converts the text to UTF-8.
 */
export interface CsvFormat {
  encoding: "UTF-8" | "UTF-16LE" | "UTF-16BE";
  delimiter: string;
  lineEnd: "\n" | "\r";
}

/** No real header is longer. */
const maxHeaderBytes = 256 * 1024;

/** The format, and the bytes as UTF-8. `endByte`: the position in the file at the end of each chunk. */
export async function readFormat(chunks: AsyncIterable<Buffer>) {
  const source = chunks[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  let bytes = Buffer.alloc(0);
  let isWhole = false;
  while (!isWhole && bytes.length < maxHeaderBytes && !headerEnd.test(textOf(bytes))) {
    const { done, value } = await source.next();
    if (done) isWhole = true;
    else {
      head.push(value);
      bytes = Buffer.concat([bytes, value]);
    }
  }
  const format = formatOf(bytes);
  return { format, text: decoded(format.encoding, head, source) };
}

/** With one more character, to tell a lone CR from CRLF. */
const headerEnd = /\S[^\r\n]*(\r[\s\S]|\n)/;

function formatOf(bytes: Buffer): CsvFormat {
  const text = textOf(bytes);
  const [, first = "", end] = /^\s*([^\r\n]*)(\r\n|\r|\n)?/.exec(text) ?? [];
  const named = /^"?sep=(.)"?$/i.exec(first.trimStart())?.[1];
  return {
    encoding: encodingOf(bytes),
    delimiter: named ?? /[,;\t]/.exec(first)?.[0] ?? ",",
    lineEnd: end === "\r" ? "\r" : "\n",
  };
}

/** By the byte order mark, or by the zero byte next to the header's first letter. */
function encodingOf(bytes: Buffer): CsvFormat["encoding"] {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first && second === 0)) return "UTF-16LE";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second)) return "UTF-16BE";
  return "UTF-8";
}

const textOf = (bytes: Buffer) => new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: true });

async function* decoded(encoding: string, head: readonly Buffer[], rest: AsyncIterator<Buffer>) {
  const decoder = encoding === "UTF-8" ? undefined : new TextDecoder(encoding);
  let endByte = 0;
  const decode = (piece: Buffer) => {
    endByte += piece.length;
    return { bytes: decoder ? Buffer.from(decoder.decode(piece, { stream: true })) : piece, endByte };
  };
  for (const piece of head) yield decode(piece);
  for await (const piece of { [Symbol.asyncIterator]: () => rest }) yield decode(piece);
  if (decoder) yield { bytes: Buffer.from(decoder.decode()), endByte };
}

const names: Record<string, string> = { ",": "commas", ";": "semicolons", "\t": "tabs" };

/** Undefined for the usual format: UTF-8 with commas. */
export function describeFormat({ encoding, delimiter, lineEnd }: CsvFormat): string | undefined {
  if (encoding === "UTF-8" && delimiter === "," && lineEnd === "\n") return undefined;
  const ends = lineEnd === "\r" ? ", lines that end with CR" : "";
  return `read as CSV in ${encoding}, cells separated by ${names[delimiter] ?? `"${delimiter}"`}${ends}`;
}
