/** RFC 9457 problem details: why a request is refused, one entry for each fault. `handler.ts` turns it into an answer. */
import type { Fault } from "../domain/fault.ts";

/** The most faults that an answer names. */
export const maxFaults = 20;
/** Field names come from the sender, and may be as long as the request. */
const maxPathLength = 200;
export const shortPath = (path: string) =>
  path.length > maxPathLength ? `${path.slice(0, maxPathLength).toWellFormed()}…` : path;

/** The first faults, and an entry that says that there are more, because an answer has at most 6 MB. */
export const truncateFaults = (faults: readonly Fault[], max: number): readonly Fault[] =>
  faults.length <= max
    ? faults
    : [
        ...faults.slice(0, max),
        { path: "", code: "more", message: "there are more errors: correct these first" },
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

/** A request whose content is not valid. */
export const notValid = (...errors: readonly Fault[]) => new Problem(400, "the request is not valid", errors);
