/** How the previous hop ended, as the state machine's Catch passes it on. Pure. */
import type { HopInput } from "../domain/message/execution-input.ts";
import type { PreviousHop } from "../storage/messages-table.ts";

/** Undefined for the first hop of a route. */
export function previousHop({ previous, failed }: HopInput): PreviousHop | undefined {
  if (previous === undefined || failed === undefined) return undefined;
  return { channel: previous, error: { name: failed.Error, message: causeText(failed) } };
}

/** The Cause of a failed function is JSON with `errorMessage`; a timeout has none. */
function causeText({ Error: name, Cause }: NonNullable<HopInput["failed"]>): string {
  if (name === "States.Timeout") return "no receipt within the window";
  if (!Cause) return name;
  try {
    const parsed: unknown = JSON.parse(Cause);
    if (typeof parsed === "object" && parsed !== null && "errorMessage" in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not Lambda's JSON: the text itself is the reason.
  }
  return Cause;
}
