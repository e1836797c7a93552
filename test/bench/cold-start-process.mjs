// One cold start: loads a handler in this fresh process, and has it answer one event. Started by cold-start.ts.
import { readFileSync } from "node:fs";
import { createRequire, flushCompileCache } from "node:module";
import { pathToFileURL } from "node:url";

const [file, eventFile] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, "utf8"));
const url = pathToFileURL(file).href;
const require = createRequire(import.meta.url);
const context = {
  awsRequestId: "00000000-0000-0000-0000-000000000000",
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => 10_000,
};

const start = performance.now();
// As Lambda does: an import would read a CommonJS file once more, for its exports.
const { handler } = file.endsWith(".cjs") ? require(file) : await import(url);
const loaded = performance.now();
await handler(event, context);
const answered = performance.now();
process.stdout.write(
  JSON.stringify({ load: loaded - start, answer: answered - start, memory: process.memoryUsage().rss / 1e6 }),
);
// Where there is a cache (NODE_COMPILE_CACHE), for the process after this one.
flushCompileCache();
process.exit(0);
