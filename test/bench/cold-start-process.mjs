// One cold start: loads a handler in this fresh process, and has it answer one event; then, where that is asked for, so many more,
// of which the processor time is counted once they are warm. Started by cold-start.ts.
import { readFileSync } from "node:fs";
import { createRequire, flushCompileCache } from "node:module";
import { pathToFileURL } from "node:url";

const [file, eventFile, more = "0"] = process.argv.slice(2);
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
const beforeFirst = process.cpuUsage();
await handler(event, context);
const first = process.cpuUsage(beforeFirst);
const answered = performance.now();
const memory = process.memoryUsage().rss / 1e6;

const inMilliseconds = ({ user, system }) => (user + system) / 1000;
/** Milliseconds an event; what the recorded answers make it throw is its answer too. */
async function processorTime(events) {
  const before = process.cpuUsage();
  for (let index = 0; index < events; index++) await handler(event, context).catch(() => {});
  return inMilliseconds(process.cpuUsage(before)) / events;
}
let warm = 0;
if (Number(more) > 0) {
  await processorTime(Number(more));
  // What else the machine does makes them slower, never faster.
  const batches = [];
  for (let batch = 0; batch < 10; batch++) batches.push(await processorTime(Number(more) / 10));
  warm = Math.min(...batches);
}
process.stdout.write(
  JSON.stringify({
    load: loaded - start,
    answer: answered - start,
    memory,
    first: inMilliseconds(first),
    warm,
  }),
);
// Where there is a cache (NODE_COMPILE_CACHE), for the process after this one.
flushCompileCache();
process.exit(0);
