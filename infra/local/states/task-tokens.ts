/** The tokens of waiting tasks, and the three callbacks on them, with the errors of the real service. */
import { randomBytes } from "node:crypto";
import { ServiceError } from "../aws/service-error.ts";

interface Waiting {
  resolve: (output: unknown) => void;
  reject: (failure: TaskFailure) => void;
}

/** A task's failure as the engine sees it: `name` is the Error, `message` the Cause. */
export class TaskFailure extends Error {
  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
  }
}

export class TaskTokens {
  readonly #open = new Map<string, Waiting>();
  /** Tokens that were given out and are over; a callback on them is `TaskTimedOut`. */
  readonly #closed = new Set<string>();

  /** One token an attempt; `result` settles by a callback or by `close`. */
  issue(): {
    token: string;
    result: Promise<unknown>;
    fail: (failure: TaskFailure) => void;
    close: () => void;
  } {
    const token = `AQCEAAAAKgAAAAMAAAAA${randomBytes(192).toString("base64url")}`;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    promise.catch(() => {});
    this.#open.set(token, { resolve, reject });
    return {
      token,
      result: promise,
      fail: reject,
      close: () => {
        if (this.#open.delete(token)) this.#closed.add(token);
      },
    };
  }

  succeed(token: string, output: string): void {
    const waiting = this.#take(token, () => parseOutput(output));
    waiting.resolve(parseOutput(output));
  }

  fail(token: string, error: string, cause: string): void {
    this.#take(token).reject(new TaskFailure(error, cause));
  }

  heartbeat(token: string): void {
    this.#find(token);
  }

  #take(token: string, check: () => void = () => {}): Waiting {
    const waiting = this.#find(token);
    check();
    this.#open.delete(token);
    this.#closed.add(token);
    return waiting;
  }

  #find(token: string): Waiting {
    const waiting = this.#open.get(token);
    if (waiting !== undefined) return waiting;
    if (this.#closed.has(token))
      throw new ServiceError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
    if (!/^[A-Za-z0-9_-]{100,2048}$/.test(token))
      throw new ServiceError("InvalidToken", "Invalid Token: 'Invalid token'");
    throw new ServiceError("TaskDoesNotExist", "Task does not exist");
  }
}

function parseOutput(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw new ServiceError("InvalidOutput", "Invalid Output: 'Invalid JSON in output'");
  }
}
