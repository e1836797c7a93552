/**
 * Records the outcome of each message: counts it, keeps it on disk, and notifies the watcher. A failure is written before the
 * resume file says that the message is settled.
 */
import type { FailuresFile } from "./failures-file.ts";
import type { Entry, Failure, Fault } from "./message.ts";
import type { Resume, ResumeFile } from "./resume-file.ts";
import { SettledPositions } from "./settled-positions.ts";

export interface Counts {
  read: number;
  accepted: number;
  /** By the queue or the API; includes those of the earlier run that this one resumes. */
  refused: number;
  /** Not a message, or not one that can be sent; includes the earlier run's. */
  bad: number;
  /** Accepted by an earlier run. */
  skipped: number;
}

export interface Watcher {
  settled(counts: Readonly<Counts>): void;
  failed(line: number, faults: readonly Fault[]): void;
}

export interface JournalOptions {
  failures: FailuresFile;
  /** Absent for standard input. */
  resumeFile: ResumeFile | undefined;
  earlier: Resume | undefined;
  watcher: Watcher;
}

/** Messages between two writes of the resume file: a killed run may send so many again. */
const savedEvery = 500;

export class Journal {
  readonly counts: Counts;
  readonly #options: JournalOptions;
  readonly #settled: SettledPositions;
  readonly #acceptedBefore: number;
  #passedOver = 0;
  #settledHere = 0;
  #unsaved = 0;

  constructor(options: JournalOptions) {
    const { refused = 0, bad = 0, accepted = 0, settled } = options.earlier ?? {};
    this.counts = { read: 0, accepted: 0, refused, bad, skipped: 0 };
    this.#options = options;
    this.#settled = new SettledPositions(settled);
    this.#acceptedBefore = accepted;
  }

  /** Counts a message as read. Returns its position, or undefined if an earlier run settled it. */
  read(): number | undefined {
    this.counts.read += 1;
    if (!this.#settled.has(this.counts.read)) return this.counts.read;
    this.#passedOver += 1;
    this.counts.skipped = Math.min(this.#passedOver, this.#acceptedBefore);
    return undefined;
  }

  /** Whether all that was read is settled. */
  get isSettled(): boolean {
    return this.#settled.upTo >= this.counts.read;
  }

  /** Whether this run settled nothing. */
  get isEmpty(): boolean {
    return this.#settledHere === 0;
  }

  accept(entry: Entry): void {
    this.counts.accepted += 1;
    this.#settle(entry.position);
  }

  refuse(entry: Entry, faults: readonly Fault[]): void {
    this.#options.failures.addRefused(entry, faults);
    this.counts.refused += 1;
    this.#fail(entry.position, entry.line, faults);
  }

  refuseAsBad(position: number, failure: Failure): void {
    this.#options.failures.addBad(failure);
    this.counts.bad += 1;
    this.#fail(position, failure.line, failure.faults);
  }

  #fail(position: number, line: number, faults: readonly Fault[]): void {
    this.#options.watcher.failed(line, faults);
    this.#settle(position);
  }

  #settle(position: number): void {
    this.#options.failures.open();
    this.#settled.add(position);
    this.#settledHere += 1;
    this.#unsaved += 1;
    if (this.#unsaved >= savedEvery) this.save();
    this.#options.watcher.settled(this.counts);
  }

  save(): void {
    if (this.#unsaved === 0) return;
    this.#unsaved = 0;
    const { accepted, refused, bad } = this.counts;
    this.#options.resumeFile?.write({
      savedAt: new Date().toISOString(),
      settled: this.#settled.toRanges(),
      accepted: this.#acceptedBefore + accepted,
      refused,
      bad,
      failuresBytes: this.#options.failures.open(),
    });
  }
}
