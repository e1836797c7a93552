/**
 * Maps stack traces to source lines, when a stack is read: by the log, or by Lambda for a function that throws. Prepended to
 * each bundle (infra/bundle/bundle.ts). Node's `--enable-source-maps` does the same but reads the map at each start, error or
 * not: a fifth to a quarter of a bundle's load time.
 */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

const maps = new Map<string, SourceMap>();

function mapOf(bundle: string): SourceMap {
  const map = maps.get(bundle) ?? new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
  maps.set(bundle, map);
  return map;
}

/** `at handle (/var/task/index.cjs:1:2345)` → `at handle (functions/ingest/single.ts:12:3)`. */
function inSources(frame: NodeJS.CallSite): string {
  const text = String(frame);
  const [file, line, column] = [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()];
  if (!file?.endsWith(".cjs") || line === null || column === null) return text;
  try {
    const origin = mapOf(file).findOrigin(line, column);
    if (!("fileName" in origin)) return text;
    const source = `${origin.fileName.replace(/^(\.\.\/)+/, "")}:${origin.lineNumber}:${origin.columnNumber}`;
    return text.replace(`${file}:${line}:${column}`, source);
  } catch {
    // An unmapped stack is better than none.
    return text;
  }
}

Error.prepareStackTrace = (error, frames) =>
  [Error.prototype.toString.call(error), ...frames.map((frame) => `    at ${inSources(frame)}`)].join("\n");
