/** `npm run send`: sends a file of messages, of any length, to the queue or the API. */
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCommand } from "./command-line.ts";
import { createApiDestination } from "./send/api.ts";
import type { Destination } from "./send/destination.ts";
import { FailuresFile } from "./send/failures-file.ts";
import { Journal } from "./send/journal.ts";
import { openMessageFile } from "./send/message-file.ts";
import { help, type Options, readOptions } from "./send/options.ts";
import { createProgress } from "./send/progress.ts";
import { createQueueDestination } from "./send/queue.ts";
import { ResumeFile } from "./send/resume-file.ts";
import { sendAll } from "./send/send-all.ts";
import { resumeCommand, summarize } from "./send/summary.ts";
import { createSqsClient } from "./sqs-client.ts";

await runCommand(help, async (args) => {
  const { path, target, defaults, concurrency, rate } = readOptions(args, process.env);
  const destination = createDestination(target, concurrency);
  const stopping = new AbortController();
  const file = await openMessageFile(path, stopping.signal, (format) => progress.say(format));

  const resumeFile =
    path === undefined
      ? undefined
      : new ResumeFile(`${path}.sent`, { file: file.stats, destination: destination.name, ...defaults });
  const earlier = resumeFile?.read(new Date(), console.error);
  // Standard input has no name to match a failures file by: the file of an earlier run stays.
  const failures =
    path === undefined
      ? new FailuresFile("stdin.failed.ndjson", Number.POSITIVE_INFINITY)
      : new FailuresFile(`${path}.failed.ndjson`, earlier?.failuresBytes ?? 0);
  const progress = createProgress(process.stderr, file.stats?.size);
  const journal = new Journal({ failures, resumeFile, earlier, watcher: progress });

  const interrupted = stopOnSignals(stopping);
  let failure: { error: unknown } | undefined;
  let reachedEnd = false;
  try {
    reachedEnd = await sendAll({
      lines: file.lines,
      fileName: path === undefined ? "-" : basename(path),
      defaults,
      destination,
      journal,
      concurrency,
      rate,
      stopping,
      onRead: ({ endByte }) => progress.reached(endByte),
      pause: (milliseconds) => sleep(milliseconds, undefined, { signal: stopping.signal }),
      now: () => performance.now(),
    });
  } catch (error) {
    failure = { error };
  }
  progress.stop();
  journal.save();
  if (failure && journal.isEmpty) throw failure.error;
  console.log(summarize(journal.counts, failures.path));
  if (reachedEnd && journal.isSettled) {
    resumeFile?.remove();
    return journal.counts.refused + journal.counts.bad > 0 ? 1 : 0;
  }
  console.error(resumeCommand(path, args));
  if (failure) throw failure.error;
  return interrupted.status;
});

function createDestination(target: Options["target"], maxSockets: number): Destination {
  if ("api" in target) return createApiDestination(target.api, target.apiKey);
  const sqs = createSqsClient({ queueUrl: target.queue, maxSockets });
  return createQueueDestination(sqs, target.queue, target.client);
}

/** The first signal stops reading and lets requests in flight finish; the second ends the process. */
function stopOnSignals(stopping: AbortController): { status: number } {
  const interrupted = { status: 1 };
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(status);
      interrupted.status = status;
      console.error("\nStopping: waiting for the requests in flight. Press Ctrl-C again to stop at once.");
      stopping.abort();
    });
  return interrupted;
}
