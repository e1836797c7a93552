/** The run in process: tries and pauses, parallel requests, the rate, the book of what became of each message. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { CommandError } from "../../../infra/commands/command-line.ts";
import { deliver, maxAttempts } from "../../../infra/commands/send/deliver.ts";
import { type Destination, type Outcome, Unavailable } from "../../../infra/commands/send/destination.ts";
import { FailuresFile } from "../../../infra/commands/send/failures-file.ts";
import { type Counts, Journal } from "../../../infra/commands/send/journal.ts";
import type { Entry, Line } from "../../../infra/commands/send/message.ts";
import { ResumeFile } from "../../../infra/commands/send/resume-file.ts";
import { sendAll } from "../../../infra/commands/send/send-all.ts";
import { SettledPositions } from "../../../infra/commands/send/settled-positions.ts";
import { temporaryDirectory } from "./command.ts";

const entry = (position: number): Entry => ({
  position,
  line: position,
  idempotencyKey: `k${position}`,
  message: { body: String(position) },
  json: JSON.stringify({ body: String(position) }),
});
const accepted: Outcome = { status: "accepted" };
const fault = { path: "", code: "busy", message: "is busy" };
const again: Outcome = { status: "again", faults: [fault] };

function createJournal(directory = temporaryDirectory(), { resume = false } = {}) {
  const resumeFile = new ResumeFile(join(directory, "sent"), { destination: "d" });
  const earlier = resume ? resumeFile.read(new Date(), () => {}) : undefined;
  const failures = new FailuresFile(join(directory, "failures"), earlier?.failuresBytes ?? 0);
  const failed: number[] = [];
  const watcher = { settled() {}, failed: (line: number) => void failed.push(line) };
  return { journal: new Journal({ failures, resumeFile, earlier, watcher }), failures, failed };
}

function destinationOf(send: Destination["send"], maxEntries = 10): Destination {
  return { name: "the queue", maxEntries, maxBytes: 1_000, sizeOf: ({ json }) => json.length, send };
}

function deliveryTo(send: Destination["send"], contactMade = true) {
  const pauses: number[] = [];
  const stopping = new AbortController();
  const delivery = {
    destination: destinationOf(send),
    journal: createJournal().journal,
    pause: async (milliseconds: number) => void pauses.push(milliseconds),
    signal: stopping.signal,
    contact: { made: contactMade },
  };
  return { delivery, pauses, stopping };
}

it("an entry is given up with its reason after its last try, and the pauses between tries grow to a limit", async () => {
  let tries = 0;
  const { delivery, pauses } = deliveryTo(async (entries) => {
    tries += 1;
    return entries.map(({ position }) => (position === 1 ? again : accepted));
  });
  await deliver([entry(1), entry(2)], delivery);
  expect(tries).toBe(maxAttempts);
  expect(delivery.journal.counts).toMatchObject({ accepted: 1, refused: 1 });
  expect(pauses).toHaveLength(maxAttempts - 1);
  for (const [index, pause] of pauses.entries())
    expect(pause).toBeLessThanOrEqual(Math.min(20_000, 400 * 2 ** index));
});

it("a retry waits as long as the answer asks for, up to a minute", async () => {
  const asked = [5_000, 3_600_000];
  const { delivery, pauses } = deliveryTo(async (entries) => {
    const retryAfterMs = asked.shift();
    if (retryAfterMs !== undefined) throw new Unavailable("503", { retryAfterMs });
    return entries.map(() => accepted);
  });
  await deliver([entry(1)], delivery);
  expect(pauses).toEqual([5_000, 60_000]);
});

it("a destination that stops answering stops the run, and refuses no message", async () => {
  const { delivery } = deliveryTo(async () => {
    throw new Unavailable("it answers 503");
  });
  await expect(deliver([entry(1)], delivery)).rejects.toThrow("the queue was tried 8 times: it answers 503");
  expect(delivery.journal.counts).toMatchObject({ accepted: 0, refused: 0 });
});

it("an address that never answered is not tried again", async () => {
  let tries = 0;
  const send = async () => {
    tries += 1;
    throw new Unavailable("cannot connect", { unreachable: true });
  };
  await expect(deliver([entry(1)], deliveryTo(send, false).delivery)).rejects.toThrow(CommandError);
  expect(tries).toBe(1);
  await expect(deliver([entry(1)], deliveryTo(send, true).delivery)).rejects.toThrow("tried 8 times");
});

it("a run that is stopped leaves the entries that wait for a retry open", async () => {
  const { delivery, stopping } = deliveryTo(async (entries) => {
    stopping.abort();
    return entries.map(() => again);
  });
  await deliver([entry(1)], delivery);
  delivery.journal.read();
  expect(delivery.journal.isSettled).toBe(false);
});

async function* linesOf(count: number): AsyncGenerator<Line> {
  for (let number = 1; number <= count; number++)
    yield { number, endByte: number, content: { fields: { body: String(number) } } };
}

async function runAll(destination: Destination, options: { rate?: number; concurrency?: number } = {}) {
  const { journal } = createJournal();
  let time = 0;
  const read: number[] = [];
  const ended = await sendAll({
    lines: linesOf(25),
    fileName: "a",
    defaults: {},
    destination,
    journal,
    concurrency: options.concurrency ?? 1,
    rate: options.rate,
    stopping: new AbortController(),
    onRead: ({ endByte }) => void read.push(endByte),
    pause: async (milliseconds) => {
      time += milliseconds;
    },
    now: () => time,
  });
  return { ended, counts: journal.counts, elapsedMs: time, read };
}

it("requests are filled to what the destination accepts, in number and in bytes", async () => {
  const sizes: number[] = [];
  const send: Destination["send"] = async (entries) => {
    sizes.push(entries.length);
    return entries.map(() => accepted);
  };
  const { ended, counts, read } = await runAll(destinationOf(send));
  expect(ended).toBe(true);
  expect(sizes).toEqual([10, 10, 5]);
  expect(counts).toMatchObject({ read: 25, accepted: 25 });
  expect(read).toHaveLength(25);
  sizes.length = 0;
  // {"body":"1"} has 12 bytes, {"body":"10"} has 13.
  await runAll({ ...destinationOf(send), maxBytes: 36 });
  expect(sizes).toEqual([3, 3, 3, ...Array(8).fill(2)]);
});

it("a run has no more requests in flight than it may", async () => {
  let atATime = 0;
  let most = 0;
  await runAll(
    destinationOf(async (entries) => {
      most = Math.max(most, ++atATime);
      await new Promise(setImmediate);
      atATime -= 1;
      return entries.map(() => accepted);
    }, 1),
    { concurrency: 3 },
  );
  expect(most).toBe(3);
});

it("a run is no faster than its rate, and a request is no larger than a second of it", async () => {
  const sizes: number[] = [];
  const send: Destination["send"] = async (entries) => {
    sizes.push(entries.length);
    return entries.map(() => accepted);
  };
  const { elapsedMs } = await runAll(destinationOf(send), { rate: 5 });
  expect(sizes).toEqual([5, 5, 5, 5, 5]);
  // The first second's messages need not wait.
  expect(elapsedMs).toBe(4_000);
});

it("a run ends with the error that stopped it, after the requests in flight", async () => {
  const finished = Promise.withResolvers<void>();
  let requests = 0;
  const send: Destination["send"] = async (entries) => {
    requests += 1;
    if (requests === 2) {
      finished.resolve();
      throw new CommandError("the key was revoked");
    }
    await finished.promise;
    return entries.map(() => accepted);
  };
  await expect(runAll(destinationOf(send), { concurrency: 2 })).rejects.toThrow("the key was revoked");
  expect(requests).toBe(2);
});

it("the resume file knows what is done in any order, in as few ranges as possible", () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (positions) => {
      const settled = new SettledPositions();
      for (const position of positions) settled.add(position);
      const ranges = settled.toRanges();
      const read = new SettledPositions(JSON.parse(JSON.stringify(ranges)));
      for (let position = 1; position <= 61; position++) {
        expect(settled.has(position)).toBe(positions.includes(position));
        expect(read.has(position)).toBe(positions.includes(position));
      }
      expect(positions).not.toContain(settled.upTo + 1);
      const gaps = positions.filter((position) => position > 1 && !positions.includes(position - 1)).length;
      expect(ranges).toHaveLength(gaps + (positions.includes(1) ? 1 : 0));
    }),
  ));

it("a continued run keeps the counts and failures of the run before, and writes no failure twice", () => {
  const directory = temporaryDirectory();
  const first = createJournal(directory);
  for (let position = 1; position <= 500; position++) {
    first.journal.read();
    if (position % 100 === 0) first.journal.refuse(entry(position), [fault]);
    else first.journal.accept(entry(position));
  }
  // Killed before it noted this one.
  first.journal.read();
  first.journal.refuse(entry(501), [fault]);

  const { journal, failures, failed } = createJournal(directory, { resume: true });
  const open = Array.from({ length: 502 }, () => journal.read()).filter((position) => position !== undefined);
  expect(open).toEqual([501, 502]);
  journal.refuse(entry(501), [fault]);
  journal.accept(entry(502));
  const counts: Counts = { read: 502, accepted: 1, refused: 6, bad: 0, skipped: 495 };
  expect(journal.counts).toEqual(counts);
  expect(journal.isSettled).toBe(true);
  expect(failed).toEqual([501]);
  const kept = readFileSync(failures.path, "utf8").trimEnd().split("\n");
  expect(kept.map((line) => JSON.parse(line).idempotencyKey)).toEqual(
    [100, 200, 300, 400, 500, 501].map((position) => `k${position}`),
  );
});

it("a resume file that is older than the idempotency keys, or of another run, is reported", () => {
  const path = join(temporaryDirectory(), "sent");
  const run = { destination: "d", file: { size: 1, mtimeMs: 2 } };
  const state = {
    savedAt: "2030-01-01T00:00:00.000Z",
    settled: [[1, 1]] as [[number, number]],
    accepted: 1,
    refused: 0,
    bad: 0,
    failuresBytes: 0,
  };
  new ResumeFile(path, run).write(state);
  const warnings: string[] = [];
  const read = (now: string, other = run) =>
    new ResumeFile(path, other).read(new Date(now), (text) => warnings.push(text));
  expect(read("2030-01-01T23:59:00Z")).toMatchObject(state);
  expect(warnings).toEqual([]);
  expect(read("2030-01-02T06:00:00Z")).toMatchObject(state);
  expect(warnings).toEqual([expect.stringContaining("is 30 hours old")]);
  expect(() => read("2030-01-01T00:00:00Z", { destination: "e", file: { size: 9, mtimeMs: 2 } })).toThrow(
    `${path} belongs to a run with another destination and another file`,
  );
});
