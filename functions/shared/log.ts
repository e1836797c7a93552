/**
 * The log: one object per line, which Lambda writes as JSON with its request id (CloudWatch Logs Insights: `message.text`,
 * `message.messageId`, `requestId`). It contains names, ids and counts, never addresses, bodies or keys. Powertools' Logger is
 * not used: Lambda's own JSON format is enough, and functions that rarely log would have to load it.
 */
import { AsyncLocalStorage } from "node:async_hooks";

type Level = "INFO" | "WARN" | "ERROR";
type Fields = Record<string, string | number | undefined>;

const currentFields = new AsyncLocalStorage<Fields>();
/** The fields to log with an error that leaves the work. */
const fieldsOfError = new WeakMap<Error, Fields>();

/**
 * Adds these fields (e.g. the messageId, to find it in every log group) to each line that the work logs, and to the line of its
 * error.
 */
export const withLogFields = <Result>(fields: Fields, work: () => Promise<Result>): Promise<Result> => {
  const all = { ...currentFields.getStore(), ...fields };
  return currentFields.run(all, async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && !fieldsOfError.has(error)) fieldsOfError.set(error, all);
      throw error;
    }
  });
};

/** A field may come from outside and have any length; a stack trace is the longest that is useful. */
const mostCharacters = 4000;
const bounded = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) =>
      typeof value === "string" && value.length > mostCharacters
        ? [name, `${value.slice(0, mostCharacters)}…`]
        : [name, value],
    ),
  );

export function log(level: Level, text: string, fields: Fields = {}): void {
  const line = { text, ...bounded({ ...currentFields.getStore(), ...fields }) };
  console[level === "ERROR" ? "error" : level === "WARN" ? "warn" : "info"](line);
}

/** Logs an error by its name and stack; its text is left out, because it may quote personal data. */
export function logFault(text: string, error: unknown): void {
  const isError = error instanceof Error;
  const stack = isError ? error.stack?.split("\n").slice(1).join("\n") : undefined;
  log("ERROR", text, {
    ...(isError ? fieldsOfError.get(error) : {}),
    error: isError ? error.name : typeof error,
    stack,
  });
}
