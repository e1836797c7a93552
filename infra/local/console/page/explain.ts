/**
 * A message's trace in words: what happened on each channel, with the provider's own reason. Pure; shown by why.tsx.
 */
import type { ChannelTrace, Trace } from "../contract.ts";
import { dateAndTime, duration, timeOfDay } from "./format.ts";
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
  OptedOut: "the customer opted out while the message was under way",
  Rejected: "the provider rejected the message",
  ChannelMisconfigured: "the channel's account is not set up right",
  Throttled: "the provider took no more messages for now",
  ProviderUnavailable: "the provider was not available",
  MessageExpired: "the message had expired",
  OutcomeUnknown: "the provider gave no answer",
};

export const isOver = (trace: Trace) => trace.finishedAt !== undefined;

export function explain(trace: Trace, nameOf: (channel: string) => string, waiting?: Step): Line[] {
  return trace.channels.map((entry, index) => {
    const name = nameOf(entry.channel);
    const next = trace.channels.slice(index + 1).find(({ outcome }) => outcome !== "skipped");
    const isWaiting = waiting?.status === "In progress" && waiting.name === name;
    const isNext = trace.status === "processing" && trace.channels.slice(0, index).every(isLeft);
    const line = {
      channel: entry.channel,
      name,
      ...verdictOf(entry, trace, {
        isItsTurn: isWaiting || isNext,
        deadline: isWaiting ? waiting.deadline : undefined,
        next: next && nameOf(next.channel),
      }),
    };
    const said = entry.error && `${entry.error.name}${codeOf(entry)}${textOf(entry)}`;
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
const textOf = ({ error }: ChannelTrace) => (error?.message ? `: ${error.message}` : "");
const atEvent = ({ events = [] }: ChannelTrace, status: string) =>
  events.find((event) => event.status === status)?.at;

/** Whether the route has nothing left to wait for there. */
const isLeft = ({ outcome }: ChannelTrace) => ["skipped", "failed", "timedOut"].includes(outcome);

type Verdict = Pick<Line, "verdict" | "tone" | "why">;

interface Place {
  /** Its task has begun, or begins next. */
  isItsTurn: boolean;
  /** When its window ends, in seconds since the epoch; undefined where it does not wait. */
  deadline: number | undefined;
  /** The name of the channel that is tried after it. */
  next: string | undefined;
}

function verdictOf(entry: ChannelTrace, trace: Trace, { isItsTurn, deadline, next }: Place): Verdict {
  const { outcome, reason, error } = entry;
  const waitsUntil =
    deadline === undefined
      ? ""
      : ` until ${timeOfDay(deadline * 1000)}${next ? `, then goes on to ${next}` : ", then nothing is left to try"}`;
  switch (outcome) {
    case "skipped":
      return { verdict: "Skipped", tone: "quiet", why: `${capital(reason ?? "no reason given")}.` };
    case "notTried":
      if (isOver(trace)) return { verdict: "Not tried", tone: "quiet", why: notTried(trace) };
      return isItsTurn
        ? { verdict: "Trying", tone: "busy", why: "Its turn has come: it is about to be sent." }
        : { verdict: "Waits its turn", tone: "quiet", why: turnOf(trace) };
    case "waiting":
      return { verdict: "Quiet hours", tone: "busy", why: `${quietHours(entry)}.` };
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

const turnOf = ({ status, sendAt }: Trace) =>
  status === "scheduled" && sendAt !== undefined
    ? `No channel is tried before ${dateAndTime(Date.parse(sendAt))}.`
    : "Tried only if those before it do not work.";

const notTried = ({ status }: Trace) =>
  ["sent", "delivered", "read"].includes(status)
    ? "It was not needed."
    : `The message had ${status === "cancelled" || status === "resolved" ? `been ${status}` : status} before its turn.`;

const timeIn = (entry: ChannelTrace, status: string) => {
  const at = atEvent(entry, status);
  return at ? ` at ${timeOfDay(Date.parse(at))}` : "";
};

function quietHours({ events = [] }: ChannelTrace): string {
  const { until, timeZone = "UTC" } = events.find(({ status }) => status === "waiting") ?? {};
  if (until === undefined) return "Its turn came in the customer's quiet hours";
  const end = new Date(until).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  return `Its turn came in the customer's quiet hours: it waits until ${end} in ${timeZone}`;
}

function noSign(entry: ChannelTrace): string {
  const [from, to] = [entry.events?.[0]?.at, atEvent(entry, "timedOut")];
  const waited = from && to ? ` within ${duration(Date.parse(to) - Date.parse(from))}` : "";
  return `The provider took it, and no receipt came${waited}`;
}

export const wordsFor = (error: string | undefined) =>
  error === undefined ? "it did not work" : (errorWords[error] ?? `it ended with ${error}`);
export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
