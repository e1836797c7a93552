/**
 * `FILE.sent`: how far a run came, so that the next one can resume. If the process was killed it may lag behind; messages
 * that are then sent again have the same idempotency key.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import { CommandError } from "../command-line.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const resume = v.object({
  /** What was sent and where: only a run of the same may resume. */
  run: v.record(v.string(), v.unknown()),
  savedAt: v.pipe(v.string(), v.isoTimestamp()),
  settled: v.array(v.tuple([count, count])),
  accepted: count,
  refused: count,
  bad: count,
  /** The length of the failures file; failures written after it will occur again. */
  failuresBytes: count,
});
export type Resume = v.InferOutput<typeof resume>;
/** The file (its size and time), the destination and the defaults. */
export type Run = Resume["run"];

/** How long the destination remembers a key. */
const keyHours = 24;

export class ResumeFile {
  readonly #path: string;
  readonly #run: Run;

  constructor(path: string, run: Run) {
    this.#path = path;
    this.#run = run;
  }

  read(now: Date, warn: (text: string) => void): Resume | undefined {
    const text = this.#readText();
    if (text === undefined) return undefined;
    const found = parse(text);
    if (found === undefined) {
      warn(
        `${this.#path} cannot be read: sending from the beginning. What was accepted less than ${keyHours} hours ago is not sent twice.`,
      );
      return undefined;
    }
    const other = Object.keys(this.#run).filter(
      (name) => JSON.stringify(this.#run[name]) !== JSON.stringify(found.run[name]),
    );
    if (other.length > 0)
      throw new CommandError(
        `${this.#path} belongs to a run with another ${other.join(" and another ")}. Finish that run, or delete ${this.#path} to send from the beginning.`,
      );
    const ageHours = (now.getTime() - Date.parse(found.savedAt)) / 3_600_000;
    if (ageHours >= keyHours)
      warn(
        `${this.#path} is ${Math.floor(ageHours)} hours old, and idempotency keys are kept for ${keyHours}: if that run was killed, its last messages may be sent twice.`,
      );
    return found;
  }

  write(state: Omit<Resume, "run">): void {
    // Renamed, so that a crash leaves either the old file or the new one.
    const draft = `${this.#path}.new`;
    writeFileSync(draft, `${JSON.stringify({ run: this.#run, ...state })}\n`);
    renameSync(draft, this.#path);
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #readText(): string | undefined {
    try {
      return readFileSync(this.#path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }
}

function parse(text: string): Resume | undefined {
  try {
    return v.parse(resume, JSON.parse(text));
  } catch {
    return undefined;
  }
}
