/** The chunks of a PNG: its size, and a text that it carries. https://www.w3.org/TR/png-3/#5Chunk-layout */
import { crc32 } from "node:zlib";

const signatureBytes = 8;
/** The length and the type before a chunk's data, and the checksum after it. */
const frameBytes = 12;

interface Chunk {
  type: string;
  start: number;
  data: Buffer;
}

function* chunksOf(png: Buffer): Generator<Chunk> {
  for (let start = signatureBytes; start < png.length; ) {
    const length = png.readUInt32BE(start);
    const type = png.toString("latin1", start + 4, start + 8);
    yield { type, start, data: png.subarray(start + 8, start + 8 + length) };
    start += frameBytes + length;
  }
}

/** In pixels. */
export function sizeOf(png: Buffer): { width: number; height: number } {
  for (const { type, data } of chunksOf(png))
    if (type === "IHDR") return { width: data.readUInt32BE(0), height: data.readUInt32BE(4) };
  throw new Error("this is no PNG");
}

/** Undefined where the PNG carries none under this keyword. */
export function readText(png: Buffer, keyword: string): string | undefined {
  for (const { type, data } of chunksOf(png))
    if (type === "tEXt" && data.toString("latin1").startsWith(`${keyword}\0`))
      return data.toString("latin1", keyword.length + 1);
  return undefined;
}

/** The same picture with one text more, in Latin-1. */
export function withText(png: Buffer, keyword: string, text: string): Buffer {
  const content = Buffer.from(`tEXt${keyword}\0${text}`, "latin1");
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  const end = [...chunksOf(png)].find(({ type }) => type === "IEND")?.start ?? png.length;
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}
