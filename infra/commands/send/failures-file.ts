/**
 * `FILE.failed.ndjson`: the messages that were not accepted, each with its key and an `_error` that is ignored when the file
 * is sent again. Created at the first failure; readable by its owner only, because it holds addresses.
 */
import { appendFileSync, rmSync, statSync, truncateSync } from "node:fs";
import type { Entry, Failure, Fault } from "./message.ts";

export class FailuresFile {
  readonly path: string;
  readonly #keptBytes: number;
  #bytes: number | undefined;

  /** `keptBytes`: how much of an existing file stays; later failures will occur again. */
  constructor(path: string, keptBytes: number) {
    this.path = path;
    this.#keptBytes = keptBytes;
  }

  /** Returns its length. The first call truncates an existing file to `keptBytes`: only once this run has settled something. */
  open(): number {
    if (this.#bytes === undefined) {
      const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
      this.#bytes = Math.min(size, this.#keptBytes);
      if (this.#bytes === 0) rmSync(this.path, { force: true });
      else truncateSync(this.path, this.#bytes);
    }
    return this.#bytes;
  }

  addRefused({ line, message, idempotencyKey }: Entry, faults: readonly Fault[]): void {
    this.#append({ ...message, idempotencyKey, _error: { line, errors: faults } });
  }

  addBad({ line, fields, faults, row }: Failure): void {
    this.#append({ ...fields, _error: { line, errors: faults, row } });
  }

  #append(record: object): void {
    const text = `${JSON.stringify(record)}\n`;
    const bytes = this.open() + Buffer.byteLength(text);
    appendFileSync(this.path, text, { mode: 0o600 });
    this.#bytes = bytes;
  }
}
