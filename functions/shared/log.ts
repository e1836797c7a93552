/**
 * One object a line, which Lambda writes as JSON beside its request id (CloudWatch Logs Insights: `message.text`,
 * `message.messageId`, `requestId`). Never addresses, bodies or keys: names, ids and counts alone. Not Powertools' Logger:
 * that is the runtime's own form already, and the library would be loaded by every function that hardly ever logs.
 */
import { AsyncLocalStorage } from "node:async_hooks";

type Level = "INFO" | "WARN" | "ERROR";
type Fields = Record<string, string | number | undefined>;

const ofThisWork = new AsyncLocalStorage<Fields>();
/** A fault may be logged by who called the work. */
const ofFault = new WeakMap<Error, Fields>();

/** Each line that the work logs, and that of its fault, has these fields: the messageId, by which it is found in every log group. */
export const loggedWith = <Result>(fields: Fields, work: () => Promise<Result>): Promise<Result> => {
  const all = { ...ofThisWork.getStore(), ...fields };
  return ofThisWork.run(all, async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && !ofFault.has(error)) ofFault.set(error, all);
      throw error;
    }
  });
};

export function log(level: Level, text: string, fields: Fields = {}): void {
  const line = { text, ...ofThisWork.getStore(), ...fields };
  console[level === "ERROR" ? "error" : level === "WARN" ? "warn" : "info"](line);
}

/** A fault by name and stack: its text may quote what is personal. */
export function logFault(text: string, error: unknown): void {
  const isError = error instanceof Error;
  const stack = isError ? error.stack?.split("\n").slice(1).join("\n") : undefined;
  log("ERROR", text, {
    ...(isError ? ofFault.get(error) : {}),
    error: isError ? error.name : typeof error,
    stack,
  });
}
