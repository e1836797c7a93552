/** Sends a file of messages or of consents, of any length: `npm run send` and `npm run consents`. */
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { consentFields, messageFields } from "./csv-columns.ts";
import type { Destination } from "./destination.ts";
import { FailuresFile } from "./failures-file.ts";
import { Journal } from "./journal.ts";
import { openMessageFile } from "./message-file.ts";
import type { Options } from "./options.ts";
import { createProgress } from "./progress.ts";
import { ResumeFile } from "./resume-file.ts";
import { sendAll } from "./send-all.ts";
import { resumeCommand, summarize } from "./summary.ts";

const kinds = {
  send: { noun: "messages", fields: messageFields },
  consents: { noun: "consents", fields: consentFields },
} as const;

/** Returns the exit status. `args`: as they were given, to say how to go on. */
export async function sendFile(
  script: keyof typeof kinds,
  args: readonly string[],
  { path, defaults, concurrency, rate }: Pick<Options, "path" | "defaults" | "concurrency" | "rate">,
  destination: Destination,
): Promise<number> {
  const { noun, fields } = kinds[script];
  const stopping = new AbortController();
  const file = await openMessageFile(path, fields, {
    signal: stopping.signal,
    say: (format) => progress.say(format),
  });

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
  const progress = createProgress(process.stderr, file.stats?.size, noun);
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
  console.log(summarize(journal.counts, failures.path, noun));
  if (reachedEnd && journal.isSettled) {
    resumeFile?.remove();
    return journal.counts.refused + journal.counts.bad > 0 ? 1 : 0;
  }
  console.error(resumeCommand(script, path, args));
  if (failure) throw failure.error;
  return interrupted.status;
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
