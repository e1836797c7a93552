/**
 * A message's trace in words: what happened on each channel, and the answer to "why did it go by SMS?". Pure; shown by
 * why.tsx.
 */
import type { ChannelTrace, Trace } from "../contract.ts";
import { duration, timeOfDay } from "./format.ts";
import type { Step } from "./history.ts";

export type Tone = "good" | "bad" | "warning" | "busy" | "quiet";

export interface Line {
  channel: string;
  name: string;
  /** One or two words. */
  verdict: string;
  tone: Tone;
  /** A sentence. */
  why: string;
  /** What the provider itself said. */
  said?: string;
  at?: string;
}

/** The errors of the channels, for people; the trace has the provider's own words. */
const errorWords: Readonly<Record<string, string>> = {
  NotRegistered: "the customer is not registered there",
  Undeliverable: "the customer cannot be reached there",
  WindowClosed: "free text is taken only within 24 hours of the customer's last message",
  Rejected: "the provider rejected the message",
  ChannelMisconfigured: "the channel's account is not set up right",
  Throttled: "the provider took no more messages for now",
  ProviderUnavailable: "the provider was not available",
  MessageExpired: "the message had expired",
  OutcomeUnknown: "the provider gave no answer",
};

const reached = ["sent", "delivered", "read"];
const over = (trace: Trace) => trace.finishedAt !== undefined;

export function explain(trace: Trace, nameOf: (channel: string) => string, waiting?: Step): Line[] {
  return trace.channels.map((entry, index) => {
    const name = nameOf(entry.channel);
    const next = trace.channels.slice(index + 1).find(({ outcome }) => outcome !== "skipped");
    const isWaiting = waiting?.status === "In progress" && waiting.name === name;
    const line = {
      channel: entry.channel,
      name,
      ...verdictOf(entry, trace, isWaiting ? waiting.deadline : undefined, next && nameOf(next.channel)),
    };
    const said = entry.error && `${entry.error.name}${codeOf(entry)}: ${entry.error.message ?? ""}`;
    const at = entry.events?.at(-1)?.at;
    return {
      ...line,
      why: entry.late ? `${line.why} This was heard only after the route had moved on.` : line.why,
      ...(said ? { said } : {}),
      ...(at ? { at } : {}),
    };
  });
}

const codeOf = ({ error }: ChannelTrace) => (error?.code ? ` ${error.code}` : "");
const atEvent = ({ events = [] }: ChannelTrace, status: string) =>
  events.find((event) => event.status === status)?.at;

type Verdict = Pick<Line, "verdict" | "tone" | "why">;

function verdictOf(
  entry: ChannelTrace,
  trace: Trace,
  deadline: number | undefined,
  next: string | undefined,
): Verdict {
  const { outcome, reason, error } = entry;
  const waitsUntil =
    deadline === undefined
      ? ""
      : ` until ${timeOfDay(deadline * 1000)}${next ? `, then goes on to ${next}` : ", then nothing is left to try"}`;
  switch (outcome) {
    case "skipped":
      return { verdict: "Skipped", tone: "quiet", why: `${capital(reason ?? "no reason given")}.` };
    case "notTried":
      return over(trace)
        ? { verdict: "Not tried", tone: "quiet", why: "It was not needed." }
        : { verdict: "Waits its turn", tone: "quiet", why: "Tried only if those before it do not work." };
    case "trying":
      return { verdict: "Trying", tone: "busy", why: `Being handed to the provider now${waitsUntil}.` };
    case "sent":
      return deadline === undefined
        ? { verdict: "Sent", tone: "good", why: `The provider took it${timeIn(entry, "sent")}.` }
        : {
            verdict: "Sent, waiting",
            tone: "busy",
            why: `The provider took it. Waits for a receipt${waitsUntil}.`,
          };
    case "delivered":
      return {
        verdict: "Delivered",
        tone: "good",
        why: `It reached the customer${timeIn(entry, "delivered")}.`,
      };
    case "read":
      return { verdict: "Read", tone: "good", why: `The customer read it${timeIn(entry, "read")}.` };
    case "timedOut":
      return { verdict: "No sign in time", tone: "warning", why: `${noSign(entry)}.` };
    case "unknown":
      return deadline === undefined
        ? {
            verdict: "Unknown",
            tone: "warning",
            why: "No answer came: it may have arrived, and is not sent again.",
          }
        : {
            verdict: "No answer",
            tone: "busy",
            why: `It may have gone out, so it is not sent again. Waits${waitsUntil}.`,
          };
    default:
      return { verdict: "Failed", tone: "bad", why: `${capital(wordsFor(error?.name))}.` };
  }
}

const timeIn = (entry: ChannelTrace, status: string) => {
  const at = atEvent(entry, status);
  return at ? ` at ${timeOfDay(Date.parse(at))}` : "";
};

function noSign(entry: ChannelTrace): string {
  const [from, to] = [entry.events?.[0]?.at, atEvent(entry, "timedOut")];
  const waited = from && to ? ` within ${duration(Date.parse(to) - Date.parse(from))}` : "";
  return `The provider took it, and no receipt came${waited}`;
}

const wordsFor = (error: string | undefined) =>
  error === undefined ? "it did not work" : (errorWords[error] ?? `it ended with ${error}`);
const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** The message's course in one sentence. */
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
      return over(trace) || trace.status !== "sent"
        ? `${capital(trace.status)} by ${via}${because || ", the first choice"}`
        : `Sent by ${via}, waiting for its receipt${because && `; ${because.slice(2)}`}`;
    case "failed":
      return `Not delivered${because}`;
    case "expired":
      return `Expired before a channel reached the customer${because}`;
    case "cancelled":
      return "Cancelled: no further channel is tried";
    default:
      return `${underWay(lines.find(({ tone }) => tone === "busy"))}${because}`;
  }
}

const underWay = (line: Line | undefined) =>
  line === undefined || line.verdict === "Trying"
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
