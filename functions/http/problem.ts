/** RFC 9457 problem details: what a request is refused with, one entry a fault. `handler.ts` turns it into an answer. */
import type { Fault } from "../domain/fault.ts";

/** Enough to mend a request by, and an answer of a size: Lambda hands on 6 MB. */
export const firstFaults = (faults: readonly Fault[], most: number): readonly Fault[] =>
  faults.length <= most
    ? faults
    : [
        ...faults.slice(0, most),
        { path: "", code: "more", message: "there are more faults: mend these first" },
      ];

export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    title: string,
    errors: readonly Fault[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(title);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}
