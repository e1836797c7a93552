/** Statuses and outcomes in words for people, with the tone of their colour. */
import type { Trace } from "../contract.ts";
import type { Tone } from "./explain.ts";

export const statusNames: Readonly<Record<string, string>> = {
  scheduled: "Scheduled",
  processing: "Under way",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  failed: "Failed",
  expired: "Expired",
  cancelled: "Cancelled",
  resolved: "Resolved",
};
export const statusName = (status: string): string => statusNames[status] ?? status;

/** Of a message with `test`. */
export const testWords = "by a test key, so it reached no provider and cost nothing";

/** A message that was sent and has not ended waits for a receipt. */
export function toneOfMessage({ status, finishedAt }: Pick<Trace, "status" | "finishedAt">): Tone {
  if (status === "delivered" || status === "read") return "good";
  if (status === "processing") return "busy";
  if (status === "sent") return finishedAt === undefined ? "busy" : "good";
  return ["scheduled", "cancelled", "resolved"].includes(status) ? "quiet" : "bad";
}

interface Sign {
  sign: string;
  word: string;
  tone: Tone;
}
const signs: Readonly<Record<string, Sign>> = {
  sent: { sign: "✓", word: "sent", tone: "good" },
  delivered: { sign: "✓", word: "delivered", tone: "good" },
  read: { sign: "✓✓", word: "read", tone: "good" },
  failed: { sign: "✗", word: "failed", tone: "bad" },
  timedOut: { sign: "✗", word: "gave no sign in time", tone: "warning" },
  unknown: { sign: "?", word: "gave no answer", tone: "warning" },
  trying: { sign: "…", word: "is being tried", tone: "busy" },
};
/** The sign for a channel that was tried; undefined for one that was not. */
export const signOf = (outcome: string): Sign | undefined => signs[outcome];
