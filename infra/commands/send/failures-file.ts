/**
 * `FILE.failed.ndjson`: what was not accepted, each with its key and an `_error` that is ignored when the file is sent
 * again. Made when there is a first failure; for its owner alone, because it holds people's addresses.
 */
import { appendFileSync, rmSync, statSync, truncateSync } from "node:fs";
import type { Entry, Failure, Fault } from "./message.ts";

export class FailuresFile {
  readonly path: string;
  readonly #keptBytes: number;
  #bytes: number | undefined;

  /** `keptBytes`: what stays of the file that is there; the rest will be found again. */
  constructor(path: string, keptBytes: number) {
    this.path = path;
    this.#keptBytes = keptBytes;
  }

  /** Its length. The first call takes away what is not kept: not before something is known to be new. */
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
