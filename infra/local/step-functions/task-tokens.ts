/**
 * The task tokens: made by `task.ts` for each attempt, used by the SendTask… actions. A token names its execution, so that a
 * closed token and a token of an unknown execution can be distinguished without keeping tokens of ended tasks.
 */
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { ServiceError } from "../aws/service-error.ts";

export interface WaitingTask {
  succeed(output: unknown): void;
  fail(error: string, cause: string): void;
}

const contentSchema = v.tuple([v.string(), v.string()]);

export class TaskTokens {
  readonly #open = new Map<string, WaitingTask>();
  readonly #isKnown: (executionArn: string) => boolean;

  constructor(isKnown: (executionArn: string) => boolean) {
    this.#isKnown = isKnown;
  }

  open(executionArn: string, task: WaitingTask): string {
    const content = JSON.stringify([executionArn, randomBytes(96).toString("base64url")]);
    const token = Buffer.from(content).toString("base64url");
    this.#open.set(token, task);
    return token;
  }

  close(token: string): void {
    this.#open.delete(token);
  }

  /**
   * For a callback that ends the task: only the first one gets the task. @throws {ServiceError} for an unknown or closed
   * token
   */
  take(token: string): WaitingTask {
    const task = this.check(token);
    this.#open.delete(token);
    return task;
  }

  check(token: string): WaitingTask {
    const task = this.#open.get(token);
    if (task !== undefined) return task;
    if (this.#isKnown(executionOf(token)))
      throw new ServiceError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
    throw new ServiceError("TaskDoesNotExist", "Task does not exist");
  }
}

/** The execution's ARN. @throws {ServiceError} if it is not a token of this service */
export function executionOf(token: string): string {
  try {
    return v.parse(contentSchema, JSON.parse(Buffer.from(token, "base64url").toString()))[0];
  } catch {
    throw new ServiceError("InvalidToken", "Invalid Token: 'Invalid token'");
  }
}
