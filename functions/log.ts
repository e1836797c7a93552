/** One JSON line an event, for CloudWatch Logs Insights. Never addresses, bodies or keys: names, ids and counts alone. */
type Level = "INFO" | "WARN" | "ERROR";

export function log(
  level: Level,
  message: string,
  fields: Record<string, string | number | undefined> = {},
): void {
  console[level === "ERROR" ? "error" : level === "WARN" ? "warn" : "info"](
    JSON.stringify({ level, message, ...fields }),
  );
}

/** A fault by name and stack: its text may quote what is personal. */
export function logFault(message: string, error: unknown): void {
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined };
  log("ERROR", message, { error: name, stack: stack?.split("\n").slice(1).join("\n") });
}
