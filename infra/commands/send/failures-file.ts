/**
 * `FILE.failed.ndjson`: what was not accepted, each with its key and an `_error` that is ignored when the file is sent
 * again. Made when there is a first failure; for its owner alone, because it holds people's addresses.
 */
import { appendFileSync, rmSync, statSync, truncateSync } from "node:fs";
import type { Entry, Failure, Fault } from "./message.ts";

export class FailuresFile {
  readonly path: string;
  #bytes = 0;

  constructor(path: string) {
    this.path = path;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Forgets what an earlier run left, or what one wrote after it last noted how far it was. */
  start(keptBytes = 0): void {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    this.#bytes = Math.min(size, keptBytes);
    if (this.#bytes === 0) rmSync(this.path, { force: true });
    else truncateSync(this.path, this.#bytes);
  }

  addRefused({ line, message, idempotencyKey }: Entry, faults: readonly Fault[]): void {
    this.#append({ ...message, idempotencyKey, _error: { line, errors: faults } });
  }

  addBad({ line, fields, faults }: Failure): void {
    this.#append({ ...fields, _error: { line, errors: faults } });
  }

  #append(record: object): void {
    const text = `${JSON.stringify(record)}\n`;
    appendFileSync(this.path, text, { mode: 0o600 });
    this.#bytes += Buffer.byteLength(text);
  }
}
