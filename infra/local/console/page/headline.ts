/** The message's course in one sentence: the answer to "why did it go by SMS?". Pure; shown by why.tsx. */
import type { ChannelTrace, Trace } from "../contract.ts";
import { capital, explain, isOver, type Line, wordsFor } from "./explain.ts";
import { dateAndTime } from "./format.ts";
import type { Step } from "./history.ts";

const reached = ["sent", "delivered", "read"];

export function headline(trace: Trace, nameOf: (channel: string) => string, waiting?: Step): string {
  const lines = explain(trace, nameOf, waiting);
  const winner = trace.channels.findIndex(({ outcome }) => reached.includes(outcome));
  const until = winner === -1 ? lines.length : winner;
  const before = lines.slice(0, until).filter(({ tone }) => tone !== "busy");
  const byReason = Map.groupBy(
    before.filter(({ verdict }) => !["Not tried", "Waits its turn"].includes(verdict)),
    (line) => shortReason(trace.channels[lines.indexOf(line)]),
  );
  const reasons = [...byReason].map(([reason, group]) => {
    const verb = reason.startsWith("skipped") ? (group.length === 1 ? "was " : "were ") : "";
    return `${sentence(group.map(({ name }) => name))} ${verb}${reason}`;
  });
  const because = reasons.length === 0 ? "" : `, because ${sentence(reasons)}`;
  const via = lines[winner]?.name;
  switch (trace.status) {
    case "sent":
    case "delivered":
    case "read":
      if (via === undefined) return `Message ${trace.status}`;
      return isOver(trace) || trace.status !== "sent"
        ? `${capital(trace.status)} by ${via}${because || ", the first choice"}`
        : `Sent by ${via}, waiting for its receipt${because && `; ${because.slice(2)}`}`;
    case "scheduled":
      return trace.sendAt === undefined
        ? "Scheduled"
        : `Scheduled: no channel is tried before ${dateAndTime(Date.parse(trace.sendAt))}`;
    case "failed":
      return `Not delivered${because}`;
    case "expired":
      return `Expired before a channel reached the customer${because}`;
    case "cancelled":
      return "Cancelled: no further channel is tried";
    case "resolved":
      return `Resolved${trace.reason ? ` (${trace.reason})` : ""}: no further channel is tried`;
    default:
      return `${underWay(lines.find(({ tone }) => tone === "busy"))}${because}`;
  }
}

const underWay = (line: Line | undefined) =>
  line?.verdict === "Quiet hours"
    ? `Waiting for the end of quiet hours before ${line.name}`
    : line === undefined || line.verdict === "Trying"
      ? `Trying ${line?.name ?? "the first channel"} now`
      : `Waiting for a sign from ${line.name}`;

function shortReason(entry: ChannelTrace | undefined): string {
  switch (entry?.outcome) {
    case "skipped":
      return `skipped (${entry.reason ?? "no reason given"})`;
    case "timedOut":
      return "gave no sign in time";
    case "unknown":
      return "gave no answer";
    default:
      return `failed (${wordsFor(entry?.error?.name)})`;
  }
}

const sentence = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
